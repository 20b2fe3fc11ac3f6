// Invoices, credit notes and packing slips, laid out page by page.
#include "features/invoices/sheet.h"

#include <fmt/format.h>

#include <optional>

#include "core/check.h"
#include "core/money_text.h"
#include "features/invoices/labels.h"

namespace marque::invoices {
namespace {

constexpr double left = 40;
constexpr double right = page_width - 40;
constexpr double top = 50;
constexpr double bottom = page_height - 60;
constexpr double middle = 310;
constexpr double leading = 12;
constexpr Style normal{.size = 9};
constexpr Style strong{.size = 9, .bold = true};
constexpr Style small{.size = 7.5};
constexpr Style heading{.size = 16, .bold = true};

/// Where the columns of lines stand: numbers end, texts begin there.
constexpr double place_end = left + 16;
constexpr double article_begin = left + 24;
constexpr double article_width = 205;
constexpr double slip_article_width = 400;
constexpr double quantity_end = 305;
constexpr double price_end = 390;
constexpr double discount_end = 468;

/// 6875 as "6.875", 12000 as "12".
std::string percent_text(std::int64_t milli_percent) {
    std::string text = fmt::format("{}.{:03}", milli_percent / 1000, milli_percent % 1000);
    while (text.ends_with('0')) text.pop_back();
    if (text.ends_with('.')) text.pop_back();
    return text;
}

/// The end of the UTF-8 letter that begins at `at`.
std::size_t letter_end(std::string_view text, std::size_t at) {
    ++at;
    while (at < text.size() && (static_cast<unsigned char>(text[at]) & 0xC0U) == 0x80U) ++at;
    return at;
}

std::vector<std::string> words_of(std::string_view text) {
    std::vector<std::string> words(1);
    for (const char letter : text) {
        if (static_cast<unsigned char>(letter) > ' ') {
            words.back() += letter;
        } else if (!words.back().empty()) {
            words.emplace_back();
        }
    }
    if (words.back().empty()) words.pop_back();
    return words;
}

/// A pen that goes down the pages.
class Sheet {
public:
    Sheet(const Labels& labels, const Measure& measure) : labels_(labels), measure_(measure) {}

    void text(double x, const std::string& text, Style style = normal, Align align = Align::left) {
        if (!text.empty()) pages_.back().push_back({x, y_, text, style, align});
    }
    void rule() { pages_.back().push_back({.x = left, .y = y_, .x_end = right}); }
    void down(double points) { y_ += points; }
    /// Begins another page where less than this is left; true when it did.
    bool need(double points) {
        if (y_ + points <= bottom) return false;
        pages_.emplace_back();
        y_ = top;
        return true;
    }
    [[nodiscard]] double y() const { return y_; }
    void back_to(double y) { y_ = y; }
    /// A text over as many lines as it needs, within one page where it begins.
    void paragraph(double x, double width, std::string_view text, Style style = normal) {
        for (const auto& line : wrapped(text, style, width, measure_)) {
            this->text(x, line, style);
            down(leading);
        }
    }
    [[nodiscard]] const Measure& measure() const { return measure_; }
    /// With "page 1 / 3" and the document's name below each.
    std::vector<Page> finish(const std::string& name) {
        const std::size_t count = pages_.size();
        for (std::size_t i = 0; i < count; ++i) {
            const double y = page_height - 35;
            pages_[i].push_back({left, y, name, small});
            pages_[i].push_back({right, y, fmt::format("{} {} / {}", labels_.page, i + 1, count), small, Align::right});
        }
        return std::move(pages_);
    }

private:
    const Labels& labels_;
    const Measure& measure_;
    std::vector<Page> pages_{1};
    double y_ = top;
};

void put_parties(Sheet& sheet, const Labels& labels, const Content& content) {
    const double begin = sheet.y();
    const double width = middle - left - 20;
    sheet.text(left, std::string{labels.seller}, strong);
    sheet.down(leading);
    sheet.paragraph(left, width, content.seller.name);
    sheet.paragraph(left, width, content.seller.address);
    if (!content.seller.tax_id.empty()) {
        sheet.paragraph(left, width, fmt::format("{}: {}", labels.tax_id, content.seller.tax_id));
    }
    const double end = sheet.y();
    sheet.back_to(begin);
    sheet.text(middle, std::string{labels.buyer}, strong);
    sheet.down(leading);
    sheet.paragraph(middle, right - middle, content.buyer.name);
    sheet.paragraph(middle, right - middle, content.buyer.address);
    sheet.paragraph(middle, right - middle, fmt::format("{}: {}", labels.phone, content.buyer.phone));
    sheet.back_to(std::max(end, sheet.y()) + leading);
}

void put_title(Sheet& sheet, const std::string& title,
               const std::vector<std::pair<std::string_view, std::string>>& facts) {
    sheet.text(left, title, heading);
    sheet.down(24);
    for (const auto& [name, value] : facts) {
        sheet.text(left, fmt::format("{}: {}", name, value));
        sheet.down(leading);
    }
    sheet.down(leading);
}

/// The lines of a document, with prices where it has a currency to write them in.
class Table {
public:
    Table(Sheet& sheet, const Labels& labels, const Content& content, const Language& language, bool priced)
        : sheet_(sheet), labels_(labels), content_(content), language_(language), priced_(priced) {
        const auto currency = Currency::parse(content.currency);
        check(currency.has_value(), "a document in an unknown currency");
        currency_ = *currency;
    }

