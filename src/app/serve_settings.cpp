// Settings that serving reads once, at its start.
#include "app/serve_settings.h"

#include <algorithm>
#include <thread>

#include "features/media/media.h"

namespace marque::app {

namespace {

http::SessionLimits session_limits_of(const Config& config) {
    return {.header_deadline_s = config.header_timeout_s,
            .body_deadline_s = config.body_timeout_s,
            .idle_deadline_s = config.idle_timeout_s,
            .write_deadline_s = config.write_timeout_s,
            .ignore_lengths = config.breaks("content_length")};
}

}  // namespace

int thread_count(const Config& config) {
    const int cores = static_cast<int>(std::max(1U, std::thread::hardware_concurrency()));
    return config.threads > 0 ? config.threads : cores;
}

http::ServerOptions server_options_of(const Config& config) {
    return {.address = config.host,
            .port = static_cast<std::uint16_t>(config.port),
            .threads = thread_count(config),
            .limits = session_limits_of(config),
            .public_https = config.public_https(),
            .trusted_proxies = config.trusted_proxies,
            .trust_first_forwarded = config.breaks("trust_first_forwarded"),
            .body_folder = media::incoming_folder(config),
            .announce_s = config.shutdown_delay_s,
            .hang_up = config.breaks("hang_up_at_stop")};
}

}  // namespace marque::app
