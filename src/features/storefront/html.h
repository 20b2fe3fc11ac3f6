#pragma once
// HTML that is escaped by construction: templates are literals, checked while compiling, and every value in a hole is
// escaped for its place. There is no way to put a text into a page as markup.
//
//     html.add(R"(<a class="card" href="{}">{}</a>)", links.product(card.slug), card.name);
//
// A hole is `{}`: between tags, in a quoted attribute, or, for a Flag, in a tag. An attribute that browsers follow
// (href, src, …) takes an Address only; script and style elements have no holes.

#include <concepts>
#include <string>
#include <string_view>
#include <type_traits>

namespace marque::storefront {

/// Where a link may lead and a picture may lie: a path of this server, or http(s) elsewhere; never a script.
class Address {
public:
    /// Of data: anything that is neither a path nor http(s) leads to the page itself.
    [[nodiscard]] static Address of(std::string_view given);
    [[nodiscard]] const std::string& text() const { return text_; }

private:
    explicit Address(std::string text) : text_(std::move(text)) {}
    std::string text_;
};

/// Several addresses with widths, for srcset.
class AddressSet {
public:
    void add(const Address& address, int width);
    [[nodiscard]] bool empty() const { return text_.empty(); }
    [[nodiscard]] const std::string& text() const { return text_; }

private:
    std::string text_;
};

/// An attribute that is there or not: `<input {}>` with Flag{"checked", is_checked}.
struct Flag {
    constexpr Flag(std::string_view attribute, bool is_on) : name(attribute), on(is_on) {}
    std::string_view name;
    bool on;
};

class Html;

namespace detail {

enum class Kind { text, number, address, address_set, flag, html };

template <class T>
consteval Kind kind_of() {
    using Plain = std::remove_cvref_t<T>;
    if constexpr (std::same_as<Plain, Html>) return Kind::html;
    if constexpr (std::same_as<Plain, Address>) return Kind::address;
    if constexpr (std::same_as<Plain, AddressSet>) return Kind::address_set;
    if constexpr (std::same_as<Plain, Flag>) return Kind::flag;
    if constexpr (std::integral<Plain> && !std::same_as<Plain, bool> && !std::same_as<Plain, char>) return Kind::number;
    static_assert(std::integral<Plain> || std::same_as<Plain, Html> || std::same_as<Plain, Address> ||
                      std::same_as<Plain, AddressSet> || std::same_as<Plain, Flag> ||
                      std::convertible_to<const Plain&, std::string_view>,
                  "a hole takes a text, a whole number, an Address, a Flag or Html");
    return Kind::text;
}

/// Ends the compilation with its argument in the message.
void template_is_wrong(const char* why);

/// Walks a template as a browser would, as far as our own templates go.
class Scanner {
public:
    constexpr explicit Scanner(std::string_view text) : text_(text) {}

    /// Where the next hole stands; npos when there is none.
    constexpr std::size_t next_hole() {
        for (; at_ < text_.size(); ++at_) {
            if (text_.substr(at_).starts_with("{}")) {
                at_ += 2;
                return at_ - 2;
            }
            step(text_[at_]);
        }
        if (state_ != State::between) template_is_wrong("a template ends inside a tag");
        return std::string_view::npos;
    }

    constexpr void accept(Kind kind) const {
        if (raw_) template_is_wrong("no holes in script and style");
        switch (state_) {
            case State::between:
                if (kind == Kind::flag || kind == Kind::address || kind == Kind::address_set)
                    template_is_wrong("between tags stand texts, numbers and Html");
                return;
            case State::tag:
                if (kind != Kind::flag) template_is_wrong("in a tag stands a Flag, or the attribute wants quotes");
                return;
            case State::quoted: {
                if (kind == Kind::html || kind == Kind::flag) template_is_wrong("an attribute takes no markup");
                if (attribute_ == "style" || attribute_.starts_with("on"))
                    template_is_wrong("no holes in style and event attributes");
                const bool followed = attribute_ == "href" || attribute_ == "src" || attribute_ == "action" ||
                                      attribute_ == "formaction" || attribute_ == "poster" || attribute_ == "data";
                if (followed && kind != Kind::address) template_is_wrong("href, src and action take an Address");
                if ((attribute_ == "srcset" || attribute_ == "imagesrcset") && kind != Kind::address_set)
                    template_is_wrong("srcset takes an AddressSet");
            }
        }
    }

private:
    enum class State { between, tag, quoted };

