// Keeping, finding and forgetting of answers; no lock, since a cache belongs to one thread.
#include "http/answer_cache.h"

#include <fmt/format.h>

#include "core/check.h"
#include "http/entity_tag.h"

namespace marque::http {
namespace {

/// What an entry costs beside its bytes: list node, map node, answer, representation.
constexpr std::size_t entry_overhead_bytes = 600;

/// The body in one piece.
std::string whole_body(Response& response) {
    if (response.parts.empty()) return std::move(response.body);
    std::string whole;
    whole.reserve(response.body_size());
    for (const auto part : response.parts) whole += part;
    return whole;
}

}  // namespace

Answer::Answer(Response response, std::string_view scope, std::uint64_t version) : version_(version) {
    check(response.status == 200, "only good answers are kept");
    auto plain = std::make_shared<Representation>();
    plain->bytes = whole_body(response);
    response.parts.clear();
    response.owner.reset();
    response.body.clear();
    shape_ = std::move(response);
    std::string content{scope};
    content.reserve(scope.size() + shape_.content_type.size() + plain->bytes.size() + 2);
    content.append("\n").append(shape_.content_type).append("\n").append(plain->bytes);
    digest_ = content_digest(content);
    plain->tag = '"' + digest_ + '"';
    forms_[0] = std::move(plain);
}

std::shared_ptr<Answer> AnswerCache::find(std::string_view key, std::uint64_t version, Timestamp now) {
    const auto found = by_key_.find(key);
    if (found == by_key_.end()) return nullptr;
    const auto entry = found->second;
    const auto& answer = entry->answer;
    if (answer->version_ != version || (answer->valid_until() && *answer->valid_until() <= now)) return nullptr;
    entries_.splice(entries_.begin(), entries_, entry);
    return answer;
}

std::shared_ptr<Answer> AnswerCache::keep(std::string key, std::string_view scope, std::uint64_t version,
                                          Response response) {
    auto answer = std::make_shared<Answer>(std::move(response), scope, version);
    if (const auto found = by_key_.find(std::string_view{key}); found != by_key_.end()) {
        if (found->second->answer->digest_ == answer->digest_) answer->forms_ = found->second->answer->forms_;
        forget(found->second);
    }
    std::size_t bytes = entry_overhead_bytes + key.size();
    for (const auto& form : answer->forms_) bytes += form == nullptr ? 0 : form->bytes.size();
    // One answer may not push out everything else.
    if (bytes > bytes_max_ / 4) return answer;
    entries_.push_front({std::move(key), answer, bytes});
    by_key_.emplace(entries_.front().key, entries_.begin());
    bytes_ += bytes;
    make_room();
    return answer;
}

std::shared_ptr<const Representation> AnswerCache::in(const std::string& key, Answer& answer, Coding coding) {
    auto& form = answer.forms_[static_cast<std::size_t>(coding)];
    if (form != nullptr) return form;
    auto made = std::make_shared<Representation>();
    made->bytes = coded(answer.plain().bytes, coding);
    made->tag = fmt::format("\"{}-{}\"", answer.digest_, coding_word(coding));
    made->coding_lines = fmt::format("Content-Encoding: {}\r\n", coding_word(coding));
    form = made;
    const auto found = by_key_.find(std::string_view{key});
    if (found != by_key_.end() && found->second->answer.get() == &answer) {
        found->second->bytes += made->bytes.size();
        bytes_ += made->bytes.size();
        make_room();
    }
    return made;
}

void AnswerCache::make_room() {
    while (bytes_ > bytes_max_ && !entries_.empty()) forget(std::prev(entries_.end()));
}

void AnswerCache::forget(Entries::iterator entry) {
    bytes_ -= entry->bytes;
    by_key_.erase(entry->key);
    entries_.erase(entry);
}

}  // namespace marque::http
