#pragma once
// A thread's own memory of answers that depend on nothing but target, market, language and the catalogue: the bytes,
// their entity tags and their compressed forms, each made once. Bounded; what was not asked for longest goes first.

#include <array>
#include <list>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>

#include "core/clock.h"
#include "http/coding.h"
#include "http/response.h"

namespace marque::http {

/// Bytes as they are sent, and what names them. A coding of its own has a tag of its own: it is other bytes.
struct Representation {
    std::string bytes;
    std::string tag;           // with its quotes
    std::string coding_lines;  // header lines beside the tag; empty for identity
};

/// An answer in all the codings that were asked for so far.
class Answer {
public:
    /// `response` is 200; `scope` is what the tag covers beside the bytes: market, language, currency.
    Answer(Response response, std::string_view scope, std::uint64_t version);

    /// Status, content type and the handler's own headers, without a body.
    [[nodiscard]] const Response& shape() const { return shape_; }
    [[nodiscard]] const Representation& plain() const { return *forms_[0]; }
    [[nodiscard]] std::optional<Timestamp> valid_until() const { return shape_.valid_until; }
    /// Below this the head is larger than what could be saved.
    [[nodiscard]] bool worth_compressing() const { return plain().bytes.size() >= 1024; }

private:
    friend class AnswerCache;
    Response shape_;
    std::string digest_;
    std::uint64_t version_;
    std::array<std::shared_ptr<const Representation>, coding_count> forms_;
};

class AnswerCache {
public:
    explicit AnswerCache(std::size_t bytes_max) : bytes_max_(bytes_max) {}

    /// The answer made from this version of the catalogue and still valid; nullptr where there is none.
    [[nodiscard]] std::shared_ptr<Answer> find(std::string_view key, std::uint64_t version, Timestamp now);
    /// Keeps an answer under `key`. Where the bytes are what they were in an older version, its compressed forms stay.
    std::shared_ptr<Answer> keep(std::string key, std::string_view scope, std::uint64_t version, Response response);
    /// An answer in a coding, compressed now if it never was.
    std::shared_ptr<const Representation> in(const std::string& key, Answer& answer, Coding coding);

    [[nodiscard]] std::size_t bytes() const { return bytes_; }
    [[nodiscard]] std::size_t size() const { return by_key_.size(); }

private:
    struct Entry {
        std::string key;
        std::shared_ptr<Answer> answer;
        std::size_t bytes = 0;
    };
    using Entries = std::list<Entry>;
    void make_room();
    void forget(Entries::iterator entry);

    std::size_t bytes_max_;
    std::size_t bytes_ = 0;
    Entries entries_;  // last asked for first
    std::unordered_map<std::string_view, Entries::iterator> by_key_;
};

}  // namespace marque::http
