// The first ways of shipping of a market. A price that is left out is the market's own (`market set XX shipping=…`).
#include "features/shipping/seed_queries.h"
#include "features/shipping/shipping.h"
#include "json/write.h"

namespace marque::shipping {
namespace {

using Names = std::map<std::string, std::string>;

struct SeedZone {
    std::string code;
    Names names;
    std::vector<std::string> regions;
};

struct SeedOption {
    std::string zone;
    std::string code;
    Kind kind = Kind::courier;
    Names names;
    std::optional<std::int64_t> price_minor;
    std::vector<Tier> by_weight;
    std::optional<std::int64_t> free_from_minor;
    std::int32_t days_from = 1;
    std::int32_t days_to = 7;
};

struct SeedPoint {
    std::string code;
    std::string zone;
    Names names;
    std::string address;
    std::string city;
    std::string region;
    std::string hours;
};

struct Offer {
    std::vector<SeedZone> zones;
    std::vector<SeedOption> options;
    std::vector<SeedPoint> points;
};

Names courier_names() { return {{"ru", "Курьер"}, {"ky", "Курьер"}, {"en", "Courier"}}; }
Names pickup_names() { return {{"ru", "Самовывоз"}, {"ky", "Өзү алып кетүү"}, {"en", "Pickup"}}; }

Offer offer_of_kg() {
    return {.zones = {{"bishkek", {{"ru", "Бишкек"}, {"ky", "Бишкек"}, {"en", "Bishkek"}}, {"GB"}},
                      {"osh", {{"ru", "Ош"}, {"ky", "Ош"}, {"en", "Osh"}}, {"GO"}},
                      {"regions", {{"ru", "Регионы"}, {"ky", "Аймактар"}, {"en", "Regions"}}, {}}},
            .options = {{"bishkek", "standard", Kind::courier, courier_names(), {}, {}, {}, 1, 2},
                        {"bishkek",
                         "express",
                         Kind::express,
                         {{"ru", "Экспресс в день заказа"}, {"ky", "Ошол эле күнү"}, {"en", "Same-day express"}},
                         35'000,
                         {},
                         0,
                         0,
                         0},
                        {"bishkek", "pickup", Kind::pickup, pickup_names(), 0, {}, 0, 0, 1},
                        {"osh", "standard", Kind::courier, courier_names(), {}, {}, {}, 1, 2},
                        {"osh", "pickup", Kind::pickup, pickup_names(), 0, {}, 0, 1, 2},
                        {"regions", "standard", Kind::courier, courier_names(), {}, {}, {}, 2, 7},
                        {"regions",
                         "post",
                         Kind::courier,
                         {{"ru", "Почта"}, {"ky", "Почта"}, {"en", "Post"}},
                         {},
                         {{0, 15'000}, {2'000, 25'000}, {5'000, 40'000}},
                         0,
                         4,
                         14}},
            .points = {{"bishkek-center",
                        "bishkek",
                        {{"ru", "Магазин в центре"}, {"en", "Shop in the centre"}},
                        "пр. Чуй, 150",
                        "Бишкек",
                        "GB",
                        "10:00-20:00"},
                       {"osh-center",
                        "osh",
                        {{"ru", "Магазин в Оше"}, {"en", "Shop in Osh"}},
                        "ул. Курманжан Датка, 200",
                        "Ош",
                        "GO",
                        "10:00-19:00"}}};
}

Offer offer_of_us() {
    const Names ground{{"en", "Ground"}, {"ru", "Наземная доставка"}};
    return {.zones = {{"remote", {{"en", "Alaska and Hawaii"}}, {"AK", "HI"}},
                      {"domestic", {{"en", "All other states"}}, {}}},
            .options =
                {{"remote", "standard", Kind::courier, ground, {}, {{0, 1'295}, {2'000, 2'495}}, 0, 5, 12},
                 {"domestic", "standard", Kind::courier, ground, {}, {}, {}, 3, 7},
                 {"domestic", "express", Kind::express, {{"en", "Express"}, {"ru", "Экспресс"}}, 1'995, {}, 0, 1, 2}},
            .points = {}};
}

Offer offer_of_any() {
    return {.zones = {{"everywhere", {}, {}}},
            .options = {{"everywhere", "standard", Kind::courier, courier_names(), {}, {}, {}, 1, 7}},
            .points = {}};
}

Offer offer_of(MarketCode market) {
    if (market.upper() == "KG") return offer_of_kg();
    return market.upper() == "US" ? offer_of_us() : offer_of_any();
}

}  // namespace

void seed(db::AdminConnection& connection, MarketCode market) {
    connection.become(market.to_text());
    if (!connection.rows(seed_sql.has_zones).front()) {
        const Offer offer = offer_of(market);
        std::int32_t place = 0;
        for (const auto& zone : offer.zones) {
            connection.execute(seed_sql.zone, market, zone.code, db::JsonText{json::written(zone.names)}, zone.regions,
                               ++place);
        }
        for (const auto& option : offer.options) {
            const auto rule = option.by_weight.empty() ? PriceRule::flat : PriceRule::weight;
            connection.execute(seed_sql.option, market, option.zone, option.code, option.kind,
                               db::JsonText{json::written(option.names)}, rule, option.price_minor,
                               db::JsonText{json::written(option.by_weight)}, option.free_from_minor, option.days_from,
                               option.days_to, ++place);
        }
        for (const auto& point : offer.points) {
            connection.execute(seed_sql.point, market, point.code, point.zone, db::JsonText{json::written(point.names)},
                               point.address, point.city, point.region, point.hours);
        }
    }
    connection.become("");
}

}  // namespace marque::shipping
