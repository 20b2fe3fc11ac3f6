#pragma once
// Banners as managers write them, in the market being managed. The endpoints stand in features/management.

#include "core/link.h"
#include "core/page.h"
#include "core/text.h"
#include "features/banners/board.h"
#include "features/banners/schedule.h"
#include "http/route.h"

namespace marque::banners {

inline constexpr Refusal managed_not_found{404, "banners.not_found", "There is no such banner"};
inline constexpr Refusal stale_banner{409, "banners.stale", "The banner was changed meanwhile; read it again"};
inline constexpr Refusal shared_banner{403, "banners.shared", "Banners of all markets are not one market's to change"};
inline constexpr Refusal too_many_banners{422, "banners.too_many", "A market keeps five hundred banners at most"};

struct TranslatedTexts {
    std::optional<Text<0, 200>> title;
    std::optional<Text<0, 500>> subtitle;
    std::optional<Text<0, 60>> button_text;
};
RECORD(TranslatedTexts, title, subtitle, button_text);

/// A time without an offset is one of the market's clocks. `version` is the one that was read; a new banner has none.
struct BannerInput {
    BannerType banner_type = BannerType::hero;
    Text<1, 200> title;
    std::optional<Text<0, 500>> subtitle;
    std::optional<Text<0, 60>> button_text;
    std::optional<std::map<std::string, TranslatedTexts>> translations;
    Link image_url;
    std::optional<Link> link_url;
    std::optional<bool> is_active;
    std::optional<std::int32_t> sort_order;
    std::optional<ScheduleTime> start_date;
    std::optional<ScheduleTime> end_date;
    std::optional<std::int32_t> version;
};
RECORD(BannerInput, banner_type, title, subtitle, button_text, translations, image_url, link_url, is_active, sort_order,
       start_date, end_date, version);

struct ShownTexts {
    std::optional<std::string> title;
    std::optional<std::string> subtitle;
    std::optional<std::string> button_text;
};
RECORD(ShownTexts, title, subtitle, button_text);

struct ManagedBanner {
    BannerId id;
    std::string market;
    BannerType banner_type = BannerType::hero;
    std::string title;
    std::string subtitle;
    std::string button_text;
    std::map<std::string, ShownTexts> translations;
    std::string image_url;
    std::string link_url;
    bool is_active = false;
    bool is_shown = false;  // active, and within its dates
    std::int32_t sort_order = 0;
    std::optional<Timestamp> start_date;
    std::optional<Timestamp> end_date;
    std::optional<std::string> start_local;
    std::optional<std::string> end_local;
    std::string time_zone;
    std::int64_t view_count = 0;  // in this market
    std::int64_t click_count = 0;
    std::optional<double> ctr;  // clicks for each view; none before the first view
    std::int32_t version = 1;
    Timestamp created_at;
    Timestamp updated_at;
    std::optional<std::string> changed_by;
};
RECORD(ManagedBanner, id, market, banner_type, title, subtitle, button_text, translations, image_url, link_url,
       is_active, is_shown, sort_order, start_date, end_date, start_local, end_local, time_zone, view_count,
       click_count, ctr, version, created_at, updated_at, changed_by);

struct ManagedQuery {
    std::optional<BannerType> banner_type;
    PageLimit limit;
    PageOffset offset;
    std::optional<PageOffset> cursor;
};
RECORD(ManagedQuery, banner_type, limit, offset, cursor);

/// Moments of the market's clocks as points in time.
struct Moments {
    std::optional<Timestamp> start_at;
    std::optional<Timestamp> end_at;
};
/// Adds what is wrong with `start_date` and `end_date` to `mistakes`, which must live as long.
Task<Moments> read_moments(http::Context& context, std::optional<ScheduleTime> start, std::optional<ScheduleTime> end,
                           std::vector<FieldError>& mistakes);

/// The context's market's banners and, to look at, those of ALL.
Task<Page<ManagedBanner>> list_managed(http::Context& context, ManagedQuery query);
Task<ManagedBanner> get_managed(http::Context& context, BannerId id);
/// The answer with the new banner, or the one kept under the Idempotency-Key.
Task<http::Response> create(http::Context& context, BannerInput input);
/// Refuses (stale_banner) where `input.version` is not the present one.
Task<ManagedBanner> change(http::Context& context, BannerId id, BannerInput input);
/// Of any version where none is named.
Task<void> remove(http::Context& context, BannerId id, std::optional<std::int32_t> version);

}  // namespace marque::banners
