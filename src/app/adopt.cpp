// The catalogue goes through `marque import`, which judges every row; people and orders are written by one transaction
// for each database, each market's rows in the market's own role.
#include "app/adopt.h"

#include <fmt/format.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <map>

#include "app/adopt_queries.h"
#include "app/databases.h"
#include "app/old_shop.h"
#include "app/transfer_commands.h"
#include "core/phone.h"
#include "features/reviews/author.h"

namespace marque::app {
namespace {

namespace fs = std::filesystem;

std::string csv_cell(std::string_view text) {
    std::string cell = "\"";
    for (const char c : text) cell += c == '"' ? std::string{"\"\""} : std::string{c};
    return cell + "\"";
}

/// A piece of a cell that holds several: what parts them is part of it.
std::string piece(std::string_view text) {
    std::string escaped;
    for (const char c : text) {
        if (c == '\\' || c == '|' || c == '>') escaped += '\\';
        escaped += c == '\n' ? ' ' : c;
    }
    return escaped;
}

std::string pieces(const std::vector<std::string>& texts) {
    std::string cell;
    for (const auto& text : texts) cell += (cell.empty() ? "" : "|") + piece(text);
    return cell;
}

/// A folder for the files between the former shop and the import.
class Scratch {
public:
    Scratch() : folder_(fs::temp_directory_path() / fmt::format("marque-adopt-{}", ::getpid())) {
        fs::create_directory(folder_);
        fs::permissions(folder_, fs::perms::owner_all);
    }
    ~Scratch() {
        std::error_code ignored;
        fs::remove_all(folder_, ignored);
    }
    Scratch(const Scratch&) = delete;
    Scratch& operator=(const Scratch&) = delete;
    [[nodiscard]] std::string file(const std::string& name) const { return (folder_ / name).string(); }

private:
    fs::path folder_;
};

class Adoption {
public:
    Adoption(const Config& config, const AdoptOptions& options)
        : config_(config), options_(options), databases_(config), markets_(databases_.load_markets()) {
        for (const auto& text : options.from) {
            const auto equals = text.find('=');
            const auto code = MarketCode::parse(text.substr(0, equals == std::string::npos ? 0 : equals));
            if (!code || markets_.find(*code) == nullptr)
                throw std::runtime_error("--from must name a market and its former database: kg=URL");
            old_.push_back(std::make_unique<OldShop>(code->to_text(), text.substr(equals + 1)));
        }
    }

    int run() {
        for (const auto& shop : old_) {
            for (const auto& table : shop->unread()) note({shop->market(), "table", table, "was not read"});
        }
        if (!options_.dry_run) adopt_catalogue();
        for (const auto& place : databases_.layout().databases) adopt_people(place);
        tell();
        return 0;
    }

private:
    void note(AdoptedNoteRow row) { notes_.push_back(std::move(row)); }

    void load(db::AdminConnection& to) {
        create_old_tables(to);
        for (const auto& shop : old_) shop->copy_into(to);
    }

    void adopt_catalogue() {
        const Scratch scratch;
        std::map<std::string, std::string> files;  // by owner
        {
            db::AdminConnection connection{databases_.layout().databases.front().url};
            load(connection);
            for (const auto& row : connection.rows(adopt_sql.goods)) {
                auto& file = files[row.owner];
                if (file.empty()) {
                    file =
                        "slug,sku,name,category,subcategory,brand,description,features,images,size,color,image,"
                        "active,product_active,featured,best_seller\n";
                }
                const auto word = [](bool yes) { return yes ? "true" : "false"; };
                const std::vector<std::string> cells{row.slug,
                                                     row.sku_code,
                                                     row.name,
                                                     piece(row.category),
                                                     piece(row.subcategory.value_or("")),
                                                     row.brand.value_or(""),
                                                     row.description.value_or(""),
                                                     pieces(row.features),
                                                     pieces(row.images),
                                                     row.size.value_or(""),
                                                     row.color.value_or(""),
                                                     row.image.value_or(""),
                                                     word(row.is_active),
                                                     word(row.is_product_active),
                                                     word(row.is_featured),
                                                     word(row.is_best_seller)};
                std::string line;
                for (const auto& cell : cells) line += (line.empty() ? "" : ",") + csv_cell(cell);
                file += line + "\n";
            }
            std::string prices = "sku,market,price,original\n";
            std::string stock = "sku,market,on_hand,reason\n";
            for (const auto& row : connection.rows(adopt_sql.offers)) {
                prices += fmt::format("{},{},{},{}\n", csv_cell(row.sku_code), row.market, row.price,
                                      row.original.value_or(""));
                stock += fmt::format("{},{},{},adopt\n", csv_cell(row.sku_code), row.market, row.pieces);
            }
            for (auto& row : connection.rows(adopt_sql.not_offered)) note(std::move(row));
            files["prices"] = std::move(prices);
            files["stock"] = std::move(stock);
        }
        std::vector<std::string> all;
        for (const auto& shop : old_) all.push_back(shop->market());
        for (const auto& [owner, text] : files) {
            const bool is_offer = owner == "prices" || owner == "stock";
            if (!is_offer) import(scratch, "products", owner, text, owner == "ALL" ? all : std::vector{lowered(owner)});
        }
        for (const auto* subject : {"prices", "stock"}) import(scratch, subject, subject, files[subject], all);
    }

