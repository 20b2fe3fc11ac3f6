// Names are those of S0's users table and of S3's models, with what frameworks make of them.
#include "app/old_shop.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>

namespace marque::app {
namespace {

struct ColumnRow {
    std::string table;
    std::string column;
};
RECORD(ColumnRow, table, column);

struct Sql {
    db::Statement<ColumnRow()> columns{"adopt.columns", R"(
        SELECT table_name::text AS table, column_name::text AS column FROM information_schema.columns
        WHERE table_schema = 'public' ORDER BY 1, 2)"};
};
constexpr Sql sql;

OldColumn required(std::string name, std::string type, std::vector<std::string> more = {}) {
    more.insert(more.begin(), name);
    return {std::move(name), std::move(type), std::move(more), true};
}
OldColumn optional(std::string name, std::string type, std::vector<std::string> more = {}) {
    more.insert(more.begin(), name);
    return {std::move(name), std::move(type), std::move(more), false};
}

/// Django says products_product, SQLAlchemy products.
std::vector<std::string> names(const std::string& plural, const std::string& django) { return {plural, django}; }

/// PostgreSQL's types of ours.
const std::string text = "text";
const std::string id = "bigint";
const std::string time = "timestamptz";
const std::string flag = "boolean";
const std::string money = "numeric";

std::vector<OldTable> people() {
    return {
        {"users",
         names("users", "users_user"),
         {required("id", id), required("phone", text, {"phone_number"}), optional("full_name", text, {"name"}),
          optional("email", text), optional("language", text), optional("country", text), optional("is_active", flag),
          optional("is_verified", flag), optional("created_at", time, {"date_joined"}), optional("last_login", time)}},
        {"addresses",
         names("addresses", "users_address"),
         {required("id", id), required("user_id", id), optional("title", text),
          required("full_address", text, {"address"}), optional("street", text), optional("building", text),
          optional("apartment", text), optional("city", text), optional("state", text), optional("postal_code", text),
          optional("country", text), optional("is_default", flag), optional("created_at", time)}},
    };
}

std::vector<OldTable> goods() {
    return {
        {"categories",
         names("categories", "products_category"),
         {required("id", id), required("name", text), optional("slug", text)}},
        {"subcategories",
         names("subcategories", "products_subcategory"),
         {required("id", id), required("category_id", id), required("name", text)}},
        {"products",
         names("products", "products_product"),
         {required("id", id), required("name", text, {"title"}), optional("slug", text), optional("brand", text),
          optional("description", text), optional("category_id", id), optional("subcategory_id", id),
          optional("image", text, {"main_image", "image_url"}), optional("price", money),
          optional("original_price", money), optional("is_active", flag), optional("is_featured", flag),
          optional("is_best_seller", flag)}},
        {"product_images",
         names("product_images", "products_productimage"),
         {required("product_id", id), required("image_url", text, {"url", "image"}), optional("sort_order", id)}},
        {"product_features",
         names("product_features", "products_productfeature"),
         {required("product_id", id), required("feature_text", text, {"text"}), optional("sort_order", id)}},
        {"skus",
         names("skus", "products_sku"),
         {required("id", id), required("product_id", id), required("sku_code", text, {"sku", "code"}),
          optional("size", text), optional("color", text), optional("price", money), optional("original_price", money),
          optional("stock", id, {"stock_quantity", "quantity"}), optional("variant_image", text),
          optional("is_active", flag)}},
    };
}

std::vector<OldTable> sales() {
    return {
        {"orders",
         names("orders", "orders_order"),
         {required("id", id),
          required("order_number", text),
          optional("user_id", id),
          optional("status", text),
          optional("customer_name", text),
          optional("customer_phone", text),
          optional("customer_email", text),
          optional("delivery_address", text),
          optional("delivery_city", text),
          optional("delivery_notes", text, {"notes"}),
          optional("payment_method", text),
          optional("payment_status", text),
          optional("shipping_cost", money, {"shipping"}),
          optional("tax", money),
          required("total_amount", money, {"total"}),
          optional("currency", text),
          optional("order_date", time, {"created_at"}),
          optional("confirmed_date", time, {"confirmed_at"}),
          optional("shipped_date", time, {"shipped_at"}),
          optional("delivered_date", time, {"delivered_at"}),
          optional("cancelled_date", time, {"cancelled_at"})}},
        {"order_items",
         names("order_items", "orders_orderitem"),
         {required("order_id", id), optional("id", id), optional("sku_id", id), optional("product_name", text),
          optional("product_brand", text), optional("size", text), optional("color", text), optional("image_url", text),
          required("price", money), required("quantity", id)}},
        {"order_history",
         {"order_status_history", "order_status_histories", "orders_orderstatushistory"},
         {required("order_id", id), required("status", text), optional("notes", text), optional("changed_by", text),
          optional("created_at", time)}},
    };
}

std::vector<OldTable> wishes() {
    return {
        {"reviews",
         {"reviews", "reviews_review", "products_review"},
         {required("id", id), optional("user_id", id), required("product_id", id), optional("order_id", id),
          required("rating", id), optional("title", text), optional("comment", text, {"text"}),
          optional("is_verified_purchase", flag), optional("is_approved", flag), optional("created_at", time)}},
        {"carts", {"carts", "cart_cart", "products_cart"}, {required("id", id), required("user_id", id)}},
        {"cart_items",
         {"cart_items", "cart_cartitem", "products_cartitem"},
         {required("cart_id", id), required("sku_id", id), required("quantity", id)}},
        {"wishlists",
         {"wishlists", "wishlist_wishlist", "products_wishlist"},
         {required("id", id), required("user_id", id)}},
        {"wishlist_items",
         {"wishlist_items", "wishlist_wishlistitem", "products_wishlistitem"},
         {required("wishlist_id", id), required("product_id", id)}},
    };
}

}  // namespace

const std::vector<OldTable>& old_tables() {
    static const std::vector<OldTable> tables = [] {
        std::vector<OldTable> all;
        for (const auto& part : {people(), goods(), sales(), wishes()})
            std::ranges::copy(part, std::back_inserter(all));
        return all;
    }();
    return tables;
}

OldShop::OldShop(std::string market, const std::string& url) : market_(std::move(market)), url_(url), connection_(url) {
    connection_.run("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY");
    for (auto& row : connection_.rows(sql.columns)) columns_.emplace_back(std::move(row.table), std::move(row.column));
    const bool has_market_tables = std::ranges::find(columns_, "marque_migrations",
                                                     [](const auto& column) { return column.first; }) != columns_.end();
    if (has_market_tables) {
        throw std::runtime_error(db::masked_url(url_) +
                                 " is a database of this Marque, not of the former shop; see `marque relayout`");
    }
    const auto& users = old_tables().front();
    const bool has_people = std::ranges::any_of(columns_, [&](const auto& column) {
        return std::ranges::find(users.called, column.first) != users.called.end();
    });
    if (!has_people) throw std::runtime_error(db::masked_url(url_) + " has no users: it is not the former shop's");
}

/// Empty where the former shop has no such table.
std::string OldShop::select_of(const OldTable& table) const {
    const auto has = [&](const std::string& name, const std::string& column) {
        return std::ranges::find(columns_, std::pair{name, column}) != columns_.end();
    };
    const auto there = std::ranges::find_if(table.called, [&](const std::string& name) {
        return std::ranges::any_of(columns_, [&](const auto& column) { return column.first == name; });
    });
    if (there == table.called.end()) return "";
    std::string list = fmt::format("'{}'::text", market_);
    for (const auto& column : table.columns) {
        const auto name = std::ranges::find_if(column.called, [&](const auto& called) { return has(*there, called); });
        if (name != column.called.end()) {
            list += fmt::format(", \"{}\"::{}", *name, column.type);
        } else if (!column.required) {
            list += fmt::format(", NULL::{}", column.type);
        } else {
            throw std::runtime_error(fmt::format("{}: the table {} has no column {}", db::masked_url(url_), *there,
                                                 fmt::join(column.called, " or ")));
        }
    }
    return fmt::format("SELECT {} FROM public.\"{}\"", list, *there);
}

void OldShop::copy_into(db::AdminConnection& to) {
    for (const auto& table : old_tables()) {
        const std::string select = select_of(table);
        if (!select.empty()) connection_.copy(select, to, "old_" + table.name);
    }
}

std::vector<std::string> OldShop::unread() const {
    std::vector<std::string> tables;
    for (const auto& [name, column] : columns_) {
        const bool is_read = std::ranges::any_of(old_tables(), [&](const OldTable& table) {
            return std::ranges::find(table.called, name) != table.called.end();
        });
        if (!is_read && (tables.empty() || tables.back() != name)) tables.push_back(name);
    }
    return tables;
}

void create_old_tables(db::AdminConnection& to) {
    for (const auto& table : old_tables()) {
        std::string columns = "source text";
        for (const auto& column : table.columns) columns += fmt::format(", {} {}", column.name, column.type);
        to.run(
            fmt::format("DROP TABLE IF EXISTS old_{0}; CREATE TEMP TABLE old_{0} ({1}); GRANT SELECT ON old_{0} TO "
                        "PUBLIC",
                        table.name, columns));
    }
}

}  // namespace marque::app
