// Kyrgyz, Russian, English; a language that is not here is told in English.
#include "features/notifications/texts.h"

#include <fmt/format.h>

namespace marque::notifications {

Text order_created_text(const Language& language, const std::string& order_number, const std::string& amount) {
    if (language == "ky") {
        return {"Буйрутма кабыл алынды",
                fmt::format("{} буйрутмаңыз {} суммасына кабыл алынды.", order_number, amount)};
    }
    if (language == "ru") {
        return {"Заказ принят", fmt::format("Ваш заказ {} на сумму {} принят.", order_number, amount)};
    }
    return {"Order received", fmt::format("We have received your order {} for {}.", order_number, amount)};
}

}  // namespace marque::notifications