    void import(const Scratch& scratch, const std::string& subject, const std::string& name, const std::string& text,
                const std::vector<std::string>& markets) {
        ImportOptions options;
        options.file = scratch.file(name + ".csv");
        options.markets = markets;
        if (!options_.report.empty()) options.report = fmt::format("{}.{}_{}.csv", options_.report, subject, name);
        std::ofstream{options.file} << text;
        fmt::print("{}, {}:\n", subject, fmt::join(markets, " and "));
        if (import_file(config_, subject, options) != 0) throw std::runtime_error("the catalogue was not taken over");
    }

    /// Whose phone it is says where somebody lives (R22), whichever database they stood in.
    const MarketInfo* home_of(const Phone& phone, const std::string& source) const {
        if (config_.breaks("adopt_as_stood")) return markets_.find(*MarketCode::parse(source));
        return markets_.find_by_phone(phone.to_text());
    }

    void place_people(db::AdminConnection& to, bool tells) {
        std::vector<std::string> sources;
        std::vector<std::int64_t> ids;
        std::vector<std::string> phones;
        std::vector<std::string> homes;
        std::vector<std::string> labels;
        for (const auto& row : to.rows(adopt_sql.people)) {
            const auto phone = Phone::parse(row.phone);
            const auto* home = phone ? home_of(*phone, row.source) : nullptr;
            if (home == nullptr) {
                const std::string why = phone ? "no market has its prefix" : phone.error();
                if (tells) note({row.source, "customer", std::to_string(row.id), "refused: the phone: " + why});
                continue;
            }
            sources.push_back(row.source);
            ids.push_back(row.id);
            phones.push_back(phone->to_text());
            homes.emplace_back(home->code.upper());
            labels.push_back(reviews::author_label_of(row.full_name.value_or("")));
        }
        to.execute(adopt_sql.put_people, sources, ids, phones, homes, labels);
    }

    void adopt_people(const db::Layout::Database& place) {
        db::AdminConnection to{place.url};
        load(to);
        to.run(
            "CREATE TEMP TABLE adopted_people (source text, old_id bigint, phone text, home text, label text);"
            "CREATE TEMP TABLE adopted_users (source text, old_id bigint, user_id bigint, label text, is_home boolean);"
            "CREATE TEMP TABLE adopted_orders (source text, old_id bigint, number text, user_id bigint, state text,"
            " way text, money text, subtotal bigint, discount bigint, shipping bigint, tax bigint, total bigint,"
            " problem text, order_id bigint);"
            "GRANT ALL ON adopted_people, adopted_users, adopted_orders TO PUBLIC");
        place_people(to, place.url == databases_.layout().databases.front().url);
        // Tables without statistics are taken for empty.
        std::string analyze = "ANALYZE adopted_people";
        for (const auto& table : old_tables()) analyze += ", old_" + table.name;
        to.run(analyze);
        to.run("BEGIN");
        for (const auto& code : place.markets) adopt_market(to, code);
        to.run(options_.dry_run ? "ROLLBACK" : "COMMIT");
        if (!options_.dry_run) to.run("ANALYZE users, addresses, orders, order_items, payments, reviews");
    }

    void adopt_market(db::AdminConnection& to, MarketCode code) {
        const MarketInfo& market = *markets_.find(code);
        const std::string name{code.upper()};
        const std::int64_t unit = market.currency.minor_per_major();
        to.run("TRUNCATE adopted_users, adopted_orders");
        to.become(code.to_text());
        auto& counted = counts_.emplace_back(code.to_text(), std::map<std::string, std::int64_t>{}).second;
        counted["customers"] = to.execute(adopt_sql.put_users, name);
        to.execute(adopt_sql.meet_users, name);
        counted["addresses"] = to.execute(adopt_sql.put_addresses, name);
        to.execute(adopt_sql.judge_orders, name, unit);
        to.execute(adopt_sql.put_orders, name);
        counted["orders"] = to.rows(adopt_sql.orders_put).front();
        counted["lines"] = to.execute(adopt_sql.put_lines, name, unit);
        to.execute(adopt_sql.put_history, name);
        to.execute(adopt_sql.put_payments, name);
        counted["reviews"] = to.execute(adopt_sql.put_reviews, name);
        counted["articles in carts"] = to.execute(adopt_sql.put_carts, name);
        counted["wishes"] = to.execute(adopt_sql.put_wishlists, name);
        for (auto& row : to.rows(adopt_sql.notes, name)) note(std::move(row));
        to.become("");
    }

    void tell() const {
        for (const auto& [market, counted] : counts_) {
            fmt::print("{}:", market);
            for (const auto& [what, count] : counted) fmt::print(" {} {}", count, what);
            fmt::print("\n");
        }
        std::string lines = "database,kind,name,what\n";
        for (const auto& row : notes_) {
            lines += fmt::format("{},{},{},{}\n", row.source, row.kind, csv_cell(row.name), csv_cell(row.what));
        }
        fmt::print("{} notes{}\n", notes_.size(), options_.dry_run ? "; nothing was written" : "");
        if (options_.report.empty()) {
            fmt::print("{}", lines);
            return;
        }
        std::ofstream file{options_.report};
        file << lines << std::flush;
        if (!file) throw std::runtime_error("--report: " + options_.report + " cannot be written");
    }

    const Config& config_;
    const AdoptOptions& options_;
    Databases databases_;
    MarketSet markets_;
    std::vector<std::unique_ptr<OldShop>> old_;
    std::vector<AdoptedNoteRow> notes_;
    std::vector<std::pair<std::string, std::map<std::string, std::int64_t>>> counts_;
};

}  // namespace

int adopt(const Config& config, const AdoptOptions& options) { return Adoption{config, options}.run(); }

}  // namespace marque::app
