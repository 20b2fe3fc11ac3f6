// Access tokens: what is signed verifies, and changing any character of it ends that.
#include "features/identity/token.h"

#include "fuzz.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using marque::fuzz::must;
    static const marque::identity::TokenKey key{"a key for the fuzzer, long enough to be one"};
    static const auto now = marque::Timestamp::now();
    static const std::string good = key.sign(
        {*marque::UserId::parse("19"), *marque::MarketCode::parse("kg"), marque::Uuid::random(), now.unix_s() + 600},
        now);
    must(key.verify(good, now).has_value(), "a signed token verifies");
    const auto text = marque::fuzz::text_of(data, size);
    must(!key.verify(text, now).has_value(), "nobody guesses a token");
    if (size < 3) return 0;
    // One character of a good token replaced, or something put into it.
    std::string damaged = good;
    const auto at = (static_cast<std::size_t>(data[0]) << 8U | data[1]) % damaged.size();
    if (damaged[at] != static_cast<char>(data[2])) {
        damaged[at] = static_cast<char>(data[2]);
        must(!key.verify(damaged, now).has_value(), "a changed token does not verify");
    }
    damaged = good;
    damaged.insert(at, text.substr(2));
    must(!key.verify(damaged, now).has_value(), "a longer token does not verify");
    return 0;
}
