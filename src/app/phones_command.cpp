// `marque phones`: what the server makes of phone numbers, one a line, for people with a question and for comparisons.
#include <fmt/format.h>

#include <iostream>

#include "app/commands.h"
#include "app/databases.h"
#include "core/phone.h"

namespace marque::app {
namespace {

std::string_view word_of(std::optional<PhoneProblem> problem) {
    if (!problem) return "accepted";
    return *problem == PhoneProblem::other_region ? "other region" : "other type";
}

std::string describe(const std::string& line, const MarketSet* markets) {
    const auto phone = Phone::parse(line);
    if (!phone) return fmt::format("{}\t\t\t\t\timpossible\n", line);
    const auto place = place_of(*phone);
    const auto* market = markets == nullptr ? nullptr : markets->find_by_phone(phone->to_text());
    std::string_view verdict = markets == nullptr ? "" : "no market";
    if (market != nullptr) verdict = word_of(judge(*phone, market->phone_regions, market->phone_types).problem);
    return fmt::format("{}\t{}\t{}\t{}\t{}\t{}\n", line, phone->to_text(), place.region, enum_word(place.type),
                       market == nullptr ? "" : market->code.to_text(), verdict);
}

}  // namespace

int examine_phones(const Config& config, bool places_only) {
    std::optional<MarketSet> markets;
    if (!places_only) markets = Databases{config}.load_markets();
    std::ios::sync_with_stdio(false);
    std::string line;
    while (std::getline(std::cin, line)) fmt::print("{}", describe(line, markets ? &*markets : nullptr));
    return 0;
}

}  // namespace marque::app
