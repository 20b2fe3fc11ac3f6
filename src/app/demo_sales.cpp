// Four months of orders in one statement for each market. Stock stays as it is: what was sold was there before.
#include "app/demo_sales.h"

#include <algorithm>
#include <array>

#include "core/log.h"
#include "features/catalog/demo/demo.h"

namespace marque::app {
namespace {

constexpr std::int32_t customers_count = 60;
constexpr std::int32_t orders_count = 240;

struct Sql {
    // Compiling the large statement would take longer than running it.
    db::Statement<std::string()> plainly{"demo.plainly", R"(
        SELECT set_config('jit', 'off', true))"};

    db::Statement<void(std::string, std::string, std::int32_t, std::string)> put_customers{"demo.put_customers", R"(
        INSERT INTO users (market, phone, full_name, is_verified)
        SELECT $1, $2 || (100 + n)::text, 'Demo customer ' || n, true FROM generate_series(1, $3::integer) n
        UNION ALL SELECT $1, $4, 'Demo customer', true
        ON CONFLICT (market, phone) DO NOTHING)"};

    // Numbers are drawn by multiplying with primes. The customer who may log in without an SMS has ordered four times.
    db::Statement<void(std::string, std::string, std::int32_t, std::string, std::vector<std::string>,
                       std::vector<std::string>, std::string)>
        put_orders{"demo.put_orders", R"(
  WITH wanted AS (
      SELECT n, 'MQ-' || to_char((now() - age) AT TIME ZONE m.time_zone, 'YYYYMMDD') || '-D'
                || translate(lpad(n::text, 4, '0'), '0123456789', 'ABCDEFGHJK') AS number,
             now() - age AS placed_at, m.currency, m.tax_inclusive, m.tax_label, m.rounding, m.shipping_minor,
             m.shipping_free_from_minor, coalesce(g.tax_milli_percent, m.tax_milli_percent) AS rate,
             ($5::text[])[1 + n * 7919 % 5] AS region, ($6::text[])[1 + n * 7919 % 5] AS city,
             CASE WHEN n = ANY (ARRAY[180, 222, 230, 238]) THEN $4
                  ELSE $2 || (101 + n * 104729 % 60)::text END AS phone,
             CASE WHEN n % 5 < 3 THEN 'card' ELSE 'cash_on_delivery' END AS method,
             CASE WHEN n % 20 = 4 THEN 'cancelled' WHEN age > interval '5 days' THEN 'delivered'
                  WHEN age > interval '2 days' THEN 'shipped'
                  WHEN age > interval '8 hours' OR n % 5 < 3 THEN 'confirmed'
                  ELSE 'pending' END AS status
      FROM generate_series(1, $3::integer) n
      CROSS JOIN LATERAL (SELECT interval '120 days' * (1 - power(n / ($3::double precision + 1), 0.7)) AS age) a
      JOIN markets m ON m.code = $1
      LEFT JOIN regions g ON g.market = m.code AND g.code = ($5::text[])[1 + n * 7919 % 5]
  ), offered AS (
      SELECT row_number() OVER (ORDER BY md5(k.sku_code)) - 1 AS place, p.sku_id, k.sku_code,
             k.size, k.color, k.variant_image, r.slug, r.name, r.brand, r.image, p.price_minor
      FROM prices p
      JOIN stock s ON s.market = p.market AND s.sku_id = p.sku_id AND s.on_hand > 0
      JOIN skus k ON k.market = p.owner_market AND k.id = p.sku_id
      JOIN products r ON r.market = k.market AND r.id = k.product_id
      WHERE p.market = $1 AND r.source = 'demo' ORDER BY 1 LIMIT 500
  ), lines AS (
      SELECT w.n, o.*, row_number() OVER (PARTITION BY w.n ORDER BY o.sku_id) AS line
      FROM wanted w
      CROSS JOIN LATERAL (SELECT DISTINCT (w.n * 7919 + k * 104729) % 10007 AS drawn
                          FROM generate_series(1, 1 + w.n % 3) k) d
      JOIN offered o ON o.place = (d.drawn * d.drawn / 10007) * 500 / 10007
  ), sums AS (
      SELECT w.n, sum(l.price_minor)::bigint AS subtotal,
             (CASE WHEN sum(l.price_minor) >= w.shipping_free_from_minor THEN 0 ELSE w.shipping_minor END) AS shipping,
             round(sum(l.price_minor) * w.rate
                   / (100000 + CASE WHEN w.tax_inclusive THEN w.rate ELSE 0 END)::numeric)::bigint AS tax
      FROM wanted w JOIN lines l ON l.n = w.n
      GROUP BY w.n, w.shipping_free_from_minor, w.shipping_minor, w.rate, w.tax_inclusive
  ), put AS (
      INSERT INTO orders (market, order_number, user_id, status, customer_name, customer_phone, delivery_address,
                          delivery_city, delivery_state, payment_method, payment_status, currency, subtotal_minor,
                          shipping_minor, tax_minor, tax_included_minor, total_minor, order_date, confirmed_date,
                          shipped_date, delivered_date, cancelled_date, created_at, updated_at, shipping_kind,
                          tax_label, tax_region, tax_milli_percent, taxable_minor, rounding, carrier, tracking_number)
      SELECT $1, w.number, u.id, w.status, u.full_name, u.phone, $7, w.city, w.region, w.method,
             CASE WHEN w.status = 'cancelled' THEN 'cancelled'
                  WHEN w.status = 'delivered' OR w.method = 'card' THEN 'paid'
                  ELSE 'pending' END,
             w.currency, s.subtotal, s.shipping, CASE WHEN w.tax_inclusive THEN 0 ELSE s.tax END,
             CASE WHEN w.tax_inclusive THEN s.tax ELSE 0 END,
             s.subtotal + s.shipping + CASE WHEN w.tax_inclusive THEN 0 ELSE s.tax END, w.placed_at,
             CASE WHEN w.status = ANY (ARRAY['confirmed', 'shipped', 'delivered']) THEN w.placed_at END,
             CASE WHEN w.status = ANY (ARRAY['shipped', 'delivered']) THEN w.placed_at + interval '1 day' END,
             CASE WHEN w.status = 'delivered' THEN w.placed_at + interval '4 days' END,
             CASE WHEN w.status = 'cancelled' THEN w.placed_at + interval '1 hour' END, w.placed_at, w.placed_at,
             'courier', w.tax_label, w.region, w.rate, s.subtotal, w.rounding,
             CASE WHEN w.status = ANY (ARRAY['shipped', 'delivered']) THEN 'Demo Courier' END,
             CASE WHEN w.status = ANY (ARRAY['shipped', 'delivered']) THEN 'DEMO-' || w.n END
      FROM wanted w JOIN sums s ON s.n = w.n JOIN users u ON u.market = $1 AND u.phone = w.phone
      ORDER BY w.n
      RETURNING id, order_number, status, payment_status, payment_method, total_minor, currency, order_date,
                shipped_date, delivered_date, cancelled_date
  ), items AS (
      INSERT INTO order_items (market, order_id, line, sku_id, sku_code, product_slug, product_name, product_brand,
                               size, color, image_url, price_minor, quantity, subtotal_minor, taxable_minor)
      SELECT $1, p.id, l.line, l.sku_id, l.sku_code, l.slug, l.name, l.brand, l.size, l.color,
             coalesce(l.variant_image, l.image), l.price_minor, 1, l.price_minor, l.price_minor
      FROM put p JOIN wanted w ON w.number = p.order_number JOIN lines l ON l.n = w.n
  ), steps AS (
      INSERT INTO order_status_history (market, order_id, status, changed_by, created_at)
      SELECT $1, p.id, h.status, 'demo', h.at
      FROM put p CROSS JOIN LATERAL (VALUES
          ('pending', p.order_date),
          ('confirmed', CASE WHEN p.status = ANY (ARRAY['confirmed', 'shipped', 'delivered']) THEN p.order_date END),
          ('shipped', p.shipped_date), ('delivered', p.delivered_date), ('cancelled', p.cancelled_date)) h (status, at)
      WHERE h.at IS NOT NULL ORDER BY p.id, h.at
  ), money AS (
      INSERT INTO payments (market, id, order_id, method, status, amount_minor, currency, captured_minor, created_at,
                            updated_at, settled_at)
      SELECT $1, md5($1 || p.order_number)::uuid, p.id, p.payment_method, p.payment_status, p.total_minor, p.currency,
             CASE WHEN p.payment_status = 'paid' THEN p.total_minor ELSE 0 END, p.order_date, p.order_date,
             CASE WHEN p.payment_status = 'paid' THEN coalesce(p.delivered_date, p.order_date) END
      FROM put p
  ), told AS (
      INSERT INTO outbox (market, topic, payload)
      SELECT $1, 'order.moved', jsonb_build_object('order_id', p.id::text, 'order_number', p.order_number,
                                                   'status', p.status)
      FROM put p JOIN wanted w ON w.number = p.order_number
      WHERE w.phone = $4 AND w.n > 200 ORDER BY p.id
  )
  INSERT INTO stock_ledger (market, sku_id, delta, reason, order_id, created_at)
  SELECT $1, l.sku_id, b.delta, b.reason, b.order_id, p.order_date
  FROM put p JOIN wanted w ON w.number = p.order_number JOIN lines l ON l.n = w.n
  CROSS JOIN LATERAL (VALUES (1, 'demo', NULL::bigint), (-1, 'order', p.id)) b (delta, reason, order_id)
  WHERE p.status <> 'cancelled')"};
};
constexpr Sql sql;

/// Where customers live: regions whose tax asks no more of an order than its rate.
struct Country {
    std::string_view market;
    std::string_view phones;  // what those of its customers begin with; three digits follow
    std::array<std::string_view, 5> regions;
    std::array<std::string_view, 5> cities;
    std::string_view street;
};
constexpr std::array countries{
    Country{"KG",
            "+996700001",
            {"GB", "GO", "C", "O", "Y"},
            {"Бишкек", "Ош", "Токмок", "Кара-Суу", "Каракол"},
            "Демонстрационная, 1"},
    Country{"US",
            "+13125550",
            {"CA", "TX", "WA", "IL", "OR"},
            {"Oakland", "Austin", "Seattle", "Chicago", "Portland"},
            "1 Demonstration Street"},
};

std::vector<std::string> texts_of(const std::array<std::string_view, 5>& list) { return {list.begin(), list.end()}; }

}  // namespace

void put_demo_sales(db::AdminConnection& connection, const MarketSet& markets,
                    const std::vector<std::string>& customers) {
    connection.rows(sql.plainly);
    for (const auto& country : countries) {
        const auto* market = markets.find(*MarketCode::parse(country.market));
        const auto lives_there = [&](const std::string& phone) {
            return markets.find_by_phone(phone) == market &&
                   std::ranges::find(demo::shop().managers, phone, &demo::Manager::phone) ==
                       demo::shop().managers.end();
        };
        const auto customer = std::ranges::find_if(customers, lives_there);
        if (market == nullptr || customer == customers.end()) continue;
        const std::string code{country.market};
        connection.become(market->code.to_text());
        connection.execute(sql.put_customers, code, std::string{country.phones}, customers_count, *customer);
        connection.execute(sql.put_orders, code, std::string{country.phones}, orders_count, *customer,
                           texts_of(country.regions), texts_of(country.cities), std::string{country.street});
        log::info("seed.demo_sales", {{"market", code}, {"orders", std::to_string(orders_count)}});
    }
    connection.become("");
}

}  // namespace marque::app
