// Codes are random, limits add up, messages fit and sealed events stay closed.
#include "features/identity/codes.h"

#include <doctest/doctest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cmath>

#include "features/identity/code_limits.h"
#include "features/identity/code_message.h"
#include "features/identity/seal.h"

using namespace marque;
using namespace marque::identity;

namespace {

const TokenKey key{"unit-tests-only-secret-of-more-than-32-characters"};

int number_of(const OtpCode& code) { return std::stoi(code.to_text()); }

std::string subject_of(const SendWindows& windows, std::string_view kind) {
    const auto found = std::ranges::find(windows.kinds, kind);
    if (found == windows.kinds.end()) return "none";
    return windows.subjects[static_cast<std::size_t>(found - windows.kinds.begin())];
}

}  // namespace

TEST_CASE("[E8] a million codes are uniform and do not follow from each other") {
    constexpr int count = 1'000'000;
    constexpr int cells = 1'000;
    std::array<int, cells> first_half{};
    std::array<int, cells> second_half{};
    double sum_of_products = 0;
    double previous = 0;
    for (int i = 0; i < count; ++i) {
        const int number = number_of(OtpCode::random());
        ++first_half[static_cast<std::size_t>(number / cells)];
        ++second_half[static_cast<std::size_t>(number % cells)];
        const double centred = (number - 499'999.5) / 288'675.13;
        if (i > 0) sum_of_products += centred * previous;
        previous = centred;
    }
    const auto chi_square = [](const std::array<int, cells>& counts) {
        constexpr double expected = static_cast<double>(count) / cells;
        double sum = 0;
        for (const int seen : counts) sum += (seen - expected) * (seen - expected) / expected;
        return sum;
    };
    const double correlation = sum_of_products / count;
    MESSAGE("chi-square of 999 degrees: " << chi_square(first_half) << " and " << chi_square(second_half)
                                          << ", serial correlation " << correlation);
    // Five and a half standard deviations: one false alarm in tens of millions of runs.
    CHECK(chi_square(first_half) < 999 + 5.5 * std::sqrt(2.0 * 999));
    CHECK(chi_square(second_half) < 999 + 5.5 * std::sqrt(2.0 * 999));
    CHECK(std::abs(correlation) < 5.5 / std::sqrt(count));
}

TEST_CASE("[E8] a forked process draws other codes") {
    std::array<int, 2> ends{};
    REQUIRE(::pipe(ends.data()) == 0);
    (void)OtpCode::random();
    const auto draw = [] {
        std::string text;
        for (int i = 0; i < 8; ++i) text += OtpCode::random().to_text();
        return text;
    };
    const pid_t child = ::fork();
    REQUIRE(child >= 0);
    if (child == 0) {
        const std::string text = draw();
        const auto written = ::write(ends[1], text.data(), text.size());
        ::_exit(written == static_cast<ssize_t>(text.size()) ? 0 : 1);
    }
    const std::string mine = draw();
    std::string theirs(mine.size(), '\0');
    CHECK(::read(ends[0], theirs.data(), theirs.size()) == static_cast<ssize_t>(theirs.size()));
    int status = 1;
    ::waitpid(child, &status, 0);
    CHECK(status == 0);
    ::close(ends[0]);
    ::close(ends[1]);
    CHECK(mine != theirs);
}

TEST_CASE("[E4] six digits, zeros in front included, and nothing else are a code") {
    CHECK(OtpCode::parse("012345")->to_text() == "012345");
    CHECK(OtpCode::parse("000000")->to_text() == "000000");
    for (const char* text : {"", "12345", "1234567", " 12345", "12345 ", "-12345", "0x1234", "1e5", "١٢٣"}) {
        INFO(text);
        CHECK_FALSE(OtpCode::parse(text).has_value());
    }
    for (int i = 0; i < 1'000; ++i) CHECK(OtpCode::random().to_text().size() == 6);
}

TEST_CASE("the test code (ruling 31) is good for test phones, and in development only") {
    Config config;
    config.test_phones = {"+996700000001"};
    const auto phone = *Phone::parse("+996700000001");
    const auto code = *OtpCode::parse("123456");
    for (const char* environment : {"production", "staging", "test", "Development", ""}) {
        config.environment = environment;
        CHECK_FALSE(is_test_login(config, phone, code));
    }
    config.environment = "development";
    CHECK(is_test_login(config, phone, code));
    CHECK_FALSE(is_test_login(config, phone, *OtpCode::parse("123457")));
    CHECK_FALSE(is_test_login(config, *Phone::parse("+996700000002"), code));
}

TEST_CASE("what a code counts in") {
    Config config;
    const auto phone = *Phone::parse("+996505231255");
    const auto windows = windows_of(config, phone, "203.0.113.7");
    CHECK(subject_of(windows, "phone_hour") == "+996505231255");
    CHECK(subject_of(windows, "address") == "203.0.113.7");
    CHECK(subject_of(windows, "network") == "203.0.113.0/24");
    CHECK(subject_of(windows, "block") == "+9965052");
    CHECK(windows.kinds.back() == "market");
    CHECK(subject_of(windows_of(config, phone, "::ffff:203.0.113.7"), "address") == "203.0.113.7");
    CHECK(subject_of(windows_of(config, phone, ""), "address") == "unknown");
    config.code_limits.phones_per_address = 0;
    config.otp_resend_s = 0;
    const auto fewer = windows_of(config, phone, "203.0.113.7");
    CHECK(subject_of(fewer, "address") == "none");
    CHECK(subject_of(fewer, "phone_pause") == "none");
}

TEST_CASE("[E2] locks last longer each time, up to the limit") {
    const CodeLimits limits;
    CHECK(lock_s(limits, 8, 0) == 0);
    CHECK(lock_s(limits, 9, 0) == 24 * 3'600);
    CHECK(lock_s(limits, 9, 1) == 48 * 3'600);
    CHECK(lock_s(limits, 9, 2) == 72 * 3'600);
    CHECK(lock_s(limits, 9, 1'000'000) == 72 * 3'600);
}

TEST_CASE("[E7] a part of the budget is not for strangers") {
    CodeLimits limits;
    limits.budget_hour = 10;
    limits.budget_day = 15;
    const auto budget = budget_of(limits);
    CHECK(budget.hour_for_strangers == 7);
    CHECK(budget.day_for_strangers == 11);
    limits.budget_hour = 0;
    CHECK(budget_of(limits).hour_for_strangers == budget_of(limits).hour);
}

TEST_CASE("a message names the code, ends as browsers expect it, and fits one SMS") {
    const auto letters = [](const std::string& text) { return utf8_length(text).value_or(0); };
    CHECK(code_message("012345", "en", "shop.example") ==
          "Marque: your code is 012345. Do not share it.\n\n@shop.example #012345");
    for (const char* language : {"ru", "ky"}) {
        const auto text = code_message("012345", language, "shop.example");
        CHECK(text.starts_with("Marque: код 012345. "));
        CHECK(text.ends_with("\n\n@shop.example #012345"));
        CHECK(letters(text) <= 70);
        // A long name costs the warning, not a second message.
        CHECK(letters(code_message("012345", language, "fashion-and-more.example.com")) <= 70);
    }
    CHECK(code_message("1", "de", "a") == code_message("1", "en", "a"));
}

TEST_CASE("[E9] a sealed message opens with its key only, and not after a change") {
    const auto sealed = sealed_text(key, "code 012345");
    CHECK(sealed.find("012345") == std::string::npos);
    CHECK(opened_text(key, sealed) == "code 012345");
    CHECK(opened_text(key, "your order is on its way") == "your order is on its way");
    CHECK(sealed_text(key, "same") != sealed_text(key, "same"));
    const TokenKey other{"another-secret-of-more-than-32-characters-here"};
    CHECK_FALSE(opened_text(other, sealed).has_value());
    for (std::size_t i = 7; i < sealed.size(); i += 5) {
        std::string changed = sealed;
        changed[i] = changed[i] == '0' ? '1' : '0';
        CHECK_FALSE(opened_text(key, changed).has_value());
    }
    for (const char* text : {"sealed:", "sealed:00", "sealed:xyz"}) CHECK_FALSE(opened_text(key, text).has_value());
}
