// The words of messages in Kyrgyz, Russian and English. A part in [[ ]] is left out where what it names is not known.
#include <algorithm>
#include <utility>

#include "core/check.h"
#include "features/messages/kinds.h"

namespace marque::messages {
namespace {

/// One kind in one language: a title, the sentence of app and SMS, and what a mail says after it.
struct Sentence {
    Kind kind;
    std::string_view language;
    std::string_view title;
    std::string_view sentence;
    std::string_view more;
};

using enum Kind;

constexpr std::string_view receipt = "\n\n{lines}\n\n{totals}";

constexpr Sentence sentences[] = {
    {order_created, "en", "Order received", "We have received your order {order_number} for {amount}.", receipt},
    {order_created, "ru", "Заказ принят", "Ваш заказ {order_number} на сумму {amount} принят.", receipt},
    {order_created, "ky", "Буйрутма кабыл алынды", "{order_number} буйрутмаңыз {amount} суммасына кабыл алынды.",
     receipt},
    {order_confirmed, "en", "Order confirmed", "Your order {order_number} is confirmed; we are packing it.", ""},
    {order_confirmed, "ru", "Заказ подтверждён", "Ваш заказ {order_number} подтверждён, мы его собираем.", ""},
    {order_confirmed, "ky", "Буйрутма ырасталды", "{order_number} буйрутмаңыз ырасталды, даярдап жатабыз.", ""},
    {order_shipped, "en", "Order shipped", "Your order {order_number} is on its way.[[ To follow it: {parcel}]]",
     "[[\n{tracking_url}]]"},
    {order_shipped, "ru", "Заказ отправлен", "Ваш заказ {order_number} в пути.[[ Отследить: {parcel}]]",
     "[[\n{tracking_url}]]"},
    {order_shipped, "ky", "Буйрутма жөнөтүлдү", "{order_number} буйрутмаңыз жолдо.[[ Көзөмөлдөө: {parcel}]]",
     "[[\n{tracking_url}]]"},
    {order_delivered, "en", "Order delivered", "Your order {order_number} has been delivered.", ""},
    {order_delivered, "ru", "Заказ доставлен", "Ваш заказ {order_number} доставлен.", ""},
    {order_delivered, "ky", "Буйрутма жеткирилди", "{order_number} буйрутмаңыз жеткирилди.", ""},
    {order_cancelled, "en", "Order cancelled", "Your order {order_number} is cancelled.[[ Reason: {reason}]]", ""},
    {order_cancelled, "ru", "Заказ отменён", "Ваш заказ {order_number} отменён.[[ Причина: {reason}]]", ""},
    {order_cancelled, "ky", "Буйрутма жокко чыгарылды",
     "{order_number} буйрутмаңыз жокко чыгарылды.[[ Себеби: {reason}]]", ""},
    {payment_paid, "en", "Payment received", "We have received {amount} for your order {order_number}.", ""},
    {payment_paid, "ru", "Оплата получена", "Мы получили {amount} за ваш заказ {order_number}.", ""},
    {payment_paid, "ky", "Төлөм келди", "{order_number} буйрутмаңыз үчүн {amount} алдык.", ""},
    {payment_refund_pending, "en", "Refund on its way", "The money for order {order_number} is going back to you.", ""},
    {payment_refund_pending, "ru", "Деньги возвращаются", "Мы возвращаем деньги за заказ {order_number}.", ""},
    {payment_refund_pending, "ky", "Акча кайтарылууда", "{order_number} буйрутмасынын акчасы сизге кайтарылууда.", ""},
    {payment_partially_refunded, "en", "Money refunded",
     "Some of the money for order {order_number} went back to you.[[ In all: {refunded}.]]", ""},
    {payment_partially_refunded, "ru", "Деньги возвращены",
     "Часть денег за заказ {order_number} возвращена.[[ Всего: {refunded}.]]", ""},
    {payment_partially_refunded, "ky", "Акча кайтарылды",
     "{order_number} буйрутмасынын акчасынын бир бөлүгү кайтарылды.[[ Жалпысынан: {refunded}.]]", ""},
    {payment_refunded, "en", "Money refunded",
     "All the money for order {order_number} went back to you.[[ In all: {refunded}.]]", ""},
    {payment_refunded, "ru", "Деньги возвращены",
     "Все деньги за заказ {order_number} возвращены.[[ Всего: {refunded}.]]", ""},
    {payment_refunded, "ky", "Акча кайтарылды",
     "{order_number} буйрутмасынын акчасы толугу менен кайтарылды.[[ Жалпысынан: {refunded}.]]", ""},
    {return_approved, "en", "Return accepted", "You may send back what you want to return of order {order_number}.",
     ""},
    {return_approved, "ru", "Возврат одобрен", "Вы можете отправить обратно товары из заказа {order_number}.", ""},
    {return_approved, "ky", "Кайтаруу кабыл алынды", "{order_number} буйрутмасынан товарды кайра жөнөтсөңүз болот.",
     ""},
    {return_rejected, "en", "Return not accepted",
     "The return of order {order_number} is not accepted.[[ Reason: {reason}]]", ""},
    {return_rejected, "ru", "Возврат отклонён", "Возврат по заказу {order_number} отклонён.[[ Причина: {reason}]]", ""},
    {return_rejected, "ky", "Кайтаруу четке кагылды",
     "{order_number} буйрутмасы боюнча кайтаруу четке кагылды.[[ Себеби: {reason}]]", ""},
    {return_received, "en", "Return received", "What you sent back of order {order_number} has arrived.", ""},
    {return_received, "ru", "Возврат получен", "Мы получили товары, возвращённые из заказа {order_number}.", ""},
    {return_received, "ky", "Кайтарылган товар келди", "{order_number} буйрутмасынан кайтарылган товар бизге келди.",
     ""},
    {review_approved, "en", "Review published", "Your review of “{product_name}” is published.", ""},
    {review_approved, "ru", "Отзыв опубликован", "Ваш отзыв о товаре «{product_name}» опубликован.", ""},
    {review_approved, "ky", "Пикириңиз жарыяланды", "«{product_name}» товары жөнүндө пикириңиз жарыяланды.", ""},
    {review_rejected, "en", "Review not published",
     "Your review of “{product_name}” is not published. Reason: {reason}", ""},
    {review_rejected, "ru", "Отзыв не опубликован",
     "Ваш отзыв о товаре «{product_name}» не опубликован. Причина: {reason}", ""},
    {review_rejected, "ky", "Пикириңиз жарыяланган жок",
     "«{product_name}» товары жөнүндө пикириңиз жарыяланган жок. Себеби: {reason}", ""},
    {back_in_stock, "en", "Back in stock", "“{product_name}”[[, {size}]] is back in stock.", ""},
    {back_in_stock, "ru", "Снова в наличии", "«{product_name}»[[, {size}]] — снова в наличии.", ""},
    {back_in_stock, "ky", "Кайра сатыкта", "«{product_name}»[[, {size}]] кайра сатыкта бар.", ""},
    {entered_anew, "en", "New log-in", "Your account was entered from a new device[[: {device}]].",
     "\n\nIf it was not you, end that log-in in your account."},
    {entered_anew, "ru", "Новый вход", "В ваш аккаунт вошли с нового устройства[[: {device}]].",
     "\n\nЕсли это были не вы, завершите этот вход в своём аккаунте."},
    {entered_anew, "ky", "Жаңы кирүү", "Аккаунтуңузга жаңы түзмөктөн киришти[[: {device}]].",
     "\n\nЭгер бул сиз болбосоңуз, ал кирүүнү аккаунтуңуздан жабыңыз."},
    {email_changed, "en", "E-mail address changed", "The e-mail address of your account was changed.",
     "\n\nIf it was not you, look into your account."},
    {email_changed, "ru", "Адрес почты изменён", "Адрес электронной почты вашего аккаунта изменён.",
     "\n\nЕсли это были не вы, проверьте свой аккаунт."},
    {email_changed, "ky", "Почта дареги өзгөрдү", "Аккаунтуңуздун электрондук почта дареги өзгөртүлдү.",
     "\n\nЭгер бул сиз болбосоңуз, аккаунтуңузду текшериңиз."},
    {confirm_email, "en", "Confirm your e-mail address", "To get mail from {shop} here, confirm this address:", ""},
    {confirm_email, "ru", "Подтвердите адрес почты", "Чтобы получать письма от {shop}, подтвердите этот адрес:", ""},
    {confirm_email, "ky", "Почта дарегиңизди ырастаңыз", "{shop} каттарын алуу үчүн бул даректи ырастаңыз:", ""},
};

constexpr std::pair<std::string_view, std::string_view> greetings[] = {
    {"en", "Hello[[, {name}]]!\n\n"}, {"ru", "Здравствуйте[[, {name}]]!\n\n"}, {"ky", "Саламатсызбы[[, {name}]]!\n\n"}};

const Sentence& sentence_of(Kind kind, std::string_view language) {
    const Sentence* found = nullptr;
    for (const auto& each : sentences) {
        if (each.kind != kind || (each.language != language && each.language != "en")) continue;
        if (found == nullptr || each.language == language) found = &each;
    }
    check(found != nullptr, "a kind of message without words");
    return *found;
}

std::string greeting(std::string_view language) {
    const auto* const found =
        std::ranges::find(greetings, language, &std::pair<std::string_view, std::string_view>::first);
    return std::string{found == std::end(greetings) ? greetings[0].second : found->second};
}

constexpr std::pair<std::string_view, Frame> frames[] = {
    {"en",
     {"No more such mail:", "Do you want no more such mail?", "You will get no more such mail.",
      "Is this e-mail address yours?", "Your e-mail address is confirmed.", "This link is no longer good.", "Yes"}},
    {"ru",
     {"Не получать такие письма:", "Больше не получать такие письма?", "Такие письма больше не будут приходить.",
      "Это ваш адрес электронной почты?", "Ваш адрес электронной почты подтверждён.", "Эта ссылка больше не действует.",
      "Да"}},
    {"ky",
     {"Мындай каттарды албоо:", "Мындай каттар келбесинби?", "Мындай каттар мындан ары келбейт.",
      "Бул электрондук почта дареги сиздикиби?", "Электрондук почта дарегиңиз ырасталды.",
      "Бул шилтеме мындан ары жараксыз.", "Ооба"}},
};

}  // namespace

Words default_words(Kind kind, Channel channel, std::string_view language) {
    const Sentence& words = sentence_of(kind, language);
    const std::string sentence{words.sentence};
    switch (channel) {
        case Channel::app:
            return {std::string{words.title}, sentence};
        case Channel::sms:
            // Only who has no account needs the address of the order.
            return {"", "{shop}: " + sentence + (facts_of(kind).topic == Topic::orders ? "[[ {guest_link}]]" : "")};
        case Channel::mail:
            break;
    }
    return {std::string{words.title}, greeting(language) + sentence + std::string{words.more} + "[[\n\n{link}]]"};
}

Values sample_values(std::string_view language) {
    const bool english = language != "ru" && language != "ky";
    return {{"name", english ? "Aida" : "Айда"},
            {"order_number", "MQ-20260131-7KM3X"},
            {"lines", english ? "2 × Silk dress, M\n1 × Wool scarf" : "2 × Шёлковое платье, M\n1 × Шарф"},
            {"parcel", "Courier, AB123456"},
            {"tracking_url", "https://courier.example/AB123456"},
            {"reason", english ? "not in stock" : "нет в наличии"},
            {"product_name", english ? "Silk dress" : "Шёлковое платье"},
            {"size", "M"},
            {"device", "Firefox"}};
}

const Frame& frame_of(std::string_view language) {
    const auto* const found = std::ranges::find(frames, language, &std::pair<std::string_view, Frame>::first);
    return found == std::end(frames) ? frames[0].second : found->second;
}

}  // namespace marque::messages
