// A small tokeniser for descriptions: it never fails, and its work is linear in the length of the text.
#include "features/catalog/import/html_text.h"

#include "features/catalog/import/html_entities.h"
#include "features/catalog/import/utf8.h"

namespace marque::catalog::import {

namespace {

constexpr char32_t bullet = 0x2022;
constexpr std::size_t entity_name_bytes_max = 10;
constexpr std::size_t quoted_tag_bytes_max = 512;

bool is_letter(char byte) { return (byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z'); }
bool is_digit(char byte) { return byte >= '0' && byte <= '9'; }
char lower(char byte) { return byte >= 'A' && byte <= 'Z' ? static_cast<char>(byte - 'A' + 'a') : byte; }

bool is_space(char32_t point) {
    return point == ' ' || (point >= '\t' && point <= '\r') || point == 0xA0 || (point >= 0x2000 && point <= 0x200A) ||
           point == 0x2028 || point == 0x2029 || point == 0x202F || point == 0x3000;
}

// Control characters, and invisible ones that would make equal-looking words differ.
bool is_dropped(char32_t point) {
    return point < 0x20 || (point >= 0x7F && point <= 0x9F) || point == 0xAD || point == 0x200B || point == 0xFEFF;
}

// Text with folded white space: spaces and breaks are owed until a character follows, so none stand at any end.
class Folder {
public:
    void put(char32_t point) {
        if (is_space(point)) {
            space_ = true;
            return;
        }
        if (is_dropped(point) || (point == bullet && after_bullet_)) {
            return;
        }
        settle();
        append_point(text_, point);
        after_bullet_ = false;
        if (point == bullet && at_line_start_) {
            after_bullet_ = true;
            space_ = true;
        }
        at_line_start_ = false;
    }

    // One break ends a line, two leave a blank one; breaks in a row do not add up beyond that.
    void end_line(int breaks) {
        breaks_ = std::max(breaks_, breaks);
        space_ = false;
    }

    // A <br> always ends the line, so two of them leave a blank line.
    void add_break() {
        breaks_ = std::min(2, breaks_ + 1);
        space_ = false;
    }

    std::string take() { return std::move(text_); }

private:
    void settle() {
        if (text_.empty()) {
            at_line_start_ = true;
        } else if (breaks_ > 0) {
            text_.append(static_cast<std::size_t>(breaks_), '\n');
            at_line_start_ = true;
        } else if (space_) {
            text_ += ' ';
        }
        breaks_ = 0;
        space_ = false;
    }

    std::string text_;
    bool space_ = false;
    bool at_line_start_ = true;
    bool after_bullet_ = false;
    int breaks_ = 0;
};

class Tokeniser {
public:
    explicit Tokeniser(std::string_view html) : html_(html), last_close_(html.rfind('>')) {}

    std::string run() {
        while (position_ < html_.size()) {
            const char byte = html_[position_];
            if ((byte == '<' && markup()) || (byte == '&' && entity())) {
                continue;
            }
            const auto decoded = decode_point(html_, position_);
            folder_.put(decoded.point);
            position_ += decoded.bytes;
        }
        return folder_.take();
    }

private:
    // Looking for a '>' that does not exist would make many '<' cost the square of the length.
    bool has_close() const { return last_close_ != std::string_view::npos && position_ < last_close_; }

    bool markup() {
        const auto rest = html_.substr(position_);
        if (rest.starts_with("<!--")) {
            skip_past("-->", 4);
            return true;
        }
        const bool closing = rest.starts_with("</");
        const std::size_t name_begin = closing ? 2 : 1;
        const bool declaration = rest.starts_with("<!") || rest.starts_with("<?");
        if (!has_close() || !(declaration || (rest.size() > name_begin && is_letter(rest[name_begin])))) {
            return false;
        }
        std::string name;
        for (auto index = name_begin; index < rest.size() && name.size() < 16; ++index) {
            if (!is_letter(rest[index]) && !is_digit(rest[index])) {
                break;
            }
            name += lower(rest[index]);
        }
        position_ += tag_bytes(rest);
        if (!closing && (name == "script" || name == "style")) {
            skip_past(name == "script" ? "</script" : "</style", 0);
        }
        apply(name, closing);
        return true;
    }

    // The tag ends at the first '>' outside quotes; a quote that does not close soon is taken for a slip of the pen.
    static std::size_t tag_bytes(std::string_view rest) {
        char quote = '\0';
        const auto limit = std::min(rest.size(), quoted_tag_bytes_max);
        for (std::size_t index = 1; index < limit; ++index) {
            const char byte = rest[index];
            if (quote != '\0') {
                quote = byte == quote ? '\0' : quote;
            } else if (byte == '>') {
                return index + 1;
            } else if (byte == '"' || byte == '\'') {
                quote = byte;
            }
        }
        return rest.find('>') + 1;
    }

    // Case matters only for the tags asked for here, which HTML allows in any case.
    void skip_past(std::string_view ending, std::size_t offset) {
        for (auto index = position_ + offset; index + ending.size() <= html_.size(); ++index) {
            std::size_t same = 0;
            while (same < ending.size() && lower(html_[index + same]) == ending[same]) {
                ++same;
            }
            if (same == ending.size()) {
                const auto close = html_.find('>', index);
                position_ = close == std::string_view::npos ? html_.size() : close + 1;
                return;
            }
        }
        position_ = html_.size();
    }

    void apply(std::string_view name, bool closing) {
        static constexpr std::array<std::string_view, 9> paragraphs = {"p",  "h1", "h2", "h3",        "h4",
                                                                       "h5", "h6", "hr", "blockquote"};
        static constexpr std::array<std::string_view, 14> blocks = {"div",     "ul",     "ol",     "dl",    "dt",
                                                                    "dd",      "table",  "tr",     "pre",   "section",
                                                                    "article", "header", "footer", "figure"};
        if (name == "br") {
            folder_.add_break();
        } else if (name == "li") {
            folder_.end_line(1);
            if (!closing) {
                folder_.put(bullet);
            }
        } else if (name == "td" || name == "th") {
            folder_.put(' ');
        } else if (std::ranges::find(paragraphs, name) != paragraphs.end()) {
            folder_.end_line(2);
        } else if (std::ranges::find(blocks, name) != blocks.end()) {
            folder_.end_line(1);
        }
    }

    bool entity() {
        const auto rest = html_.substr(position_, entity_name_bytes_max + 2);
        const auto end = rest.find(';');
        if (end == std::string_view::npos || end < 2) {
            return false;
        }
        const auto name = rest.substr(1, end - 1);
        const auto point = name.front() == '#' ? numeric(name.substr(1)) : named_entity(name);
        if (!point) {
            return false;
        }
        folder_.put(*point);
        position_ += end + 1;
        return true;
    }

    static std::optional<char32_t> numeric(std::string_view digits) {
        const bool hexadecimal = !digits.empty() && lower(digits.front()) == 'x';
        digits.remove_prefix(hexadecimal ? 1 : 0);
        if (digits.empty()) {
            return std::nullopt;
        }
        char32_t number = 0;
        for (const char byte : digits) {
            const char small = lower(byte);
            const bool letter = hexadecimal && small >= 'a' && small <= 'f';
            if (!is_digit(byte) && !letter) {
                return std::nullopt;
            }
            const int value = letter ? small - 'a' + 10 : byte - '0';
            // At most nine digits fit the name, so only the range check of the caller is needed against large numbers.
            number = number * (hexadecimal ? 16 : 10) + static_cast<char32_t>(value);
            number = std::min<char32_t>(number, 0x110000);
        }
        return numeric_entity(number);
    }

    std::string_view html_;
    std::size_t last_close_;
    std::size_t position_ = 0;
    Folder folder_;
};

std::string_view trimmed(std::string_view text) {
    const auto begin = text.find_first_not_of(" \n");
    return begin == std::string_view::npos ? "" : text.substr(begin, text.find_last_not_of(" \n") - begin + 1);
}

}  // namespace

std::string html_to_text(std::string_view html) { return Tokeniser(html).run(); }

std::string html_to_line(std::string_view html) {
    std::string text = html_to_text(html);
    std::string line;
    for (const char byte : text) {
        const char folded = byte == '\n' ? ' ' : byte;
        if (folded != ' ' || (!line.empty() && line.back() != ' ')) {
            line += folded;
        }
    }
    return line;
}

TextParts split_bullets(std::string_view text) {
    constexpr std::string_view mark = "\xE2\x80\xA2";
    TextParts parts;
    for (std::size_t begin = 0; begin <= text.size();) {
        const auto end = std::min(text.find('\n', begin), text.size());
        auto line = text.substr(begin, end - begin);
        begin = end + 1;
        if (!line.starts_with(mark)) {
            // Bullets taken out from between two blank lines leave one of them.
            if (line.empty() && parts.prose.ends_with("\n\n")) {
                continue;
            }
            parts.prose += line;
            parts.prose += '\n';
            continue;
        }
        // A line may hold several bullets when its author forgot the breaks between them.
        while (!line.empty()) {
            line.remove_prefix(mark.size());
            const auto next = std::min(line.find(mark), line.size());
            if (const auto bulleted = trimmed(line.substr(0, next)); !bulleted.empty()) {
                parts.bullets.emplace_back(bulleted);
            }
            line.remove_prefix(next);
        }
    }
    parts.prose = std::string(trimmed(parts.prose));
    return parts;
}

}  // namespace marque::catalog::import
