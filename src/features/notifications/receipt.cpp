// Lines and totals in the languages of the shop.
#include "features/notifications/receipt.h"

#include <fmt/format.h>

#include "core/check.h"
#include "core/money_text.h"

namespace marque::notifications {
namespace {

struct Labels {
    std::string_view language;
    std::string_view subtotal;
    std::string_view discount;
    std::string_view shipping;
    std::string_view tax;
    std::string_view total;
};
constexpr Labels labels[] = {{"en", "Goods", "Discount", "Delivery", "Tax", "Total"},
                             {"ru", "Товары", "Скидка", "Доставка", "Налог", "Итого"},
                             {"ky", "Товарлар", "Арзандатуу", "Жеткирүү", "Салык", "Жалпысы"}};

const Labels& labels_of(std::string_view language) {
    for (const auto& each : labels) {
        if (each.language == language) return each;
    }
    return labels[0];
}

}  // namespace

std::string amount_text(const OrderNewsRow& order, std::int64_t minor) {
    const auto currency = Currency::parse(order.currency);
    check(currency.has_value(), "an order of an unknown currency");
    return money_for_people(Money{minor, *currency}, order.sign, order.language);
}

std::string lines_text(const OrderNewsRow& order, const std::vector<OrderLineRow>& lines) {
    std::string text;
    for (const auto& line : lines) {
        if (!text.empty()) text += '\n';
        text += fmt::format("{} × {}{}{}: {}", line.quantity, line.product_name, line.size.empty() ? "" : ", ",
                            line.size, amount_text(order, line.subtotal_minor));
    }
    return text;
}

std::string totals_text(const OrderNewsRow& order) {
    const Labels& words = labels_of(order.language);
    std::string text = fmt::format("{}: {}", words.subtotal, amount_text(order, order.subtotal_minor));
    const auto add = [&](std::string_view label, std::int64_t minor) {
        if (minor != 0) text += fmt::format("\n{}: {}", label, amount_text(order, minor));
    };
    add(words.discount, -order.discount_minor);
    add(words.shipping, order.shipping_minor);
    add(words.tax, order.tax_minor);
    add(words.total, order.total_minor);
    return text;
}

}  // namespace marque::notifications
