// What buyers write: titles, openings and endings by language and mood. "{noun}" is the product's kind; a line that
// begins with "~" speaks of fabric, fit or washing and is for clothes only.
#include "features/catalog/demo/tables.h"

namespace marque::demo {
namespace {

using Lines = const std::string_view[];

constexpr Lines en_good_titles = {"Love it",          "Exactly as shown", "Great quality", "My new favorite",
                                  "Worth every cent", "~Perfect fit",     "Very happy",    "Will buy again"};
constexpr Lines en_good = {"[This|These] {noun} [looks|look] even better than in the pictures.",
                           "~The fabric feels expensive and the seams are perfectly even.",
                           "~I have worn [this|these] {noun} almost every day since delivery.",
                           "I was not sure about the color, but it is beautiful in daylight.",
                           "~The size chart is accurate, my usual size fits well.",
                           "Bought as a gift, and my sister was delighted.",
                           "I get compliments every time.",
                           "Simple, neat and very well made."};
constexpr Lines en_good_endings = {"Delivery took three days and everything was carefully packed.",
                                   "~After several washes nothing has changed.",
                                   "I already ordered a second color.",
                                   "Recommended.",
                                   "The price is more than fair for this quality.",
                                   "~Comfortable from morning till night.",
                                   "Goes with half of my wardrobe."};
constexpr Lines en_fair_titles = {"Good, with small remarks", "Not bad", "Fine for the price", "Almost perfect",
                                  "Okay"};
constexpr Lines en_fair = {"Nice, but it arrived in a slightly crushed box.",
                           "The {noun} [is|are] nice, but the color is slightly darker than on my screen.",
                           "~Good material, though I expected a softer one.",
                           "~It runs a little large, take one size down.",
                           "~The cut is good, but a few threads had to be trimmed.",
                           "~Looks fine, creases quickly though."};
constexpr Lines en_fair_endings = {"Overall I am keeping it.", "With a discount it is a good buy.",
                                   "Delivery was on time.", "Support answered quickly."};
constexpr Lines en_bad_titles = {"Disappointed", "Expected more", "Not for me", "Had to return"};
constexpr Lines en_bad = {"~The size did not match the chart at all.",
                          "The {noun} [looks|look] different from the pictures.",
                          "~A seam came apart within the first week.", "~The fabric is thinner than described."};
constexpr Lines en_bad_endings = {"I sent it back and got a refund.", "The courier was late as well.",
                                  "At least the return was simple.", "I would not order it again."};

constexpr Lines ru_good_titles = {"Очень довольна покупкой", "Точно как на фото", "Отличное качество", "Любимая вещь",
                                  "Стоит своих денег",       "~Село идеально",    "Рекомендую",        "Закажу ещё"};
constexpr Lines ru_good = {"{noun} выгляд[ит|ят] даже лучше, чем на фото.",
                           "~Ткань приятная, швы ровные, ниток нигде не торчит.",
                           "~Ношу почти каждый день с момента доставки.",
                           "Сомневалась насчёт цвета, но при дневном свете он очень красивый.",
                           "~Размер соответствует таблице, мой обычный подошёл.",
                           "Брала в подарок сестре, она в восторге.",
                           "Каждый раз получаю комплименты.",
                           "Просто, аккуратно и очень качественно сделано."};
constexpr Lines ru_good_endings = {"Доставили за три дня, упаковано бережно.",
                                   "~После нескольких стирок ничего не изменилось.",
                                   "Уже заказала второй цвет.",
                                   "Советую.",
                                   "Для такого качества цена более чем честная.",
                                   "~Удобно с утра до вечера.",
                                   "Подходит к половине моего гардероба."};
constexpr Lines ru_fair_titles = {"Хорошо, но есть замечания", "Неплохо", "За свою цену нормально", "Почти идеально",
                                  "Нормально"};
constexpr Lines ru_fair = {
    "Вещь хорошая, но коробка пришла немного мятой.",  "{noun} хорош[ий|ая|ее|ие], но цвет чуть темнее, чем на экране.",
    "~Материал хороший, хотя ожидала мягче.",          "~Немного большемерит, берите на размер меньше.",
    "~Крой удачный, но пришлось обрезать пару ниток.", "~Смотрится хорошо, но быстро мнётся."};
constexpr Lines ru_fair_endings = {"В целом оставляю.", "Со скидкой — хорошая покупка.", "Доставка была вовремя.",
                                   "Поддержка ответила быстро."};
constexpr Lines ru_bad_titles = {"Разочарована", "Ожидала большего", "Не моё", "Пришлось вернуть"};
constexpr Lines ru_bad = {"~Размер совсем не совпал с таблицей.", "{noun} отлича[ется|ются] от фото.",
                          "~Шов разошёлся в первую же неделю.", "~Ткань тоньше, чем в описании."};
constexpr Lines ru_bad_endings = {"Вернула, деньги пришли быстро.", "И курьер опоздал.",
                                  "Хорошо хоть, возврат оформили без вопросов.", "Больше бы не заказала."};

constexpr Lines ky_good_titles = {"Абдан жакты",      "Сүрөттөгүдөй эле", "Сапаты мыкты", "Сүйүктүү буюмум",
                                  "Баасына татыктуу", "~Так жарашты",     "Сунуштайм",    "Дагы заказ берем"};
constexpr Lines ky_good = {"Бул {noun} сүрөттөгүдөн да жакшы экен.",
                           "~Кездемеси жагымдуу, тигиши тегиз.",
                           "~Жеткирилгенден бери дээрлик күн сайын кийип жүрөм.",
                           "Түсүнө ишенбей жаткам, бирок жарыкта абдан сулуу экен.",
                           "~Өлчөмү таблицага туура келет, кадимки өлчөмүм жарашты.",
                           "Эжеме белекке алдым, абдан сүйүндү.",
                           "Көргөндөрдүн баары мактайт.",
                           "Жөнөкөй, тыкан жана сапаттуу жасалган."};
constexpr Lines ky_good_endings = {"Үч күндө жеткирип беришти, таңгагы тыкан.",
                                   "~Бир нече жолу жуусам да өзгөргөн жок.",
                                   "Экинчи түсүнө да заказ бердим.",
                                   "Баарына сунуштайм.",
                                   "Мындай сапат үчүн баасы арзан.",
                                   "~Эртеден кечке чейин ыңгайлуу.",
                                   "Көп кийимиме жарашат."};
constexpr Lines ky_fair_titles = {"Жакшы, бирок кемчилиги бар", "Жаман эмес", "Баасына жараша", "Дээрлик идеалдуу",
                                  "Орточо"};
constexpr Lines ky_fair = {"Жакшы буюм, бирок кутусу бир аз эзилип келиптир.",
                           "{noun} жакшы, бирок түсү экрандагыдан бир аз кочкулураак.",
                           "~Материалы жакшы, бирок жумшагыраак болот деп ойлогом.",
                           "~Бир аз чоң келет, бир өлчөм кичине алыңыз.",
                           "~Бычымы жакшы, бирок бир-эки жибин кесүүгө туура келди.",
                           "~Жакшы көрүнөт, бирок тез бырышат."};
constexpr Lines ky_fair_endings = {"Жалпысынан калтырам.", "Арзандатуу менен алса жакшы.", "Убагында жеткиришти.",
                                   "Колдоо кызматы тез жооп берди."};
constexpr Lines ky_bad_titles = {"Көңүлүм калды", "Жакшыраак болот деп күткөм", "Мага жараган жок", "Кайтарып бердим"};
constexpr Lines ky_bad = {"~Өлчөмү таблицага такыр туура келген жок.", "{noun} сүрөттөгүдөн башкача экен.",
                          "~Бир жумага жетпей тигиши сөгүлдү.", "~Кездемеси жазылгандан жукараак экен."};
constexpr Lines ky_bad_endings = {"Кайтарып бердим, акчасы тез келди.", "Курьер да кечикти.",
                                  "Кайтаруу оңой болгону жакшы.", "Экинчи заказ бербейт элем."};

constexpr ReviewTexts reviews[] = {
    {"en", 4, 5, en_good_titles, en_good, en_good_endings}, {"en", 3, 3, en_fair_titles, en_fair, en_fair_endings},
    {"en", 1, 2, en_bad_titles, en_bad, en_bad_endings},    {"ru", 4, 5, ru_good_titles, ru_good, ru_good_endings},
    {"ru", 3, 3, ru_fair_titles, ru_fair, ru_fair_endings}, {"ru", 1, 2, ru_bad_titles, ru_bad, ru_bad_endings},
    {"ky", 4, 5, ky_good_titles, ky_good, ky_good_endings}, {"ky", 3, 3, ky_fair_titles, ky_fair, ky_fair_endings},
    {"ky", 1, 2, ky_bad_titles, ky_bad, ky_bad_endings},
};

constexpr Lines en_authors = {"Verified buyer", "Regular customer", "First-time buyer", "Verified buyer, gift order"};
constexpr Lines ru_authors = {"Проверенный покупатель", "Постоянный клиент", "Первая покупка",
                              "Проверенный покупатель, заказ в подарок"};
constexpr Lines ky_authors = {"Текшерилген сатып алуучу", "Туруктуу кардар", "Биринчи сатып алуу",
                              "Текшерилген сатып алуучу, белек үчүн"};

}  // namespace

std::span<const ReviewTexts> review_table() { return reviews; }

std::span<const std::string_view> author_labels(std::string_view language) {
    if (language == "ru") return ru_authors;
    if (language == "ky") return ky_authors;
    return en_authors;
}

}  // namespace marque::demo
