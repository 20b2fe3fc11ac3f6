// Every kind of garment the shop sells: its noun, the cuts, fabrics, prints and colours it comes in, sizes and prices.
#include "features/catalog/demo/tables.h"

namespace marque::demo {
namespace {

constexpr auto he = Gender::masculine;
constexpr auto she = Gender::feminine;
constexpr auto it = Gender::neuter;
constexpr auto they = Gender::plural;
constexpr auto one = Sizes::one_size;

constexpr Garment garments[] = {
    // clang-format off
    // Dresses
    {"casual-dresses", "DMI", "dress", {"midi dress", "платье миди", "миди көйнөк"}, false, it,
     "belted wrap puff-sleeve flared v-neck tiered", "cotton viscose linen", "plain floral dots", "soft",
     Sizes::clothes, Detail::fit, 7, 3200, 6900},
    {"casual-dresses", "DSH", "shirt_dress", {"shirt dress", "платье-рубашка", "узун жакалуу көйнөк"}, false,
     it, "belted relaxed classic", "poplin linen denim", "plain stripes checks", "soft", Sizes::clothes,
     Detail::fit, 5, 3600, 6400},
    {"casual-dresses", "DKN", "knit_dress", {"knit dress", "вязаное платье", "токулма көйнөк"}, false, it,
     "fitted boat-neck ribbed", "wool merino cotton", "plain stripes", "knit", Sizes::clothes, Detail::fit, 5,
     3900, 7200},
    {"evening-dresses", "DEV", "gown", {"evening dress", "вечернее платье", "кечки көйнөк"}, false, it,
     "v-neck pleated slit flared boat-neck", "satin silk velvet chiffon", "plain", "evening", Sizes::clothes,
     Detail::fit, 6, 7900, 16900},
    {"evening-dresses", "DSL", "slip_dress", {"slip dress", "платье-комбинация", "ичке боолуу көйнөк"}, false,
     it, "slit classic belted", "silk satin viscose", "plain dots", "evening", Sizes::clothes, Detail::fit, 5,
     4900, 9800},
    {"summer-dresses", "DSU", "sundress", {"sundress", "сарафан", "сарафан"}, false, he,
     "tiered button-front belted flared", "cotton linen viscose", "floral dots stripes plain", "soft",
     Sizes::clothes, Detail::fit, 7, 2600, 5400},
    // T-shirts and tops
    {"basic-t-shirts", "TBA", "tee", {"T-shirt", "футболка", "футболка"}, false, she,
     "relaxed fitted v-neck cropped pocket oversized", "cotton organic", "plain stripes", "basic",
     Sizes::clothes, Detail::fit, 8, 1250, 2400},
    {"long-sleeves", "TLS", "longsleeve", {"long-sleeve top", "лонгслив", "узун жеңдүү футболка"}, false, he,
     "fitted boat-neck relaxed ribbed", "cotton organic viscose", "plain stripes", "basic", Sizes::clothes,
     Detail::fit, 5, 1650, 2900},
    {"polos", "TPO", "polo", {"polo shirt", "рубашка-поло", "поло футболка"}, false, she,
     "fitted relaxed classic", "cotton organic", "plain two_tone stripes", "basic", Sizes::clothes, Detail::fit,
     5, 1950, 3400},
    {"tank-tops", "TTA", "tank", {"tank top", "майка", "майка"}, false, she, "ribbed classic fitted",
     "cotton organic viscose", "plain stripes", "basic", Sizes::clothes, Detail::fit, 4, 1250, 1900},
    // Shirts and blouses
    {"shirts", "SSH", "shirt", {"shirt", "рубашка", "жакалуу көйнөк"}, false, she,
     "relaxed fitted oversized short-sleeve cropped", "cotton poplin linen denim", "plain stripes checks",
     "basic", Sizes::clothes, Detail::fit, 8, 2400, 4600},
    {"blouses", "SBL", "blouse", {"blouse", "блузка", "блузка"}, false, she,
     "bow puff-sleeve ruffled v-neck relaxed", "silk viscose satin chiffon", "plain floral dots", "soft",
     Sizes::clothes, Detail::fit, 8, 2600, 5900},
    // Trousers and jeans
    {"trousers", "BTR", "trousers", {"trousers", "брюки", "шым"}, true, they,
     "wide-leg straight tapered cropped high-waist", "wool linen viscose corduroy", "plain checks stripes",
     "tailored", Sizes::clothes, Detail::fit, 8, 3200, 6800},
    {"jeans", "BJE", "jeans", {"jeans", "джинсы", "джинсы шым"}, true, they,
     "straight wide-leg slim flared high-waist cropped", "denim stretch-denim", "plain", "denim",
     Sizes::clothes, Detail::fit, 7, 2900, 5400},
    {"shorts", "BSH", "shorts", {"shorts", "шорты", "чолок шым"}, true, they, "wide-leg high-waist classic",
     "linen cotton denim", "plain stripes", "tailored", Sizes::clothes, Detail::fit, 5, 1900, 3300},
    // Skirts
    {"midi-skirts", "KMI", "skirt_midi", {"midi skirt", "юбка миди", "миди юбка"}, false, she,
     "flared wrap button-front belted tiered", "cotton viscose linen wool", "plain floral checks dots", "soft",
     Sizes::clothes, Detail::hem, 7, 2600, 5200},
    {"pleated-skirts", "KPL", "skirt_pleated", {"pleated skirt", "плиссированная юбка", "бүктөмөлүү юбка"},
     false, she, "classic belted flared", "satin chiffon viscose", "plain", "evening", Sizes::clothes,
     Detail::hem, 4, 3100, 5600},
    {"pencil-skirts", "KPE", "skirt_pencil", {"pencil skirt", "юбка-карандаш", "тар юбка"}, false, she,
     "slit classic belted", "wool tweed leather", "plain checks", "tailored", Sizes::clothes, Detail::hem, 5,
     3200, 6900},
    {"mini-skirts", "KMN", "skirt_mini", {"mini skirt", "юбка мини", "мини юбка"}, false, she,
     "button-front flared wrap", "denim corduroy tweed", "plain checks", "denim", Sizes::clothes, Detail::hem,
     5, 2100, 3900},
    // Knitwear
    {"sweaters", "WSW", "sweater", {"sweater", "свитер", "свитер"}, false, he,
     "cable-knit oversized boat-neck relaxed chunky", "wool merino cashmere mohair", "plain stripes", "knit",
     Sizes::clothes, Detail::fit, 8, 3400, 8900},
    {"cardigans", "WCA", "cardigan", {"cardigan", "кардиган", "кардиган"}, false, he,
     "belted oversized relaxed longline cropped", "wool merino cashmere mohair", "plain", "knit",
     Sizes::clothes, Detail::fit, 6, 3800, 9400},
    {"turtlenecks", "WTU", "turtleneck", {"turtleneck", "водолазка", "бийик жакалуу свитер"}, false, she,
     "fitted ribbed fine-knit", "merino cashmere cotton", "plain stripes", "knit", Sizes::clothes, Detail::fit,
     5, 2600, 6200},
    {"knit-vests", "WVE", "knit_vest", {"knit vest", "вязаный жилет", "токулма жилет"}, false, he,
     "v-neck oversized cable-knit", "wool merino cotton", "plain stripes", "knit", Sizes::clothes, Detail::fit,
     4, 2300, 4300},
    // Outerwear
    {"coats", "OCO", "coat", {"coat", "пальто", "пальто"}, false, it,
     "belted double-breasted oversized hooded longline", "wool cashmere tweed", "plain checks", "outer",
     Sizes::clothes, Detail::fit, 7, 9900, 18900},
    {"trench-coats", "OTR", "trench", {"trench coat", "тренч", "тренч"}, false, he,
     "classic oversized cropped longline", "gabardine cotton leather", "plain", "outer", Sizes::clothes,
     Detail::fit, 4, 8900, 15900},
    {"jackets", "OJA", "jacket", {"jacket", "куртка", "куртка"}, false, she, "biker bomber cropped oversized",
     "leather suede denim faux-leather", "plain", "outer", Sizes::clothes, Detail::fit, 6, 5900, 16900},
    {"puffer-jackets", "OPU", "puffer", {"puffer jacket", "пуховик", "мамык куртка"}, false, he,
     "hooded longline cropped", "nylon recycled", "plain two_tone", "outer", Sizes::clothes, Detail::fit, 5,
     7400, 14900},
    // Sportswear
    {"leggings", "PLE", "leggings", {"leggings", "леггинсы", "леггинсы"}, true, they,
     "high-waist side-stripe cropped", "nylon recycled cotton", "plain", "sport", Sizes::clothes, Detail::fit,
     6, 1800, 3600},
    {"sports-tops", "PTO", "sports_bra", {"sports top", "спортивный топ", "спорттук топ"}, false, he,
     "classic seamless ribbed", "nylon recycled", "plain", "sport", Sizes::clothes, Detail::fit, 4, 1350, 2600},
    {"hoodies", "PHO", "hoodie", {"hoodie", "худи", "худи"}, false, it, "zip-up oversized cropped relaxed",
     "cotton organic fleece", "plain two_tone", "sport", Sizes::clothes, Detail::fit, 6, 2700, 4800},
    {"joggers", "PJO", "joggers", {"joggers", "джоггеры", "спорттук шым"}, true, they,
     "side-stripe relaxed tapered", "cotton organic fleece", "plain", "sport", Sizes::clothes, Detail::fit, 5,
     2200, 3900},
    // Shoes
    {"sneakers", "HSN", "sneaker", {"sneakers", "кроссовки", "кроссовка"}, true, they,
     "chunky-sole high-top classic", "leather suede canvas", "plain", "shoes", Sizes::shoes, Detail::sole, 7,
     3900, 8400},
    {"boots", "HBO", "boot", {"boots", "ботинки", "ботинка"}, true, they, "chelsea lace-up ankle",
     "leather suede faux-leather", "plain", "shoes", Sizes::shoes, Detail::sole, 7, 5900, 11900},
    {"loafers", "HLO", "loafer", {"loafers", "лоферы", "лофер"}, true, they, "buckled tassel heeled classic",
     "leather suede", "plain", "leather", Sizes::shoes, Detail::sole, 5, 4600, 8200},
    {"sandals", "HSA", "sandal", {"sandals", "сандалии", "сандалия"}, true, they, "heeled platform flat",
     "leather suede faux-leather", "plain", "shoes", Sizes::shoes, Detail::sole, 5, 3100, 6400},
    // Bags
    {"totes", "GTO", "tote", {"tote bag", "сумка-шопер", "шопер сумка"}, false, she, "zip-top pocket classic",
     "leather canvas suede faux-leather", "plain", "leather", one, Detail::pocket, 6, 2400, 9800},
    {"crossbody-bags", "GCR", "crossbody", {"crossbody bag", "сумка через плечо", "ийинге асма сумка"}, false,
     she, "chain rounded quilted tassel", "leather faux-leather suede", "plain", "leather", one, Detail::pocket,
     6, 2900, 8900},
    {"backpacks", "GBA", "backpack", {"backpack", "рюкзак", "жонбаштык"}, false, he, "roll-top flap classic",
     "canvas nylon leather recycled", "plain two_tone", "outer", one, Detail::pocket, 5, 3200, 9400},
    {"clutches", "GCL", "clutch", {"clutch", "клатч", "клатч"}, false, he, "envelope chain wrist-strap",
     "satin leather velvet", "plain", "evening", one, Detail::pocket, 4, 2200, 5600},
    // Accessories
    {"scarves", "ASC", "scarf", {"scarf", "шарф", "шарф"}, false, he, "fringed classic fine-knit",
     "wool cashmere mohair cotton", "plain checks stripes", "bright", one, Detail::hem, 7, 1350, 4900},
    {"hats", "ABE", "beanie", {"beanie", "шапка", "шапка"}, false, she, "pompom ribbed chunky",
     "wool merino cashmere", "plain", "bright", one, Detail::head, 5, 1250, 2900},
    {"hats", "ABU", "bucket_hat", {"bucket hat", "панама", "панама"}, false, she, "reversible classic",
     "cotton denim nylon", "plain checks", "basic", Sizes::hats, Detail::head, 3, 1300, 2200},
    {"hats", "AHA", "hat", {"wide-brim hat", "широкополая шляпа", "кең четтүү шляпа"}, false, she,
     "ribbon classic", "felt straw", "plain", "outer", Sizes::hats, Detail::head, 3, 2300, 4900},
    {"belts", "ABL", "belt", {"belt", "ремень", "кур"}, false, he, "wide slim-belt braided classic",
     "leather suede faux-leather", "plain", "leather", Sizes::belts, Detail::buckle, 5, 1350, 3200},
    {"sunglasses", "ASU", "sunglasses", {"sunglasses", "солнцезащитные очки", "күндөн коргоочу көз айнек"},
     true, they, "round cat-eye square", "acetate metal", "plain", "leather", one, Detail::lenses, 5, 1900,
     4800},
    // Ethno style
    {"vests-chapans", "NVE", "felt_vest", {"vest", "жилет", "чыптама"}, false, he,
     "classic longline cropped embroidered", "felt merino-felt", "plain", "ethno", Sizes::clothes, Detail::fit,
     5, 4200, 8900},
    {"vests-chapans", "NCH", "chapan", {"chapan", "чапан", "чапан"}, false, he, "belted classic cropped embroidered",
     "velvet wool cotton", "plain", "ethno", Sizes::clothes, Detail::fit, 5, 6900, 16900},
    {"kalpaks", "NKA", "kalpak", {"kalpak", "калпак", "калпак"}, false, he, "embroidered classic",
     "felt merino-felt", "plain", "ethno", Sizes::hats, Detail::head, 4, 1800, 4600},
    {"felt-gifts", "NSL", "slippers", {"slippers", "тапочки", "тапочка"}, true, they, "classic horn-ornament",
     "felt merino-felt", "plain", "ethno", Sizes::shoes, Detail::sole, 4, 1400, 2600},
    {"felt-gifts", "NBA", "felt_bag", {"bag", "сумка", "сумка"}, false, she, "classic horn-ornament",
     "felt merino-felt", "plain", "ethno", one, Detail::pocket, 4, 2600, 5400},
    {"kids-ethno", "NKV", "felt_vest", {"kids' vest", "детский жилет", "балдар чыптамасы"}, false, he,
     "classic embroidered", "felt merino-felt", "plain", "ethno", Sizes::kids, Detail::fit, 4, 1900, 3400},
    {"kids-ethno", "NKC", "chapan", {"kids' chapan", "детский чапан", "балдар чапаны"}, false, he,
     "belted classic embroidered", "velvet cotton", "plain", "ethno", Sizes::kids, Detail::fit, 3, 2900, 5600},
    // clang-format on
};

constexpr Words fits[] = {
    {"Fit: regular", "Посадка: стандартная", "Бычымы: стандарттуу"},
    {"Fit: relaxed", "Посадка: свободная", "Бычымы: эркин"},
    {"Fit: close to the body", "Посадка: по фигуре", "Бычымы: денеге жабышкан"},
};
constexpr Words details[] = {
    fits[0],
    {"Inner pocket with a zip", "Внутренний карман на молнии", "Сырма илгичтүү ички чөнтөк"},
    {"Sole: non-slip rubber", "Подошва: нескользящая резина", "Таманы: тайгаланбаган резина"},
    {"Buckle: brass", "Пряжка: латунь", "Тогоосу: жез"},
    {"Lenses: UV400 protection", "Линзы: защита UV400", "Линзасы: UV400 коргоосу"},
    {"Soft inner band", "Мягкая внутренняя лента", "Жумшак ички тасма"},
    {"Neatly finished edges", "Аккуратно обработанные края", "Четтери тыкан иштетилген"},
};

constexpr Words closings[] = {
    {"The color stays fresh for many seasons.", "Цвет остаётся свежим много сезонов.", "Түсү көп мезгил бою сакталат."},
    {"We make small batches and check every piece by hand.",
     "Мы выпускаем вещи небольшими партиями и проверяем каждую вещь вручную.",
     "Биз аз санда чыгарып, ар бир буюмду кол менен текшеребиз."},
    {"A calm design that will not date.", "Спокойный дизайн, который не выйдет из моды.",
     "Модадан чыкпай турган жайбаракат дизайн."},
    {"It arrives carefully packed in recycled paper.", "Приезжает в аккуратной упаковке из переработанной бумаги.",
     "Кайра иштетилген кагазга тыкан оролуп жеткирилет."},
};
constexpr Words packaging{"Packaging: recycled paper", "Упаковка: переработанная бумага",
                          "Таңгагы: кайра иштетилген кагаз"};

bool is_one_of(std::string_view style, std::initializer_list<std::string_view> styles) {
    return std::find(styles.begin(), styles.end(), style) != styles.end();
}

}  // namespace

std::span<const Garment> garment_table() { return garments; }
std::span<const Words> closing_words() { return closings; }
const Words& packaging_words() { return packaging; }

const Words& detail_words(Detail detail, std::string_view style) {
    if (detail != Detail::fit) return details[static_cast<std::size_t>(detail)];
    if (is_one_of(style, {"relaxed", "oversized", "wide-leg", "flared", "tiered", "chunky"})) return fits[1];
    if (is_one_of(style, {"fitted", "slim", "tapered", "ribbed", "seamless"})) return fits[2];
    return fits[0];
}

}  // namespace marque::demo
