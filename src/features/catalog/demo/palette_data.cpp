// Colours with their names, palettes of colours that go together, prints, and the invented brands.
#include "features/catalog/demo/tables.h"

namespace marque::demo {
namespace {

constexpr ColorEntry colors[] = {
    {"black", "BLK", "#2b2b30", {"Black", "Чёрный", "Кара"}},
    {"charcoal", "CHR", "#4a4d55", {"Charcoal", "Графитовый", "Кочкул боз"}},
    {"grey", "GRY", "#9a9ea3", {"Grey", "Серый", "Боз"}},
    {"white", "WHT", "#f6f4f0", {"White", "Белый", "Ак"}},
    {"ivory", "IVR", "#efe6d6", {"Ivory", "Айвори", "Сүт түстүү"}},
    {"sand", "SND", "#d8c7ad", {"Sand", "Песочный", "Кум түстүү"}},
    {"camel", "CML", "#b98a5a", {"Camel", "Верблюжий", "Төө түстүү"}},
    {"chocolate", "CHO", "#5b3f30", {"Chocolate", "Шоколадный", "Шоколад түстүү"}},
    {"cognac", "COG", "#a5673f", {"Cognac", "Коньячный", "Коньяк түстүү"}},
    {"terracotta", "TER", "#bf6145", {"Terracotta", "Терракотовый", "Терракота"}},
    {"red", "RED", "#b3343b", {"Red", "Красный", "Кызыл"}},
    {"burgundy", "BRG", "#7a2b3a", {"Burgundy", "Бордовый", "Кочкул кызыл"}},
    {"blush", "BLS", "#dfb3a8", {"Blush", "Пудровый", "Бозомук кызгылт"}},
    {"rose", "ROS", "#c4737c", {"Rose", "Розовый", "Кызгылт"}},
    {"lilac", "LIL", "#b7a0c8", {"Lilac", "Лиловый", "Ачык сыя көк"}},
    {"plum", "PLM", "#5f3f5c", {"Plum", "Сливовый", "Кара өрүк түстүү"}},
    {"mustard", "MST", "#c9a040", {"Mustard", "Горчичный", "Горчица түстүү"}},
    {"butter", "BTR", "#ecd9a0", {"Butter yellow", "Сливочно-жёлтый", "Ачык сары"}},
    {"sage", "SGE", "#97a68d", {"Sage", "Шалфейный", "Бозомук жашыл"}},
    {"olive", "OLV", "#68704a", {"Olive", "Оливковый", "Зайтун түстүү"}},
    {"emerald", "EMR", "#1f5f4e", {"Emerald", "Изумрудный", "Зымырыт түстүү"}},
    {"sky", "SKY", "#a9c1d6", {"Sky blue", "Небесно-голубой", "Асман көк"}},
    {"denim-blue", "DNB", "#4a6a92", {"Denim blue", "Джинсовый синий", "Джинсы көк"}},
    {"navy", "NVY", "#26344f", {"Navy", "Тёмно-синий", "Кочкул көк"}},
};

constexpr Palette palettes[] = {
    {"soft", "ivory sand blush sage sky lilac butter terracotta navy emerald"},
    {"evening", "black emerald burgundy navy plum sand blush"},
    {"basic", "white black grey navy sand sage burgundy sky"},
    {"knit", "ivory camel grey burgundy navy sage mustard rose charcoal lilac"},
    {"tailored", "black charcoal sand camel navy olive chocolate"},
    {"denim", "denim-blue sky black navy"},
    {"outer", "camel black charcoal olive navy sand burgundy chocolate"},
    {"sport", "black charcoal lilac sage navy rose grey emerald"},
    {"leather", "black cognac chocolate burgundy sand emerald navy"},
    {"shoes", "black white cognac sand chocolate burgundy grey"},
    {"ethno", "ivory burgundy black grey emerald terracotta navy"},
    {"bright", "mustard terracotta burgundy emerald navy rose black camel ivory"},
};

constexpr Print prints[] = {
    {Pattern::plain, "plain", "", "", "", ""},
    {Pattern::stripes, "stripes", "striped", "", "в полоску", "сызыктуу"},
    {Pattern::dots, "dots", "polka-dot", "", "в горошек", "чекиттүү"},
    {Pattern::checks, "checks", "checked", "", "в клетку", "чакмак"},
    {Pattern::floral, "floral", "floral", "", "с цветочным принтом", "гүлдүү"},
    {Pattern::ornament, "ornament", "ornamented", "", "с орнаментом", "оюулуу"},
    {Pattern::two_tone, "two_tone", "two-tone", "двухцветн[ый|ая|ое|ые]", "", "кош түстүү"},
};

constexpr std::string_view brands[] = {"Savelune", "Tuvarra",   "Ormellin", "Kestovy",  "Norvanel",
                                       "Ailumade", "Zerafinna", "Mirvelio", "Talviqua", "Brennuma",
                                       "Arslumi",  "Quorelta",  "Syrdanel", "Shyrlan",  "Tezorgo"};

}  // namespace

std::span<const ColorEntry> color_table() { return colors; }
std::span<const Palette> palette_table() { return palettes; }
std::span<const Print> print_table() { return prints; }
std::span<const std::string_view> brand_table() { return brands; }

}  // namespace marque::demo
