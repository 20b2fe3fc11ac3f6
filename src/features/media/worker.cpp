// A market's lane takes one picture at a time by lease, and looks now and then for what can go.
#include "features/media/worker.h"

#include <algorithm>

#include "core/log.h"
#include "features/media/picture.h"
#include "features/media/upload.h"
#include "work/background.h"

namespace marque::media {
namespace {

constexpr std::chrono::milliseconds look_interval{500};
/// Longer than any upload takes.
constexpr std::chrono::seconds part_age_max{3'600};
constexpr std::chrono::seconds patience{3'600};

}  // namespace

/// What one market's coroutines share. Once it is stopping, the worker, its storage and the database may be gone.
struct Worker::Lane {
    Lane(boost::asio::io_context& context, Worker& worker, db::Handle handle)
        : db(handle),
          config(worker.config_),
          storage(worker.storage_),
          slots(worker.slots_),
          look(context),
          rest(context) {}
    db::Handle db;
    const Config& config;
    Storage& storage;
    work::Slots slots;
    work::Alarm look;
    work::Alarm rest;
    bool stopping = false;

    [[nodiscard]] std::string folder(const std::string& hash) const { return folder_of(db.market(), hash); }
};

namespace {

/// The master; where it went in a round that was interrupted, the widest of what is shown.
Task<std::optional<work::MappedFile>> find_source(Storage& storage, std::string folder, std::int32_t widest) {
    auto master = co_await storage.get(folder, std::string{master_name});
    if (master) co_return master;
    co_return co_await storage.get(folder, file_name(widest, Format::webp));
}

std::vector<std::string> all_names(const std::vector<std::int32_t>& widths) {
    std::vector<std::string> names{std::string{master_name}};
    for (const auto width : widths) {
        for (const Format format : formats_all) names.push_back(file_name(width, format));
    }
    return names;
}

}  // namespace

Worker::Worker(boost::asio::io_context& context, const Config& config, Storage& storage)
    : context_(context), config_(config), storage_(storage) {}

Worker::~Worker() {
    for (const auto& lane : lanes_) {
        lane->stopping = true;
        lane->look.ring();
        lane->rest.ring();
    }
}

void Worker::serve(db::Handle db) {
    const auto& lane = lanes_.emplace_back(std::make_shared<Lane>(context_, *this, db));
    work::spawn(context_, work_off(lane));
    work::spawn(context_, tend(lane));
}

/// Sizes that are there stay as they are: a round that was interrupted is not begun anew.
Task<bool> Worker::add_avif(std::shared_ptr<Lane> lane, WorkRow row) {
    const std::string folder = lane->folder(row.hash);
    const auto source = co_await find_source(lane->storage, folder, row.widths.back());
    if (!source) co_return false;
    for (const auto width : row.widths) {
        if (lane->stopping) co_return true;
        const std::string name = file_name(width, Format::avif);
        const bool is_there = co_await lane->storage.has(folder, name);
        if (is_there) continue;
        std::string bytes = co_await encode(source->bytes, width, Format::avif);
        if (bytes.empty()) co_return false;
        if (lane->stopping) co_return true;
        co_await lane->storage.put(folder, name, std::move(bytes), content_type_of(Format::avif));
        const auto renewed = co_await lane->db.execute(work_sql.renew, row.hash, row.rounds);
        if (renewed == 0) co_return true;  // somebody else's by now
    }
    if (lane->stopping) co_return true;
    co_await lane->storage.remove(folder, {std::string{master_name}});
    co_await lane->db.execute(work_sql.finish, row.hash, row.rounds);
    co_return true;
}

Task<void> Worker::carry_out(std::shared_ptr<Lane> lane, WorkRow row) {
    const std::string market = lane->db.market().to_text();
    if (row.state == MediaState::removing) {
        co_await lane->storage.remove(lane->folder(row.hash), all_names(row.widths));
        if (!lane->stopping) co_await lane->db.execute(work_sql.forget, row.hash);
        co_return;
    }
    const bool good = co_await add_avif(lane, row);
    if (good || lane->stopping) co_return;
    const auto states = co_await lane->db.write(work_sql.fail, row.hash, row.rounds);
    const bool is_last = !states.empty() && states.front() == MediaState::failed;
    log::error("media.avif_failed", {{"market", market}, {"picture", row.hash}, {"for_good", is_last ? "yes" : "no"}});
    if (is_last && !lane->stopping) {
        co_await lane->storage.remove(lane->folder(row.hash), {std::string{master_name}});
    }
}

Task<void> Worker::work_off(std::shared_ptr<Lane> lane) {
    const std::string market = lane->db.market().to_text();
    while (!lane->stopping) {
        bool worked = false;
        try {
            const auto due = co_await lane->db.find(work_sql.any_due);
            if (due && !lane->stopping) {
                const auto slot = co_await lane->slots.enter(patience);
                if (lane->stopping) co_return;
                auto rows = co_await lane->db.write(work_sql.take);
                if (!rows.empty() && !lane->stopping) co_await carry_out(lane, std::move(rows.front()));
                worked = true;
            }
        } catch (const std::exception& error) {
            // The lease runs out by itself, and the picture is due again.
            if (lane->stopping) co_return;
            log::warning("media.not_worked_off", {{"market", market}, {"what", error.what()}});
        }
        if (!worked && !lane->stopping) co_await lane->look.wait(look_interval);
    }
}

Task<void> Worker::tend(std::shared_ptr<Lane> lane) {
    const std::string market = lane->db.market().to_text();
    while (!lane->stopping) {
        try {
            co_await lane->db.execute(work_sql.drop_unused);
            if (lane->stopping) co_return;
            co_await lane->db.execute(work_sql.condemn);
            if (lane->stopping) co_return;
            co_await lane->db.execute(work_sql.forget_days);
            if (lane->stopping) co_return;
            co_await work::remove_old_files(incoming_folder(lane->config), part_age_max);
        } catch (const std::exception& error) {
            if (lane->stopping) co_return;
            log::warning("media.not_tended", {{"market", market}, {"what", error.what()}});
        }
        if (lane->stopping) co_return;
        co_await lane->rest.wait(std::chrono::seconds{lane->config.media_tending_s});
    }
}

}  // namespace marque::media
