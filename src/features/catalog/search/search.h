#pragma once
// Search over a catalogue in memory: an immutable index of documents, and queries that forgive what people do to words.
// Nothing here knows products, markets or HTTP; documents have keys of the caller's choosing, and the caller filters.

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "features/catalog/search/vocabulary.h"

namespace marque::catalog::search {

/// Where a text stands in a document; what it weighs is told in build.cpp.
enum class Field : std::uint8_t { name, brand, category, color, size, feature, description };
inline constexpr std::size_t field_count = 7;

struct Piece {
    Field field = Field::name;
    /// A number for the text's language. Pieces of one language stand side by side.
    std::uint8_t language = 0;
    Tongue tongue = Tongue::other;
    std::string_view text;
};

struct Document {
    std::uint32_t key = 0;
    /// Anything that grows with demand, such as sales; only its order of magnitude counts.
    double popularity = 0;
    std::vector<Piece> pieces;
};

/// What an index can do; all but tests want all of it.
struct Abilities {
    bool stemming = true;
    bool typos = true;
    bool alphabets = true;
    bool layouts = true;
};

struct Match {
    std::uint32_t key = 0;
    float score = 0;
};

/// An answer; reused from query to query it allocates nothing.
struct Found {
    /// In no order: see best_first(). Those that have every word of the query, and where they are few, others that have
    /// most.
    std::vector<Match> matches;
    /// How many of them have every word.
    std::size_t complete = 0;
    /// The query as it was understood where a word had to be corrected, else empty.
    std::string corrected_query;
    /// Words, as typed, that not all matches have; empty where nothing was found.
    std::vector<std::string> relaxed;
};

/// Sorts the best `count` matches to the front: by score, then by key.
void best_first(std::vector<Match>& matches, std::size_t count);

/// What a thread needs to search, kept between queries.
class Scratch {
public:
    Scratch() = default;

private:
    friend class Scorer;
    friend class Interpreter;
    /// What is known of a document while postings are added up.
    struct Slot {
        float score = 0;
        /// What the last word added, so that a better term of the same word can take its place.
        float added = 0;
        /// Which words of the query it has.
        std::uint32_t words = 0;
    };
    Stemmers stemmers_;
    std::vector<Slot> slots_;
    std::vector<std::uint32_t> touched_;
};

class Synonyms;

class Index {
public:
    /// Never throws for a query, whatever its bytes. `synonyms` may be null.
    void search(std::string_view query, const Synonyms* synonyms, Scratch& scratch, Found& found) const;

    /// The query with its last word completed, in several ways, the most used first; each finds something, none is the
    /// query itself.
    [[nodiscard]] std::vector<std::string> complete(std::string_view query, const Synonyms* synonyms, std::size_t count,
                                                    Scratch& scratch) const;

    /// Documents that can be found, and those that were replaced or removed and only take space.
    [[nodiscard]] std::size_t size() const { return known_.size() - gone_; }
    [[nodiscard]] std::size_t gone() const { return gone_; }
    [[nodiscard]] const Vocabulary& vocabulary() const { return vocabulary_; }
    [[nodiscard]] const Abilities& abilities() const { return abilities_; }
    [[nodiscard]] std::size_t memory_bytes() const;

private:
    friend class IndexBuilder;
    friend class Scorer;
    friend class Synonyms;

    struct Postings {
        const std::uint32_t* documents = nullptr;
        const std::uint8_t* impacts = nullptr;
        std::size_t size = 0;
    };
    /// Documents that have the term where it matters, and those that only mention it in their description.
    enum class Part : std::uint8_t { said, mentioned };
    [[nodiscard]] Postings postings(std::uint32_t term, Part part) const {
        const auto start = part == Part::said ? starts_[term] : middles_[term];
        const auto end = part == Part::said ? middles_[term] : starts_[term + 1];
        return {documents_.data() + start, impacts_.data() + start, end - start};
    }

    Abilities abilities_;
    Vocabulary vocabulary_;
    struct Known {
        std::uint32_t key;  // `none` where the document is gone
        float prior;        // 0 to 1
    };
    std::vector<Known> known_;
    std::size_t gone_ = 0;
    double most_popular_ = 0;
    /// Of term i: documents_[starts_[i]…starts_[i + 1]), up to middles_[i] those that say it, each part ascending; and
    /// what the term means to each, 1 to 255.
    std::vector<std::uint32_t> starts_{0};
    std::vector<std::uint32_t> middles_;
    std::vector<std::uint32_t> documents_;
    std::vector<std::uint8_t> impacts_;
};

/// Takes documents one by one; their texts need not outlive add().
class IndexBuilder {
public:
    explicit IndexBuilder(Abilities abilities = {});
    /// Builds upon another index, which stays as it is: documents are replaced by their key. Takes a small part of the
    /// time of building anew, whatever the number of documents.
    explicit IndexBuilder(std::shared_ptr<const Index> base);
    ~IndexBuilder();
    IndexBuilder(const IndexBuilder&) = delete;
    IndexBuilder& operator=(const IndexBuilder&) = delete;

    void add(const Document& document);
    void remove(std::uint32_t key);
    /// The index of all that was added; the builder is spent.
    [[nodiscard]] std::shared_ptr<const Index> finish();

private:
    struct State;
    std::unique_ptr<State> state_;
};

/// Groups of words that stand for each other ("sneakers", "кроссовки"; also "tank top"), bound to an index, which
/// must live as long. Quick to make again when the groups change.
class Synonyms {
public:
    Synonyms(const Index& index, const std::vector<std::vector<std::string>>& groups);

private:
    friend class Scorer;
    friend class Interpreter;
    struct Member {
        /// The terms of each of its words, any of which will do.
        std::vector<std::vector<std::uint32_t>> words;
        /// Where it has several words: the number of a term made for it, behind those of the index.
        std::uint32_t joint_term = none;
    };
    struct Group {
        std::vector<Member> members;
    };
    struct JointPostings {
        std::vector<std::uint32_t> documents;
        std::vector<std::uint8_t> impacts;
    };
    /// Terms of a word: those of the index, else one of our own for each of its stems.
    [[nodiscard]] std::vector<std::uint32_t> terms_of(const Index& index, const Stemmers& stemmers,
                                                      std::string_view word);
    void find_own(std::string_view word, const Stemmers& stemmers, std::vector<Expansion>& found) const;
    void add_joint_term(const Index& index, Member& member);

    std::vector<Group> groups_;
    /// Groups by each term that a member begins with.
    std::unordered_map<std::uint32_t, std::vector<std::uint32_t>> by_first_term_;
    /// Postings of terms behind those of the index: none for a word that only synonyms know.
    std::vector<JointPostings> joint_;
    std::unordered_map<std::string, std::uint32_t> own_terms_;
};

}  // namespace marque::catalog::search
