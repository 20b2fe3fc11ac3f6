// The launch markets' own data: KG and US with their regions and state base rates of sales tax (facts as of 2026-11).
#include <algorithm>
#include <span>

#include "features/markets/markets.h"
#include "features/markets/queries.h"
#include "json/write.h"

namespace marque::markets {
namespace {

struct SeedRegion {
    std::string_view code;
    std::string_view name;
    std::string_view kind;
    std::int64_t tax_milli_percent = -1;  // -1: the market's own rate
    std::string_view name_ru = "";
    std::string_view name_ky = "";
};

constexpr SeedRegion kg_regions[] = {
    {"B", "Batken", "region", -1, "Баткенская область", "Баткен облусу"},
    {"C", "Chuy", "region", -1, "Чуйская область", "Чүй облусу"},
    {"GB", "Bishkek", "city", -1, "Бишкек", "Бишкек"},
    {"GO", "Osh", "city", -1, "Ош", "Ош"},
    {"J", "Jalal-Abad", "region", -1, "Джалал-Абадская область", "Жалал-Абад облусу"},
    {"N", "Naryn", "region", -1, "Нарынская область", "Нарын облусу"},
    {"O", "Osh Region", "region", -1, "Ошская область", "Ош облусу"},
    {"T", "Talas", "region", -1, "Таласская область", "Талас облусу"},
    {"Y", "Issyk-Kul", "region", -1, "Иссык-Кульская область", "Ысык-Көл облусу"},
};

// State base rates only; local surcharges are the tax engine's business.
constexpr SeedRegion us_regions[] = {
    {"AL", "Alabama", "state", 4000},
    {"AK", "Alaska", "state", 0},
    {"AZ", "Arizona", "state", 5600},
    {"AR", "Arkansas", "state", 6500},
    {"CA", "California", "state", 7250},
    {"CO", "Colorado", "state", 2900},
    {"CT", "Connecticut", "state", 6350},
    {"DE", "Delaware", "state", 0},
    {"FL", "Florida", "state", 6000},
    {"GA", "Georgia", "state", 4000},
    {"HI", "Hawaii", "state", 4000},
    {"ID", "Idaho", "state", 6000},
    {"IL", "Illinois", "state", 6250},
    {"IN", "Indiana", "state", 7000},
    {"IA", "Iowa", "state", 6000},
    {"KS", "Kansas", "state", 6500},
    {"KY", "Kentucky", "state", 6000},
    {"LA", "Louisiana", "state", 5000},
    {"ME", "Maine", "state", 5500},
    {"MD", "Maryland", "state", 6000},
    {"MA", "Massachusetts", "state", 6250},
    {"MI", "Michigan", "state", 6000},
    {"MN", "Minnesota", "state", 6875},
    {"MS", "Mississippi", "state", 7000},
    {"MO", "Missouri", "state", 4225},
    {"MT", "Montana", "state", 0},
    {"NE", "Nebraska", "state", 5500},
    {"NV", "Nevada", "state", 6850},
    {"NH", "New Hampshire", "state", 0},
    {"NJ", "New Jersey", "state", 6625},
    {"NM", "New Mexico", "state", 4875},
    {"NY", "New York", "state", 4000},
    {"NC", "North Carolina", "state", 4750},
    {"ND", "North Dakota", "state", 5000},
    {"OH", "Ohio", "state", 5750},
    {"OK", "Oklahoma", "state", 4500},
    {"OR", "Oregon", "state", 0},
    {"PA", "Pennsylvania", "state", 6000},
    {"RI", "Rhode Island", "state", 7000},
    {"SC", "South Carolina", "state", 6000},
    {"SD", "South Dakota", "state", 4200},
    {"TN", "Tennessee", "state", 7000},
    {"TX", "Texas", "state", 6250},
    {"UT", "Utah", "state", 6100},
    {"VT", "Vermont", "state", 6000},
    {"VA", "Virginia", "state", 5300},
    {"WA", "Washington", "state", 6500},
    {"WV", "West Virginia", "state", 6000},
    {"WI", "Wisconsin", "state", 5000},
    {"WY", "Wyoming", "state", 4000},
    {"DC", "Washington, D.C.", "district", 6000},
};

/// Changes of a state's base rate, enacted and still to come.
struct SeedRate {
    std::string_view region;
    std::string_view from_date;
    std::int64_t milli_percent;
};
constexpr SeedRate us_rates[] = {
    {"DC", "2025-10-01", 6500}, {"DC", "2026-10-01", 7000}, {"SD", "2027-07-01", 4500}, {"LA", "2030-01-01", 4750}};

struct LaunchMarket {
    MarketInfo info;
    std::span<const SeedRegion> regions;
    std::span<const SeedRate> rates;
    CustomsRow customs;
};

MarketCode code(std::string_view text) { return *MarketCode::parse(text); }
Currency currency(std::string_view text) { return *Currency::parse(text); }

std::vector<LaunchMarket> launch_markets() {
    const MarketInfo kg{.code = code("KG"),
                        .name = "Kyrgyzstan",
                        .currency = currency("KGS"),
                        .currency_sign = "сом",
                        .time_zone = "Asia/Bishkek",
                        .phone_prefixes = {"+996"},
                        .languages = {"ru", "ky", "en"},
                        .tax_inclusive = true,
                        .tax_milli_percent = 12'000,
                        .shipping_minor = 20'000,
                        .shipping_free_from_minor = 500'000,
                        .payment_methods = {"cash_on_delivery", "card", "bank_transfer"},
                        .state = "live",
                        .phone_regions = {"KG"},
                        .phone_example = "+996700123456",
                        .tax_label = "VAT",
                        .sms_provider = "gateway"};
    const MarketInfo us{.code = code("US"),
                        .name = "United States",
                        .currency = currency("USD"),
                        .currency_sign = "$",
                        .time_zone = "America/New_York",
                        .phone_prefixes = {"+1"},
                        .languages = {"en", "ru"},
                        .tax_inclusive = false,
                        .tax_milli_percent = 0,
                        .shipping_minor = 695,
                        .shipping_free_from_minor = 7'500,
                        .payment_methods = {"card", "cash_on_delivery"},
                        .state = "live",
                        .phone_regions = {"US"},
                        .phone_types = {"unknown"},
                        .phone_example = "+12015550123",
                        .address_required = {"city", "state", "postal_code"},
                        .postal_code_pattern = "[0-9]{5}(-[0-9]{4})?",
                        .tax_label = "Sales tax",
                        .sms_provider = "twilio"};
    const CustomsRow kg_customs{.address_line = "{postal_code}, {region}, {city}, {street} {building}, {apartment}",
                                .delivery_service = "courier",
                                .card_brands = {"visa", "mastercard", "mir"},
                                .payment_gateways = {"local_bank"}};
    const CustomsRow us_customs{.address_line = "{building} {street}, {apartment}, {city}, {state} {postal_code}",
                                .delivery_service = "usps",
                                .card_brands = {"visa", "mastercard", "amex"},
                                .payment_gateways = {"stripe", "paypal"}};
    return {{kg, kg_regions, {}, kg_customs}, {us, us_regions, us_rates, us_customs}};
}

db::JsonText names_of(const SeedRegion& region) {
    std::map<std::string, std::string> names;
    if (!region.name_ru.empty()) names["ru"] = region.name_ru;
    if (!region.name_ky.empty()) names["ky"] = region.name_ky;
    return {json::written(names)};
}

}  // namespace

int seed(db::AdminConnection& connection, const std::vector<MarketCode>& only, const std::vector<MarketCode>& except) {
    int added = 0;
    for (const auto& [m, regions, rates, customs] : launch_markets()) {
        const bool wanted = only.empty() || std::ranges::find(only, m.code) != only.end();
        if (!wanted || std::ranges::find(except, m.code) != except.end()) continue;
        if (insert(connection, m)) {
            ++added;
            connection.execute(custom_sql.set, m.code, customs.address_line, customs.delivery_service,
                               customs.card_brands, customs.payment_gateways);
        }
        db::provision_market(connection, m.code);
        connection.become(m.code.to_text());
        for (const auto& region : regions) {
            const std::optional<std::int64_t> rate =
                region.tax_milli_percent < 0 ? std::nullopt : std::optional{region.tax_milli_percent};
            connection.execute(sql.insert_region, m.code, std::string{region.code}, std::string{region.name},
                               std::string{region.kind}, rate, names_of(region));
        }
        for (const auto& rate : rates) {
            connection.execute(sql.insert_rate, m.code, std::string{rate.region}, std::string{rate.from_date},
                               rate.milli_percent);
        }
        connection.become("");
    }
    return added;
}

}  // namespace marque::markets