    constexpr void step(char c) {
        switch (state_) {
            case State::between:
                if (c != '<') return;
                state_ = State::tag;
                tag_begin_ = at_ + 1;
                attribute_begin_ = at_ + 1;
                return;
            case State::tag:
                if (c == '>') {
                    leave_tag();
                } else if (c == ' ' || c == '\n') {
                    attribute_begin_ = at_ + 1;
                } else if (c == '"') {
                    if (text_[at_ - 1] != '=') template_is_wrong("a quote without its attribute");
                    attribute_ = text_.substr(attribute_begin_, at_ - 1 - attribute_begin_);
                    state_ = State::quoted;
                } else if (c == '\'') {
                    template_is_wrong("attributes stand in double quotes");
                }
                return;
            case State::quoted:
                if (c == '"') state_ = State::tag;
        }
    }
    constexpr void leave_tag() {
        state_ = State::between;
        const auto tag = text_.substr(tag_begin_, at_ - tag_begin_);
        const auto is = [&](std::string_view name) {
            return tag.starts_with(name) && (tag.size() == name.size() || tag[name.size()] == ' ');
        };
        if (is("script") || is("style")) raw_ = true;
        if (is("/script") || is("/style")) raw_ = false;
    }

    std::string_view text_;
    std::size_t at_ = 0;
    std::size_t tag_begin_ = 0;
    std::size_t attribute_begin_ = 0;
    std::string_view attribute_;
    State state_ = State::between;
    bool raw_ = false;
};

template <class... Values>
class Template {
public:
    consteval Template(const char* text) : text_(text) {  // implicit: a literal is a template
        Scanner scanner{text_};
        (take_hole(scanner, kind_of<Values>()), ...);
        if (scanner.next_hole() != std::string_view::npos) template_is_wrong("more holes than values");
    }
    [[nodiscard]] constexpr std::string_view text() const { return text_; }

private:
    static consteval void take_hole(Scanner& scanner, Kind kind) {
        if (scanner.next_hole() == std::string_view::npos) template_is_wrong("more values than holes");
        scanner.accept(kind);
    }
    std::string_view text_;
};

}  // namespace detail

/// A piece of a page, finished.
class Html {
public:
    template <class... Values>
    Html& add(detail::Template<std::type_identity_t<Values>...> markup, const Values&... values) {
        std::string_view rest = markup.text();
        (take(rest, values), ...);
        text_ += rest;
        return *this;
    }
    Html& add(const Html& piece) {
        text_ += piece.text_;
        return *this;
    }
    /// A script element that holds data and runs nothing; `type` is a literal such as "application/ld+json".
    template <std::size_t Size>
    Html& add_data(const char (&type)[Size], std::string_view id, std::string_view json) {
        return add_data_of(std::string_view{type, Size - 1}, id, json);
    }
    [[nodiscard]] bool empty() const { return text_.empty(); }
    [[nodiscard]] const std::string& text() const { return text_; }
    [[nodiscard]] std::string take_text() { return std::move(text_); }

private:
    template <class Value>
    void take(std::string_view& rest, const Value& value) {
        const auto hole = rest.find("{}");
        text_ += rest.substr(0, hole);
        rest.remove_prefix(hole + 2);
        put(value);
    }
    void put(const Html& value) { text_ += value.text_; }
    void put(const Flag& value) {
        if (value.on) text_ += value.name;
    }
    void put(const Address& value) { put(std::string_view{value.text()}); }
    void put(const AddressSet& value) { put(std::string_view{value.text()}); }
    void put(std::string_view value);
    void put(const std::string& value) { put(std::string_view{value}); }
    void put(const char* value) { put(std::string_view{value}); }
    template <std::integral Number>
    void put(Number value) {
        text_ += std::to_string(value);
    }
    Html& add_data_of(std::string_view type, std::string_view id, std::string_view json);

    std::string text_;
};

}  // namespace marque::storefront
