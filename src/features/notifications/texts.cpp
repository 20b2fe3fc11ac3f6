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

Text review_approved_text(const Language& language, const std::string& product_name) {
    if (language == "ky") {
        return {"Пикириңиз жарыяланды", fmt::format("«{}» товары жөнүндө пикириңиз жарыяланды.", product_name)};
    }
    if (language == "ru") {
        return {"Отзыв опубликован", fmt::format("Ваш отзыв о товаре «{}» опубликован.", product_name)};
    }
    return {"Review published", fmt::format("Your review of “{}” is published.", product_name)};
}

Text review_rejected_text(const Language& language, const std::string& product_name, const std::string& reason) {
    if (language == "ky") {
        return {"Пикириңиз жарыяланган жок",
                fmt::format("«{}» товары жөнүндө пикириңиз жарыяланган жок. Себеби: {}", product_name, reason)};
    }
    if (language == "ru") {
        return {"Отзыв не опубликован",
                fmt::format("Ваш отзыв о товаре «{}» не опубликован. Причина: {}", product_name, reason)};
    }
    return {"Review not published",
            fmt::format("Your review of “{}” is not published. Reason: {}", product_name, reason)};
}

}  // namespace marque::notifications
