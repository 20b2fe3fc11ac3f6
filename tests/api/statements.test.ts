// Every SQL statement of the source runs in a walk through all endpoints and commands: PostgreSQL's own log is the
// witness. A statement that nothing runs is dead, or a test is missing.
import { existsSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { beforeAll, describe, expect, inject, it } from "vitest";
import { good } from "../harness/api.js";
import { Databases, environmentOf } from "../harness/layouts.js";
import { walkJobs } from "../harness/jobs.js";
import { walkMedia } from "../harness/media.js";
import { walkMessages } from "../harness/message_walk.js";
import { logFile, PostgresAccess } from "../harness/postgres.js";
import { walkProfile } from "../harness/profile_walk.js";
import { walkBanners } from "../harness/banners.js";
import { walkCatalog } from "../harness/catalog_walk.js";
import { walkPayments } from "../harness/payments.js";
import { walkReviews } from "../harness/reviews.js";
import { walkQuotes } from "../harness/quote_walk.js";
import { marque, projectFolder } from "../harness/server.js";
import { walkCustomers } from "../harness/customer_walk.js";
import { walkGuests } from "../harness/guest_walk.js";
import { walkReports } from "../harness/report_walk.js";
import { walkReturns } from "../harness/return_walk.js";
import { buy, customerPhones, delivery, managerPhones, Shop, testCode } from "../harness/shop.js";
import { claimsOf } from "../harness/tokens.js";
import { chooseProviders, deliveriesTo, FakeProvider, gatewaySecret, gatewaySettings } from "../harness/sms.js";
import { plain, statementsOfSource } from "../harness/statements_of_source.js";
import { walkStaff } from "../harness/staff_walk.js";
import { walkWebhooks, webhookSettings, whileListening } from "../harness/webhooks.js";
import { Files } from "../harness/transfer.js";
import { eventually } from "../harness/waiting.js";

const exempt = new Set([
  "orders.naive_set_stock", // the negative control of concurrency.test.ts
  "orders.naive_pause", // the negative control of many_skus.test.ts
  "inventory.give_back_some", // reservations.test.ts
  "inventory.forget_and_release", // negative controls of payment_faults.test.ts
  "inventory.forget_and_find",
  "refunds.approve", // four_eyes.test.ts
  "payments.next_attempt", // only after a failure of Stripe's own: payment_faults.test.ts
  "payment_events.receive_together", // only of many at once: payment_webhooks.test.ts
  "payment_events.known",
  "order_lists.walk", // in a job's own process: order_lists.test.ts
  "backup.export_snapshot", // of commands: backup.test.ts
  "backup.rows_of_tables",
  "carry.markets", // of commands: relayout.test.ts
  "carry.objects",
  "adopt.columns", // of commands: adopt.test.ts
  ...[
    "people put_people goods offers not_offered put_users meet_users put_addresses judge_orders put_orders put_lines",
    "put_history put_payments put_reviews put_carts put_wishlists notes orders_put",
  ].flatMap((names) => names.split(" ").map((name) => `adopt.${name}`)),
  "relayout.visitors",
  "relayout.untold",
  "relayout.sequences",
  "relayout.lacking",
  "relayout.rename_shared",
  "relayout.rename_own",
  "relayout.renamed",
  "relayout.move_sequence",
  "backup.roles",
  "backup.has_role",
  "backup.database",
  "backup.sees_everything",
  "backup.objects",
  "doctor.server",
  "promotions.naive_set_used", // the negative control of promotions.test.ts
  "catalog.claim_any_product", // negative controls of manage_products.test.ts
  "catalog.change_stock_unexplained",
  "catalog.category_line", // only between databases: manage_products.test.ts
  "catalog.put_shared_category",
  "reviews.wrong_ratings", // diagnostics: reviews.test.ts
  "messages.naive_take", // the negative control of message_controls.test.ts
  "messages.retry", // after a mail server's refusal: messages.test.ts
  "messages.carry_confirmed", // of whoever moves with a confirmed address: customer_move.test.ts
  "customers.take_in", // only between databases: customer_commands.test.ts
  "customers.remove",
  "queue.renew", // after ten seconds
  "queue.give_back", // when a worker could not do it: schedules.test.ts
  "schedules.naive_due", // the negative control of schedules.test.ts
  "jobs.newest_attempt", // a negative control of jobs.test.ts
  "db.begin",
  "db.commit",
  "db.rollback", // no statements of a feature, and sent in other forms
]);
const sample = join(
  process.env.MARQUE_SHARED_DATA ?? resolve(projectFolder, "../shared/data"),
  "catalog/magento_luma_products.csv.gz",
);

/** Every endpoint and every outcome that costs a statement of its own. */
async function walk(shop: Shop): Promise<void> {
  const phone = "+996555000011";
  good(await shop.guest().POST("/api/v1/auth/send-verification", { body: { phone } }));
  const code = await eventually("the SMS", () => shop.smsCode(phone));
  await shop
    .guest()
    .POST("/api/v1/auth/verify-code", { body: { phone, code: code === "000000" ? "000001" : "000000" } });
  await shop.databases.sql("kg", "UPDATE phone_failures SET lockouts = 1 WHERE phone = $1", [phone]);
  const caller = await shop.logIn(phone, code);
  good(await caller.api.GET("/api/v1/auth/profile", {}));
  const { sku, product } = await shop.findSku("kg", 5);
  await walkProfile(shop, caller, product.id);
  await walkMedia(shop, caller);
  good(await caller.api.POST("/api/v1/cart/add", { body: { sku_id: sku.id, quantity: 2 } }));
  good(await caller.api.POST("/api/v1/cart/update", { body: { sku_id: sku.id, quantity: 1 } }));
  good(await caller.api.POST("/api/v1/cart/remove", { body: { sku_id: sku.id } }));
  good(await caller.api.POST("/api/v1/cart/add", { body: { sku_id: sku.id } }));
  good(await caller.api.POST("/api/v1/cart/save", { body: { sku_id: sku.id } }));
  good(await caller.api.POST("/api/v1/cart/clear", {}));
  const order = await buy(caller, sku.id);
  good(await caller.api.GET("/api/v1/orders", {}));
  good(await caller.api.GET("/api/v1/orders/{id}", { params: { path: { id: order.id } } }));
  good(await caller.api.GET("/api/v1/orders/{id}/history", { params: { path: { id: order.id } } }));
  good(await caller.api.POST("/api/v1/orders/{id}/cancel", { params: { path: { id: order.id } }, body: {} }));
  await fetch(`${shop.origin}/health/ready`);

  const manager = await shop.logIn(managerPhones.both);
  good(await manager.api.POST("/api/v1/manager/market", { body: { market: "us" } }));

  // The last piece, wanted by many at once: some see it there and lose it at the end.
  for (let i = 0; i < 5; ++i) {
    await shop.setStock("kg", sku.id, 1);
    await Promise.all(
      Array.from({ length: 20 }, (_, n) =>
        caller.api.POST("/api/v1/orders/create", {
          params: { header: { "Idempotency-Key": `walk-${i}-${n}` } },
          body: {
            ...delivery(phone),
            payment_method: n % 2 === 0 ? "card" : "cash_on_delivery",
            items: [{ sku_id: sku.id, quantity: 1 }],
          },
        }),
      ),
    );
  }
  // An event that nobody can read is put aside and said so.
  await shop.databases.sql(
    "kg",
    `INSERT INTO outbox (market, topic, payload) VALUES ('KG', 'order.created', '{"odd": true}')`,
  );
  const failed = "SELECT count(*) FROM outbox WHERE last_error IS NOT NULL";
  await eventually("the odd event has failed", async () => (await shop.databases.count("kg", failed)) > 0);
  await eventually(
    "the outbox is worked off",
    async () =>
      (await shop.databases.count("kg", "SELECT count(*) FROM outbox WHERE done_at IS NULL AND last_error IS NULL")) ===
      0,
  );
  await walkGuests(shop);
  await walkMessages(shop, await shop.logIn("+996700111016"), await shop.logIn(managerPhones.both));
  await whileListening(shop, ["return.rejected", "review.approved", "payment.paid"], async (untilTold) => {
    await walkReturns(shop, caller, manager);
    // Of a review that is deleted before anybody was told there is nothing to tell.
    await walkReviews(shop, async () => void (await untilTold(["review.approved"])));
  });
  await walkBanners(shop);
  await walkCatalog(shop, await shop.logIn(managerPhones.both));
  await walkReports(shop, await shop.logIn(managerPhones.both), caller, sku.id);
  await walkQuotes(shop, caller, await shop.logIn(managerPhones.both), sku.id);
  await walkJobs(shop);
  await walkStaff(shop, await shop.logIn(managerPhones.both));
  await walkWebhooks(shop, await shop.logIn(managerPhones.both));
  await walkThroughLogins(shop);
  await walkCustomers(shop);
  await caller.api.POST("/api/v1/auth/logout", {});
}

/** Every command about markets, prices and stock, with a database of its own for the new market. */
async function walkMarkets(environment: Record<string, string>): Promise<void> {
  const add = "market add KZ --name Kazakhstan --prefix +77 --currency KZT --timezone Asia/Almaty --languages ru,kk";
  for (const args of [
    `${add} --like KG --copy-regions`,
    "market regions KZ",
    "market set KZ currency=USD",
    "market set KZ currency=KZT",
    "market tax KZ --region GB --from 2027-01-01 --percent 13",
    "market tax KZ --from 2027-01-01 --percent 13",
    "market seller KZ --name Seller --address Almaty",
    "market region KZ ALA --name Almaty --named ru=Алматы",
    "price copy --from KG --to KZ --factor 5.4 --round 100",
    "price set KZ DEMO-NONE 1",
    "stock set KZ --all --pieces 1",
    "market state KZ live",
  ]) {
    const result = await marque(args.split(" "), environment);
    expect(result.code, `${args}: ${result.stderr}`).toBe(args.includes("NONE") ? 1 : 0);
  }
}

/** A login that was not seen for an hour, refreshed, listed, and left alone in the end. */
async function walkThroughLogins(shop: Shop): Promise<void> {
  const body = { phone: customerPhones.kg, verification_code: testCode };
  const login = good(await shop.guest().POST("/api/v1/auth/verify-code", { body }));
  await shop.databases.sql("kg", "UPDATE sessions SET last_seen_at = now() - interval '1 hour' WHERE id = $1", [
    claimsOf(login.access_token).sid,
  ]);
  const api = shop.withToken(login.access_token);
  good(await api.GET("/api/v1/auth/sessions", {}));
  good(await api.POST("/api/v1/auth/logout-all", {}));
  const next = good(await shop.guest().POST("/api/v1/auth/refresh", { body: { refresh_token: login.refresh_token } }));
  // Moved by hand, and not refreshed since.
  await shop.databases.sql("us", "INSERT INTO users (market, phone) VALUES ('US', $1)", [customerPhones.kg]);
  await shop.databases.sql("kg", "UPDATE users SET moved_to = 'US' WHERE market = 'KG' AND phone = $1", [
    customerPhones.kg,
  ]);
  await eventually("the account is found where it lives", async () => {
    const profile = await shop.withToken(next.access_token).GET("/api/v1/auth/profile", {});
    return profile.data?.market === "us";
  });
}

/** A message that is taken at the second try, asked about and reported on. */
async function walkSms(shop: Shop, gateway: FakeProvider): Promise<void> {
  const phone = "+12125550188";
  gateway.answer = (_, count) => (count === 1 ? { status: 500 } : { status: 200, body: '{"ok":true,"id":"own"}' });
  good(await shop.guest().POST("/api/v1/auth/send-verification", { body: { phone } }));
  const { messages } = await eventually("the message is sent", async () => {
    const found = await deliveriesTo(shop.databases, "us", phone);
    return found.messages[0]?.state === "sent" && found;
  });
  await eventually("the gateway was asked for news", () => gateway.received.some(({ method }) => method === "GET"));
  for (const id of [`us${messages[0]?.id}`, "own"]) {
    const path = `/api/v1/webhooks/sms/gateway/us?secret=${gatewaySecret}&id=${id}&status=delivered`;
    expect((await fetch(`${shop.origin}${path}`, { method: "POST" })).status).toBe(204);
  }
}

/** Files of every kind into the shop; the products twice, the second time changed and resumed. */
async function walkImports(databases: Databases): Promise<void> {
  const files = new Files();
  const header = "sku,slug,name,name_ru,category,category_ru,features,images,size,price,stock";
  const products = (size: string, image: string) =>
    files.write(
      `products ${size}.csv`,
      `${header}\nW-1,walk,Walk,Прогулка,Walks,Прогулки,Light|Warm,${image},${size},10,3\nW-2,w-2,Bad,,,,,,,,\n`,
    );
  const runs = [
    ["products", products("S", "a.jpg")],
    ["products", products("S", "a.jpg"), "--resume"],
    ["products", products("M", "b.jpg")],
    ["prices", files.write("prices.csv", "sku,market,price\nW-1,us,11\n")],
    ["stock", files.write("stock.csv", "sku,market,on_hand\nW-1,us,4\n")],
    ["reviews", files.write("reviews.csv", "product,market,rating,comment\nwalk,us,5,Good\n")],
  ];
  try {
    for (const run of runs) {
      const result = await marque(["import", ...run, "--format", "csv", "--market", "us,kg"], databases.environment);
      expect(result.code, result.stderr).toBe(0);
      // As if the first had been broken off; the file of the second is another one, so that it begins anew.
      await databases.sql("us", "UPDATE jobs SET state = 'running' WHERE kind = 'import_products'");
    }
  } finally {
    files.close();
  }
}

describe("statements", () => {
  let log = "";
  beforeAll(async () => {
    const address = inject("cluster");
    const access = new PostgresAccess(address);
    const name = "template_of_statements";
    await access.createDatabase(name);
    const maintenance = access.pool("postgres", "postgres", 1);
    await maintenance.query(`ALTER DATABASE ${name} SET log_statement = 'all'`);
    const environment = environmentOf("one database", access, { kg: name, us: name });
    for (const args of [
      ["migrate_and_seed"],
      ["seed"],
      ...(existsSync(sample)
        ? [["import", "products", sample, "--format", "magento", "--market", "us,kg", "--price", "kg=88:10"]]
        : []),
    ]) {
      const result = await marque(args, environment);
      expect(result.code, result.stderr).toBe(0);
    }
    const gateway = await FakeProvider.gateway();
    const shop = await Shop.open("one database", {
      settings: {
        GUEST_TENDING_SECONDS: "1",
        ...webhookSettings,
        BACK_IN_STOCK_SECONDS: "1",
        SALES_COUNTING_SECONDS: "1",
        ...gatewaySettings("us", gateway.origin, { STATUS_URL: `${gateway.origin}/status/{id}` }),
        SMS_STATUS_POLL_SECONDS: "1",
      },
      prepare: async (databases: Databases) => {
        await chooseProviders(databases, { us: "gateway" });
        await maintenance.query(`ALTER DATABASE ${databases.names.kg} SET log_statement = 'all'`);
      },
    });
    try {
      await walk(shop);
      const third = `${name}_kz`;
      await access.createDatabase(third);
      await maintenance.query(`ALTER DATABASE ${third} SET log_statement = 'all'`);
      await walkImports(shop.databases);
      await walkMarkets({ ...shop.databases.environment, DATABASE_URL_MARQUE_KZ: access.url(third) });
      await walkSms(shop, gateway);
      await walkPayments((databases) =>
        maintenance.query(`ALTER DATABASE ${databases.names.kg} SET log_statement = 'all'`).then(() => undefined),
      );
    } finally {
      await shop.close();
      await gateway.close();
      await maintenance.end();
    }
    log = plain(readFileSync(logFile(address), "utf8"));
  }, 300_000);

  const statements = statementsOfSource();

  it("are found in the source", () => {
    expect(statements.size).toBeGreaterThan(60);
    for (const name of ["orders.insert_order", "identity.account", "operations.ping", "outbox.take"])
      expect([...statements.keys()]).toContain(name);
  });

  it("all ran", () => {
    const idle = [...statements].filter(([name, sql]) => !exempt.has(name) && !log.includes(sql)).map(([name]) => name);
    expect(idle).toEqual([]);
  });

  it("negative control: a statement that did not run is noticed", () => {
    expect(log).not.toContain(statements.get("orders.naive_set_stock"));
  });
});
