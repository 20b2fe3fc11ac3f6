#pragma once
// Words to terms: what the forms of one word have in common.

#include <memory>
#include <string>
#include <string_view>

struct sb_stemmer;

namespace marque::catalog::search {

/// The language a text is in decides how its Cyrillic words are stemmed; Latin words are always taken for English.
enum class Tongue { other, kyrgyz };

/// Snowball's stemmers and ours. Not for several threads at once.
class Stemmers {
public:
    Stemmers();
    [[nodiscard]] std::string term(std::string_view word, Tongue tongue) const;

private:
    struct Delete {
        void operator()(sb_stemmer* stemmer) const;
    };
    using Handle = std::unique_ptr<sb_stemmer, Delete>;
    Handle english_;
    Handle russian_;
};

}  // namespace marque::catalog::search
