// PUT, GET, HEAD and DELETE of single objects; every one of them may be repeated without harm.
#include "features/media/s3.h"

#include <fmt/format.h>

#include "core/log.h"
#include "features/media/media.h"
#include "features/media/s3_signature.h"
#include "work/background.h"
#include "work/http_client.h"

namespace marque::media {
namespace {

constexpr int tries_max = 3;
constexpr std::chrono::milliseconds first_wait{200};
/// The largest object there is: a master.
constexpr std::size_t object_bytes_max = 40UL * 1024 * 1024;

/// Outlives the storage while a request is under way.
struct Bucket {
    Bucket(const Config& config, boost::asio::io_context& io)
        : context(io),
          client(std::make_unique<work::HttpClient>(io)),
          credentials{config.s3_region, config.s3_access_key, config.s3_secret_key},
          timeout_ms(config.s3_timeout_s * 1'000) {
        const auto scheme_end = config.s3_endpoint.find("://") + 3;
        scheme = config.s3_endpoint.substr(0, scheme_end);
        host = config.s3_endpoint.substr(scheme_end);
        if (config.s3_path_style) {
            prefix = "/" + config.s3_bucket;
        } else {
            host = config.s3_bucket + "." + host;
        }
    }
    boost::asio::io_context& context;
    std::unique_ptr<work::HttpClient> client;  // gone once the storage is: calls under way end then
    S3Credentials credentials;
    int timeout_ms;
    std::string scheme;
    std::string host;
    std::string prefix;
    bool stopping = false;
};

struct Ask {
    std::string method;
    std::string key;
    std::string body;
    std::string_view content_type;
};

[[noreturn]] void refuse() {
    Refused refused{storage_unavailable};
    refused.retry_after_s = 10;
    throw refused;
}

/// What stands between <Code> and </Code>; never more than a word, and nothing of the request.
std::string code_of(std::string_view body) {
    const auto begin = body.find("<Code>");
    if (begin == std::string_view::npos) return {};
    const auto word = body.substr(begin + 6, 40);
    return std::string{word.substr(0, word.find_first_not_of("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"))};
}

work::HttpCall call_of(const Bucket& bucket, const Ask& ask) {
    const std::string path = bucket.prefix + "/" + ask.key;
    work::HttpCall call{.method = ask.method,
                        .url = bucket.scheme + bucket.host + path,
                        .body = ask.body,
                        .total_timeout_ms = bucket.timeout_ms,
                        .answer_bytes_max = object_bytes_max};
    call.headers = s3_signature(
        {.method = ask.method, .host = bucket.host, .path = path, .query = {}, .body = ask.body, .headers = {}},
        bucket.credentials, Timestamp::now());
    if (ask.method == "PUT") {
        call.headers.push_back(fmt::format("Content-Type: {}", ask.content_type));
        call.headers.emplace_back("Cache-Control: public, max-age=31536000, immutable");
    }
    return call;
}

bool is_passing(int status) { return status >= 500 || status == 429 || status == 408; }

/// An answer of 2xx, or 404; anything else is refused after it has been logged.
Task<work::HttpAnswer> send(std::shared_ptr<Bucket> bucket, Ask ask) {
    std::string trouble;
    auto wait = first_wait;
    for (int attempt = 1; attempt <= tries_max && !bucket->stopping; ++attempt) {
        if (attempt > 1) {
            work::Alarm alarm{bucket->context};
            co_await alarm.wait(wait);
            wait *= 3;
        }
        auto answer = co_await bucket->client->send(call_of(*bucket, ask));
        if (answer && (answer->status / 100 == 2 || answer->status == 404)) co_return std::move(*answer);
        trouble = answer ? fmt::format("{} {}", answer->status, code_of(answer->body)) : answer.error().what;
        if (answer && !is_passing(answer->status)) break;
    }
    log::error("media.bucket_failed", {{"method", ask.method}, {"key", ask.key}, {"what", trouble}});
    refuse();
}

class S3Storage : public Storage {
public:
    S3Storage(const Config& config, boost::asio::io_context& context)
        : bucket_(std::make_shared<Bucket>(config, context)) {}
    ~S3Storage() override {
        bucket_->stopping = true;
        bucket_->client.reset();
    }

    Task<void> put(std::string folder, std::string name, std::string bytes, std::string_view content_type) override {
        return put_object(bucket_, {"PUT", folder + "/" + name, std::move(bytes), content_type});
    }
    Task<std::optional<work::MappedFile>> get(std::string folder, std::string name) override {
        return get_object(bucket_, {"GET", folder + "/" + name, {}, {}});
    }
    Task<bool> has(std::string folder, std::string name) override {
        return has_object(bucket_, {"HEAD", folder + "/" + name, {}, {}});
    }
    Task<void> remove(std::string folder, std::vector<std::string> names) override {
        return remove_objects(bucket_, std::move(folder), std::move(names));
    }

private:
    static Task<void> put_object(std::shared_ptr<Bucket> bucket, Ask ask) {
        const auto answer = co_await send(std::move(bucket), std::move(ask));
        if (answer.status != 404) co_return;
        log::error("media.bucket_failed", {{"method", "PUT"}, {"what", "404 " + code_of(answer.body)}});
        refuse();  // no such bucket
    }
    static Task<std::optional<work::MappedFile>> get_object(std::shared_ptr<Bucket> bucket, Ask ask) {
        auto answer = co_await send(std::move(bucket), std::move(ask));
        if (answer.status == 404) co_return std::nullopt;
        const auto bytes = std::make_shared<const std::string>(std::move(answer.body));
        co_return work::MappedFile{*bytes, bytes};
    }
    static Task<bool> has_object(std::shared_ptr<Bucket> bucket, Ask ask) {
        const auto answer = co_await send(std::move(bucket), std::move(ask));
        co_return answer.status != 404;
    }
    static Task<void> remove_objects(std::shared_ptr<Bucket> bucket, std::string folder,
                                     std::vector<std::string> names) {
        for (const auto& name : names) co_await send(bucket, {"DELETE", folder + "/" + name, {}, {}});
    }

    std::shared_ptr<Bucket> bucket_;
};

}  // namespace

std::unique_ptr<Storage> make_s3_storage(const Config& config, boost::asio::io_context& context) {
    return std::make_unique<S3Storage>(config, context);
}

}  // namespace marque::media
