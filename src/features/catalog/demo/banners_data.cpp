// The banners of the home page: texts, where they lead and which garments are drawn on them.
#include "features/catalog/demo/tables.h"

namespace marque::demo {
namespace {

constexpr BannerEntry banners[] = {
    {"new-season", "hero", "ALL", "/products", {"New season, quiet colors", "Новый сезон, спокойные цвета", "Жаңы мезгил, жайбаракат түстөр"},
     {"Dresses, knitwear and coats for every day", "Платья, трикотаж и пальто на каждый день", "Күн сайын үчүн көйнөк, трикотаж жана пальто"},
     {"Shop the collection", "Смотреть коллекцию", "Топтомду көрүү"}, "#e3d8cb",
     {{"coat", "belted", "#b98a5a"}, {"dress", "wrap", "#7a2b3a"}, {"turtleneck", "ribbed", "#efe6d6"}}},
    {"evening", "hero", "ALL", "/categories/dresses", {"An evening to remember", "Вечер, который запомнится", "Эсте калчу кеч"},
     {"Satin, silk and velvet dresses", "Платья из атласа, шёлка и бархата", "Атлас, жибек жана баркыт көйнөктөр"},
     {"Choose a dress", "Выбрать платье", "Көйнөк тандоо"}, "#d9cfd2",
     {{"gown", "v-neck", "#1f5f4e"}, {"clutch", "envelope", "#b98a5a"}, {"slip_dress", "slit", "#5f3f5c"}}},
    {"ethno", "hero", "KG", "/categories/ethno-style", {"Heritage you can wear", "Наследие, которое носят", "Кийип жүрчү мурас"},
     {"Felt vests, chapans and kalpaks with the ram's horn", "Войлочные жилеты, чапаны и калпаки с орнаментом «рога»",
      "Кочкор мүйүз оюулуу кийиз чыптама, чапан жана калпактар"},
     {"See ethno style", "Смотреть этностиль", "Улуттук стилди көрүү"}, "#e0d2c0",
     {{"chapan", "belted", "#7a2b3a"}, {"kalpak", "embroidered", "#efe6d6"}, {"felt_vest", "classic", "#26344f"}}},
    {"coast-to-coast", "hero", "US", "/categories/outerwear", {"Coast to coast layers", "Многослойность от побережья до побережья", "Жээктен жээкке чейинки катмарлар"},
     {"Trench coats and jackets for changing weather", "Тренчи и куртки для переменчивой погоды", "Өзгөрмө аба ырайы үчүн тренч жана курткалар"},
     {"Shop outerwear", "Смотреть верхнюю одежду", "Сырткы кийимдерди көрүү"}, "#d3dadf",
     {{"trench", "classic", "#d0b78f"}, {"jacket", "oversized", "#4a6a92"}, {"boot", "chelsea", "#5b3f30"}}},
    {"nooruz", "promo", "KG", "/products", {"Up to 40% off for Nooruz", "Скидки до 40 % к Ноорузу", "Ноорузга 40% чейин арзандатуу"},
     {"Spring favorites at a lower price", "Весенние фавориты по сниженной цене", "Жазгы сүйүктүү кийимдер арзан баада"},
     {"See the offers", "Смотреть предложения", "Сунуштарды көрүү"}, "#d5dccb",
     {{"sundress", "tiered", "#bf6145"}, {"skirt_midi", "flared", "#97a68d"}, {"tote", "classic", "#a5673f"}}},
    {"mid-season", "promo", "US", "/products", {"Mid-season sale", "Межсезонная распродажа", "Мезгил аралык арзандатуу"},
     {"Up to 40% off selected styles", "Скидки до 40 % на отдельные модели", "Айрым моделдерге 40% чейин арзандатуу"},
     {"Shop the sale", "На распродажу", "Арзандатууга өтүү"}, "#dcd2d6",
     {{"sweater", "cable-knit", "#efe6d6"}, {"jeans", "wide-leg", "#4a6a92"}, {"sneaker", "chunky-sole", "#f6f4f0"}}},
    {"knitwear", "category", "ALL", "/categories/knitwear", {"Soft knitwear", "Мягкий трикотаж", "Жумшак токулма кийимдер"},
     {"Merino, cashmere and mohair", "Меринос, кашемир и мохер", "Меринос, кашемир жана мохер"}, {"Warm up", "Согреться", "Жылынуу"}, "#e6dcc8",
     {{"cardigan", "belted", "#b98a5a"}, {"sweater", "cable-knit", "#97a68d"}, {"beanie", "pompom", "#c9a040"}}},
    {"bags", "category", "ALL", "/categories/bags", {"A bag for every plan", "Сумка для любых планов", "Ар кандай планга сумка"},
     {"From a roomy tote to an evening clutch", "От вместительного шопера до вечернего клатча", "Кең шопер сумкадан кечки клатчка чейин"},
     {"Choose a bag", "Выбрать сумку", "Сумка тандоо"}, "#dfd6cf",
     {{"tote", "classic", "#5b3f30"}, {"crossbody", "rounded", "#1f5f4e"}, {"backpack", "flap", "#68704a"}}},
    {"sport", "category", "ALL", "/categories/sportswear", {"Move freely", "Двигайтесь свободно", "Эркин кыймылдаңыз"},
     {"Hoodies, leggings and joggers", "Худи, леггинсы и джоггеры", "Худи, леггинсы жана спорттук шымдар"},
     {"Get moving", "Начать движение", "Баштайлы"}, "#d2d8d6",
     {{"hoodie", "zip-up", "#97a68d"}, {"leggings", "side-stripe", "#2b2b30"}, {"sneaker", "classic", "#b7a0c8"}}},
};

}  // namespace

std::span<const BannerEntry> banner_table() { return banners; }

}  // namespace marque::demo
