// Phones: what is accepted stays the same when it is parsed again, and is not shown where it is masked.
#include "core/phone.h"

#include "fuzz.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using marque::fuzz::must;
    const auto phone = marque::Phone::parse(marque::fuzz::text_of(data, size));
    if (!phone) return 0;
    const auto text = phone->to_text();
    must(text.starts_with('+') && text.size() >= 5 && text.size() <= 16, "E.164");
    must(text.find_first_not_of("0123456789", 1) == std::string::npos, "digits only");
    const auto again = marque::Phone::parse(text);
    must(again && *again == *phone, "a phone parses to itself");
    must(!phone->masked().contains(text.substr(1)), "a masked phone is masked");
    return 0;
}
