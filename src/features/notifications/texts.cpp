// Kyrgyz, Russian, English; a language that is not here is told in English.
#include "features/notifications/texts.h"

#include <fmt/format.h>

#include <span>

#include "core/check.h"

namespace marque::notifications {
namespace {

/// The words of one state in one language; {} is the order's number. `detail` leads in what is known besides.
struct MovedWords {
    std::string_view status;
    std::string_view language;
    std::string_view title;
    std::string_view sentence;
    std::string_view detail;
};

constexpr MovedWords moved_words[] = {
    {"confirmed", "en", "Order confirmed", "Your order {} is confirmed; we are packing it.", ""},
    {"confirmed", "ru", "Заказ подтверждён", "Ваш заказ {} подтверждён, мы его собираем.", ""},
    {"confirmed", "ky", "Буйрутма ырасталды", "{} буйрутмаңыз ырасталды, даярдап жатабыз.", ""},
    {"shipped", "en", "Order shipped", "Your order {} is on its way.", " To follow it: {}"},
    {"shipped", "ru", "Заказ отправлен", "Ваш заказ {} в пути.", " Отследить: {}"},
    {"shipped", "ky", "Буйрутма жөнөтүлдү", "{} буйрутмаңыз жолдо.", " Көзөмөлдөө: {}"},
    {"delivered", "en", "Order delivered", "Your order {} has been delivered.", ""},
    {"delivered", "ru", "Заказ доставлен", "Ваш заказ {} доставлен.", ""},
    {"delivered", "ky", "Буйрутма жеткирилди", "{} буйрутмаңыз жеткирилди.", ""},
    {"cancelled", "en", "Order cancelled", "Your order {} is cancelled.", " Reason: {}"},
    {"cancelled", "ru", "Заказ отменён", "Ваш заказ {} отменён.", " Причина: {}"},
    {"cancelled", "ky", "Буйрутма жокко чыгарылды", "{} буйрутмаңыз жокко чыгарылды.", " Себеби: {}"},
};

constexpr MovedWords return_words[] = {
    {"approved", "en", "Return accepted", "You may send back what you want to return of order {}.", ""},
    {"approved", "ru", "Возврат одобрен", "Вы можете отправить обратно товары из заказа {}.", ""},
    {"approved", "ky", "Кайтаруу кабыл алынды", "{} буйрутмасынан товарды кайра жөнөтсөңүз болот.", ""},
    {"rejected", "en", "Return not accepted", "The return of order {} is not accepted.", " Reason: {}"},
    {"rejected", "ru", "Возврат отклонён", "Возврат по заказу {} отклонён.", " Причина: {}"},
    {"rejected", "ky", "Кайтаруу четке кагылды", "{} буйрутмасы боюнча кайтаруу четке кагылды.", " Себеби: {}"},
    {"received", "en", "Return received", "What you sent back of order {} has arrived.", ""},
    {"received", "ru", "Возврат получен", "Мы получили товары, возвращённые из заказа {}.", ""},
    {"received", "ky", "Кайтарылган товар келди", "{} буйрутмасынан кайтарылган товар бизге келди.", ""},
};

/// `detail` names the amount.
constexpr MovedWords refund_words[] = {
    {"refund_pending", "en", "Refund on its way", "The money for order {} is going back to you.", ""},
    {"refund_pending", "ru", "Деньги возвращаются", "Мы возвращаем деньги за заказ {}.", ""},
    {"refund_pending", "ky", "Акча кайтарылууда", "{} буйрутмасынын акчасы сизге кайтарылууда.", ""},
    {"partially_refunded", "en", "Money refunded", "Some of the money for order {} went back to you.", " In all: {}."},
    {"partially_refunded", "ru", "Деньги возвращены", "Часть денег за заказ {} возвращена.", " Всего: {}."},
    {"partially_refunded", "ky", "Акча кайтарылды", "{} буйрутмасынын акчасынын бир бөлүгү кайтарылды.",
     " Жалпысынан: {}."},
    {"refunded", "en", "Money refunded", "All the money for order {} went back to you.", " In all: {}."},
    {"refunded", "ru", "Деньги возвращены", "Все деньги за заказ {} возвращены.", " Всего: {}."},
    {"refunded", "ky", "Акча кайтарылды", "{} буйрутмасынын акчасы толугу менен кайтарылды.", " Жалпысынан: {}."},
};

Text text_of(std::span<const MovedWords> table, std::string_view status, std::string_view language,
             const std::string& order_number, const std::string& detail) {
    const MovedWords* found = nullptr;
    for (const auto& words : table) {
        if (words.status != status || (words.language != language && words.language != "en")) continue;
        if (found == nullptr || words.language == language) found = &words;
    }
    check(found != nullptr, "news of a state without a sentence");
    std::string message = fmt::format(fmt::runtime(found->sentence), order_number);
    if (!detail.empty() && !found->detail.empty()) message += fmt::format(fmt::runtime(found->detail), detail);
    return {std::string{found->title}, message};
}

}  // namespace

Text order_moved_text(const Language& language, std::string_view status, const std::string& order_number,
                      const std::string& detail) {
    return text_of(moved_words, status, language, order_number, detail);
}

Text return_moved_text(const Language& language, std::string_view state, const std::string& order_number,
                       const std::string& reason) {
    return text_of(return_words, state, language, order_number, reason);
}

Text refund_text(const Language& language, std::string_view status, const std::string& order_number,
                 const std::string& amount) {
    return text_of(refund_words, status, language, order_number, amount);
}

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

Text back_in_stock_text(const Language& language, const std::string& product_name, const std::string& size) {
    const std::string of_size = size.empty() ? "" : ", " + size;
    if (language == "ky") return {"Кайра сатыкта", fmt::format("«{}»{} кайра сатыкта бар.", product_name, of_size)};
    if (language == "ru") {
        return {"Снова в наличии", fmt::format("«{}»{} — снова в наличии.", product_name, of_size)};
    }
    return {"Back in stock", fmt::format("“{}”{} is back in stock.", product_name, of_size)};
}

}  // namespace marque::notifications