    [[nodiscard]] std::string money(std::int64_t minor) const {
        return money_for_people(Money{minor, currency_}, content_.sign, language_);
    }

    void head() {
        const auto put = [&](double x, std::string_view text, Align align) {
            sheet_.text(x, std::string{text}, strong, align);
        };
        put(article_begin, labels_.article, Align::left);
        put(priced_ ? quantity_end : right, labels_.quantity, Align::right);
        if (priced_) {
            put(price_end, labels_.price, Align::right);
            put(discount_end, labels_.discount, Align::right);
            put(right, labels_.amount, Align::right);
        }
        sheet_.down(5);
        sheet_.rule();
        sheet_.down(leading);
    }

    void lines() {
        head();
        int place = 0;
        for (const auto& line : content_.lines) row(++place, line);
        sheet_.rule();
        sheet_.down(leading + 2);
    }

    void row(int place, const Line& line) {
        const double width = priced_ ? article_width : slip_article_width;
        const auto name = wrapped(line.name, normal, width, sheet_.measure());
        const std::string about = line.variant.empty() ? line.sku_code : line.sku_code + "  " + line.variant;
        const auto detail = wrapped(about, small, width, sheet_.measure());
        if (sheet_.need(leading * static_cast<double>(name.size() + detail.size()) + 4)) head();
        sheet_.text(place_end, std::to_string(place), small, Align::right);
        sheet_.text(priced_ ? quantity_end : right, std::to_string(line.quantity), normal, Align::right);
        if (priced_) {
            const std::int64_t amount_minor = line.price_minor * line.quantity - line.discount_minor;
            sheet_.text(price_end, money(line.price_minor), normal, Align::right);
            if (line.discount_minor > 0) sheet_.text(discount_end, money(-line.discount_minor), normal, Align::right);
            sheet_.text(right, money(amount_minor), normal, Align::right);
        }
        for (const auto& part : name) {
            sheet_.text(article_begin, part);
            sheet_.down(leading);
        }
        for (const auto& part : detail) {
            sheet_.text(article_begin, part, small);
            sheet_.down(leading);
        }
        sheet_.down(4);
    }

