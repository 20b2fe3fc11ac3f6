// Example numbers from libphonenumber's metadata.
#include "core/phone_example.h"

#include <phonenumbers/phonenumberutil.h>

namespace marque {

std::string phone_example_of(std::string_view region) {
    using i18n::phonenumbers::PhoneNumber;
    using i18n::phonenumbers::PhoneNumberUtil;
    const auto* util = PhoneNumberUtil::GetInstance();
    PhoneNumber number;
    std::string e164;
    if (util->GetExampleNumberForType(std::string{region}, PhoneNumberUtil::MOBILE, &number)) {
        util->Format(number, PhoneNumberUtil::E164, &e164);
    }
    return e164;
}

}  // namespace marque
