#pragma once
// Refusals: the answers to a user's mistake. Each is a constant with status, code and title; thrown once, caught once.

#include <exception>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace marque {

/// One kind of problem an API caller can run into; `code` is part of the API ("orders.out_of_stock").
struct Refusal {
    int status;
    std::string_view code;
    std::string_view title;
};

/// What is wrong with one field: its path ("items[2].quantity") and what was expected.
struct FieldError {
    std::string field;
    std::string message;
};

/// The limit a caller has reached, as the RateLimit fields tell it: so many in a window of so many seconds.
struct Quota {
    std::string_view policy;  // a literal: "phone-hour"
    int uses_max = 0;
    int window_s = 0;
    int left_uses = 0;
    int left_s = 0;  // until there is more
};

/// Thrown by rules, turned into a problem document (RFC 9457) in one place, http/problem.cpp.
class Refused : public std::exception {
public:
    explicit Refused(const Refusal& refusal) : refusal_(&refusal) {}
    Refused(const Refusal& refusal, std::string detail, std::vector<FieldError> errors = {})
        : refusal_(&refusal), detail_(std::move(detail)), errors_(std::move(errors)) {}

    [[nodiscard]] const Refusal& refusal() const { return *refusal_; }
    /// A sentence about this very case; the title where there is none.
    [[nodiscard]] std::string_view detail() const {
        return detail_.empty() ? refusal_->title : std::string_view{detail_};
    }
    [[nodiscard]] const std::vector<FieldError>& errors() const { return errors_; }
    [[nodiscard]] const char* what() const noexcept override { return refusal_->code.data(); }

    /// Seconds after which trying again makes sense; 0 leaves the Retry-After header out.
    int retry_after_s = 0;
    /// The limit that was reached, for the RateLimit fields.
    std::optional<Quota> quota;

private:
    const Refusal* refusal_;
    std::string detail_;
    std::vector<FieldError> errors_;
};

}  // namespace marque