    void sum(const std::string& name, std::int64_t minor, Style style = normal) {
        const auto parts = wrapped(name, style, discount_end - middle, sheet_.measure());
        sheet_.need(leading * static_cast<double>(parts.size()) + 4);
        sheet_.text(right, money(minor), style, Align::right);
        for (const auto& part : parts) {
            sheet_.text(middle, part, style);
            sheet_.down(leading);
        }
        sheet_.down(3);
    }

private:
    Sheet& sheet_;
    const Labels& labels_;
    const Content& content_;
    const Language& language_;
    bool priced_;
    Currency currency_;
};

/// "Sales tax CA 7.25 %".
std::string tax_name(const Labels& labels, const Content& content) {
    std::string name = content.tax_label;
    if (name == "VAT") name = labels.vat;
    if (name == "Sales tax") name = labels.sales_tax;
    if (!content.tax_region.empty()) name += " " + content.tax_region;
    return fmt::format("{} {} %", name, percent_text(content.tax_milli_percent));
}

void put_sums(Table& table, const Labels& labels, const Content& content, std::string_view total_name) {
    table.sum(std::string{labels.subtotal}, content.subtotal_minor);
    if (content.discount_minor > 0) table.sum(std::string{labels.discount}, -content.discount_minor);
    std::string shipping{labels.shipping};
    if (!content.shipping_name.empty()) shipping += ": " + content.shipping_name;
    table.sum(shipping, content.shipping_minor);
    if (content.tax_minor > 0) table.sum(tax_name(labels, content), content.tax_minor);
    table.sum(std::string{total_name}, content.total_minor, strong);
    if (content.tax_included_minor > 0) {
        table.sum(fmt::format("{}: {}", labels.included, tax_name(labels, content)), content.tax_included_minor);
    }
}

}  // namespace

std::vector<std::string> wrapped(std::string_view text, Style style, double width, const Measure& measure) {
    std::vector<std::string> lines;
    std::string line;
    for (const auto& word : words_of(text)) {
        const std::string longer = line.empty() ? word : line + " " + word;
        if (measure(longer, style) <= width) {
            line = longer;
            continue;
        }
        if (!line.empty()) lines.push_back(std::move(line));
        line.clear();
        for (std::size_t at = 0; at < word.size();) {
            const std::size_t end = letter_end(word, at);
            const std::string more = line + word.substr(at, end - at);
            if (!line.empty() && measure(more, style) > width) {
                lines.push_back(std::move(line));
                line = word.substr(at, end - at);
            } else {
                line = more;
            }
            at = end;
        }
    }
    if (!line.empty()) lines.push_back(std::move(line));
    return lines;
}

std::vector<Page> invoice_pages(const Document& document, const Language& language, const Measure& measure) {
    const Labels& labels = labels_in(language);
    const Content& content = document.content;
    const bool is_credit = document.kind == Kind::credit_note;
    const std::string title =
        fmt::format("{} {} {}", is_credit ? labels.credit_note : labels.invoice, labels.number, document.number);
    Sheet sheet{labels, measure};
    std::vector<std::pair<std::string_view, std::string>> facts{{labels.date, document.day}};
    if (is_credit) facts.emplace_back(labels.corrects, document.corrects);
    facts.emplace_back(labels.order, content.order_number);
    facts.emplace_back(labels.ordered_on, content.order_day);
    put_title(sheet, title, facts);
    put_parties(sheet, labels, content);
    Table table{sheet, labels, content, language, true};
    if (!is_credit || content.is_whole.value_or(false)) {
        table.lines();
        put_sums(table, labels, content, is_credit ? labels.credited : labels.total);
    } else {
        sheet.rule();
        sheet.down(leading + 2);
        table.sum(fmt::format("{} {}", labels.refunded, content.order_number), document.amount_minor);
        table.sum(std::string{labels.credited}, document.amount_minor, strong);
        if (document.tax_minor > 0) {
            table.sum(fmt::format("{}: {}", labels.included, tax_name(labels, content)), document.tax_minor);
        }
    }
    return sheet.finish(title);
}

std::vector<Page> slip_pages(const Content& content, const Language& language, const Measure& measure) {
    const Labels& labels = labels_in(language);
    const std::string title = fmt::format("{} {}", labels.slip, content.order_number);
    Sheet sheet{labels, measure};
    std::vector<std::pair<std::string_view, std::string>> facts{{labels.ordered_on, content.order_day}};
    if (!content.shipping_name.empty()) facts.emplace_back(labels.shipping, content.shipping_name);
    put_title(sheet, title, facts);
    put_parties(sheet, labels, content);
    Table table{sheet, labels, content, language, false};
    table.lines();
    std::int64_t pieces = 0;
    for (const auto& line : content.lines) pieces += line.quantity;
    sheet.need(leading * 2);
    sheet.text(article_begin, std::string{labels.pieces}, strong);
    sheet.text(right, std::to_string(pieces), strong, Align::right);
    sheet.down(leading * 2);
    if (!content.notes.empty()) {
        const auto notes = wrapped(content.notes, normal, right - left, measure);
        sheet.need(leading * static_cast<double>(notes.size() + 1));
        sheet.text(left, std::string{labels.notes}, strong);
        sheet.down(leading);
        sheet.paragraph(left, right - left, content.notes);
    }
    return sheet.finish(title);
}

}  // namespace marque::invoices
