// Invoices, credit notes and packing slips as PDF, read back by another program: what they state is what was ordered;
// numbers without a gap; what is issued stays.
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { good, type Problem, refused } from "../harness/api.js";
import { type LayoutName, layouts, type Market, markets } from "../harness/layouts.js";
import { textOfPdf } from "../harness/pdf.js";
import { marque } from "../harness/server.js";
import {
  type Caller,
  currencies,
  customerPhones,
  delivery,
  managerPhones,
  minor,
  type Order,
  Shop,
} from "../harness/shop.js";
import { otherMarket } from "../harness/strangers.js";
import { eventually } from "../harness/waiting.js";

const at = (id: string) => ({ params: { path: { id } } });
const languages: Record<Market, string[]> = { kg: ["ky", "ru", "en"], us: ["en"] };
const titles: Record<string, { invoice: string; slip: string; total: string; credit: string }> = {
  en: { invoice: "Invoice No.", slip: "Packing slip", total: "Total", credit: "Credit note No." },
  ru: { invoice: "Счёт-фактура №", slip: "Упаковочный лист", total: "Итого", credit: "Корректировочный счёт №" },
  ky: { invoice: "Эсеп-фактура №", slip: "Таңгактоо баракчасы", total: "Жалпы сумма", credit: "Түзөтүүчү эсеп №" },
};

/** An amount as the documents write it, with plain spaces. */
function written(amount: number, market: Market, language: string): string {
  const [whole = "", cents] = Math.abs(amount).toFixed(2).split(".");
  const groups = whole.replace(/\B(?=(\d{3})+$)/g, language === "en" ? "," : " ");
  const number = `${groups}${language === "en" ? "." : ","}${cents}`;
  if (market === "us") return `${amount < 0 ? "-" : ""}$${number}`;
  return `${amount < 0 ? "-" : ""}${number} сом`;
}

class Invoices {
  private constructor(
    readonly shop: Shop,
    readonly callers: Record<Market, Caller>,
    readonly managers: Record<Market, Caller>,
    readonly skus: Record<Market, string>,
  ) {}

  static async open(layout: LayoutName): Promise<Invoices> {
    const shop = await Shop.open(layout);
    const self = new Invoices(shop, {} as never, {} as never, {} as never);
    for (const market of markets) {
      self.callers[market] = await shop.logIn(customerPhones[market]);
      self.managers[market] = await shop.logIn(managerPhones[market]);
      self.skus[market] = (await shop.findSku(market, 5)).sku.id;
      await shop.setStock(market, self.skus[market], 100_000);
    }
    return self;
  }

  async place(market: Market, more: object = {}): Promise<Order> {
    const items = [{ sku_id: this.skus[market], quantity: 2 }];
    const body = { ...delivery(customerPhones[market]), payment_method: "cash_on_delivery", items, ...more };
    return good(await this.callers[market].api.POST("/api/v1/orders/create", { body }));
  }
  /** Confirmed behind the server's back: no event issues anything. */
  async confirmQuietly(market: Market, orders: Order[]): Promise<void> {
    await this.shop.databases.sql(
      market,
      "UPDATE orders SET status = 'confirmed', confirmed_date = now() WHERE market = $1 AND id = ANY ($2::bigint[])",
      [market.toUpperCase(), orders.map((order) => order.id)],
    );
  }
  async confirm(market: Market, order: Order): Promise<void> {
    const { api } = this.managers[market];
    good(await api.POST("/api/v1/manager/orders/{id}/confirm", { ...at(order.id), body: {} }));
  }
  async fetch(path: string, who: { token?: string; market?: string }, language = "en"): Promise<Response> {
    const headers: Record<string, string> = {};
    if (who.token) headers.Authorization = `Bearer ${who.token}`;
    if (who.market) headers["X-Market"] = who.market;
    return fetch(`${this.shop.origin}${path}${path.includes("?") ? "&" : "?"}lang=${language}`, { headers });
  }
  async pages(path: string, who: { token?: string; market?: string }, language = "en"): Promise<string[]> {
    const answer = await this.fetch(path, who, language);
    if (answer.status !== 200) throw new Error(`${path} answered ${answer.status}: ${await answer.text()}`);
    expect(answer.headers.get("content-type")).toBe("application/pdf");
    expect(answer.headers.get("cache-control")).toContain("no-store");
    return textOfPdf(new Uint8Array(await answer.arrayBuffer()));
  }
  async documents(market: Market, order: Order) {
    return good(await this.callers[market].api.GET("/api/v1/orders/{id}/documents", at(order.id))).items;
  }
  /** All numbers of one kind, in the order of their issue. */
  async numbers(market: Market, kind = "invoice"): Promise<number[]> {
    const rows = await this.shop.databases.sql<{ number: number }>(
      market,
      "SELECT number FROM invoices WHERE market = $1 AND kind = $2 ORDER BY number",
      [market.toUpperCase(), kind],
    );
    return rows.map((row) => row.number);
  }
  relayed(market: Market) {
    return eventually("the outbox is worked off", async () => {
      const open = "SELECT count(*) FROM outbox WHERE done_at IS NULL AND market = $1";
      return (await this.shop.databases.count(market, open, [market.toUpperCase()])) === 0;
    });
  }
}

const upTo = (count: number) => Array.from({ length: count }, (_, i) => i + 1);

describe.each(layouts)("invoices, %s", (layout) => {
  let all: Invoices;
  beforeAll(async () => {
    all = await Invoices.open(layout);
  });
  afterAll(() => all?.shop.close());

  describe.each(markets)("in %s", (market) => {
    it.each(languages[market])("states seller, buyer, lines and sums of the order, in %s", async (language) => {
      const name = "Өмүрбек Ңүйөзов-Üñî";
      const skus = [all.skus[market], (await all.shop.findSku(market, 5, 9)).sku.id];
      const items = skus.map((sku_id, i) => ({ sku_id, quantity: i + 1 }));
      const order = await all.place(market, { items, customer_name: name });
      const { token } = all.callers[market];
      const early = await all.fetch(`/api/v1/orders/${order.id}/invoice`, { token });
      expect(early.status).toBe(409);
      expect(((await early.json()) as Problem).code).toBe("invoices.not_issued");
      await all.confirm(market, order);
      await all.relayed(market);
      const pages = await all.pages(`/api/v1/orders/${order.id}/invoice`, { token }, language);
      expect(pages).toHaveLength(1);
      const text = pages.join();
      const [document] = await all.documents(market, order);
      expect(document).toMatchObject({ kind: "invoice", amount: order.total_amount, currency: currencies[market] });
      expect(minor(document?.tax ?? 0)).toBe(minor(order.tax) + minor(order.tax_included));
      const wanted = [
        `${titles[language]?.invoice} ${document?.number}`,
        "Marque Demo Shop",
        "1 Demonstration Square",
        "DEMO-0000",
        name,
        order.order_number,
        "1 Main Street",
      ];
      for (const item of order.items) wanted.push(item.sku_code);
      for (const part of wanted) expect(text).toContain(part);
      const row = (label: RegExp | string, amount: number) => {
        const lines = text.split("\n").filter((line) => line.includes(written(amount, market, language)));
        expect(
          lines.some((line) => line.match(label)),
          `${label} ${amount} in\n${text}`,
        ).toBe(true);
      };
      for (const item of order.items) row(new RegExp(`${item.quantity}\\s`), item.subtotal - item.discount);
      row(titles[language]?.total ?? "", order.total_amount);
      row(/./, order.subtotal);
      row(/./, order.shipping_cost);
      if (order.tax > 0) row(/%/, order.tax);
      if (order.tax_included > 0) row(/%/, order.tax_included);
      const again = await all.pages(`/api/v1/orders/${order.id}/invoice`, { token }, language);
      expect(again).toEqual(pages);
      const manager = { token: all.managers[market].token };
      expect(await all.pages(`/api/v1/manager/orders/${order.id}/invoice`, manager, language)).toEqual(pages);
      const slip = (await all.pages(`/api/v1/manager/orders/${order.id}/packing-slip`, manager, language)).join();
      for (const part of [titles[language]?.slip ?? "", name, order.order_number, order.items[0]?.sku_code ?? ""])
        expect(slip).toContain(part);
      expect(slip).not.toContain(written(order.total_amount, market, language));
    });

    it("a guest's by the link; nobody else's", async () => {
      const items = [{ sku_id: all.skus[market], quantity: 1 }];
      const body = { ...delivery(customerPhones[market]), payment_method: "cash_on_delivery", items };
      const order = good(await all.shop.guest(market).POST("/api/v1/orders/create", { body }));
      await all.confirm(market, order);
      const path = `/api/v1/orders/${order.id}/invoice`;
      const [text] = await all.pages(`${path}?access=${order.access_token}`, { market });
      expect(text).toContain(order.order_number);
      const status = async (query: string, who: object) => (await all.fetch(`${path}${query}`, who)).status;
      expect(await status("", { market })).toBe(401);
      expect(await status("?access=x", { market })).toBe(404);
      expect(await status(`?access=${order.access_token}`, { market: otherMarket(market) })).toBe(404);
      expect(await status("", { token: all.callers[market].token })).toBe(404);
      expect(await status("?document=987654321", { token: all.callers[market].token })).toBe(404);
      expect(await status(`?access=${order.access_token}&document=987654321`, { market })).toBe(404);
    });

    it("two hundred lines go over pages, each with its heading and number, and none is lost", async () => {
      const order = await all.place(market);
      await all.shop.databases.sql(
        market,
        `INSERT INTO order_items (market, order_id, line, sku_id, sku_code, product_slug, product_name, product_brand,
                                  size, color, price_minor, quantity, subtotal_minor, discount_minor, taxable_minor)
         SELECT market, order_id, n, sku_id, 'LINE-' || n || '.', product_slug,
                repeat(product_name || ' ', 1 + n % 5), product_brand, size, color, n, 1, n, 0, 0
         FROM order_items, generate_series(2, 200) AS n WHERE market = $1 AND order_id = $2`,
        [market.toUpperCase(), order.id],
      );
      await all.confirmQuietly(market, [order]);
      const { token } = all.callers[market];
      const pages = await all.pages(`/api/v1/orders/${order.id}/invoice`, { token }, "en");
      expect(pages.length).toBeGreaterThan(5);
      const text = pages.join("\n");
      for (let n = 2; n <= 200; ++n) expect(text).toContain(`LINE-${n}.`);
      pages.forEach((page, i) => {
        expect(page).toContain(`Page ${i + 1} / ${pages.length}`);
        if (page.includes("LINE-")) expect(page).toContain("Article");
      });
      expect(pages.at(-1)).toContain(written(order.total_amount, market, "en"));
    });

    it("fifty at once are numbered from one to fifty behind those before, without a gap", async () => {
      const before = (await all.numbers(market)).length;
      const orders: Order[] = [];
      for (let i = 0; i < 50; ++i) orders.push(await all.place(market));
      await all.confirmQuietly(market, orders);
      const { token } = all.callers[market];
      const twice = [...orders, ...orders];
      const answers = await Promise.all(
        twice.map((order) => all.fetch(`/api/v1/orders/${order.id}/invoice`, { token })),
      );
      // As many documents may be drawn at once; who comes then is told to come again.
      for (const answer of answers) {
        expect([200, 503]).toContain(answer.status);
        if (answer.status === 503) expect(answer.headers.get("retry-after")).not.toBeNull();
      }
      expect(await all.numbers(market)).toEqual(upTo(before + 50));
    });

    it("a cancelled order's invoice stays, and a credit note takes it back; numbers of its own", async () => {
      const order = await all.place(market);
      await all.confirm(market, order);
      await all.relayed(market);
      const { token } = all.callers[market];
      const before = await all.pages(`/api/v1/orders/${order.id}/invoice`, { token });
      good(await all.callers[market].api.POST("/api/v1/orders/{id}/cancel", { ...at(order.id), body: {} }));
      await all.relayed(market);
      const [invoice, credit, ...more] = await all.documents(market, order);
      expect(more).toEqual([]);
      expect(credit).toMatchObject({ kind: "credit_note", amount: order.total_amount, tax: invoice?.tax });
      expect(await all.pages(`/api/v1/orders/${order.id}/invoice`, { token })).toEqual(before);
      const path = `/api/v1/orders/${order.id}/invoice?document=${credit?.id}`;
      for (const language of languages[market]) {
        const [text] = await all.pages(path, { token }, language);
        for (const part of [
          `${titles[language]?.credit} ${credit?.number}`,
          invoice?.number ?? "",
          written(order.total_amount, market, language),
        ])
          expect(text).toContain(part);
      }
      expect(await all.numbers(market, "credit_note")).toEqual(upTo((await all.numbers(market, "credit_note")).length));
    });

    it("what is paid back bit by bit is credited bit by bit, and all of it together is all", async () => {
      const order = await all.place(market);
      const [payment] = await all.shop.databases.sql<{ id: string }>(
        market,
        "SELECT id FROM payments WHERE market = $1 AND order_id = $2",
        [market.toUpperCase(), order.id],
      );
      const { api } = all.managers[market];
      good(await api.POST("/api/v1/manager/payments/{id}/confirm", at(payment?.id ?? "")));
      await all.relayed(market);
      const amounts = [1.01, 0.5, undefined];
      for (const amount of amounts) {
        const body = { reason: "A stain", ...(amount === undefined ? {} : { amount }) };
        good(await api.POST("/api/v1/manager/orders/{id}/refunds", { ...at(order.id), body }));
        await all.relayed(market);
      }
      const [invoice, ...credits] = await all.documents(market, order);
      expect(credits.slice(0, 2).map((credit) => credit.amount)).toEqual([1.01, 0.5]);
      const sum = (of: "amount" | "tax") => credits.map((credit) => minor(credit[of])).reduce((a, b) => a + b, 0);
      expect(sum("amount")).toBe(minor(order.total_amount));
      expect(sum("tax")).toBe(minor(invoice?.tax ?? 0));
      const path = `/api/v1/orders/${order.id}/invoice?document=${credits[0]?.id}`;
      const [text] = await all.pages(path, { token: all.callers[market].token });
      expect(text).toContain(written(1.01, market, "en"));
      // Repeated events credit nothing more.
      await all.shop.databases.sql(
        market,
        `UPDATE outbox SET done_at = NULL, available_at = now() WHERE topic IN ('order.moved', 'payment.moved')
         AND payload::jsonb ->> 'order_id' = $1`,
        [order.id],
      );
      await all.relayed(market);
      expect(await all.documents(market, order)).toHaveLength(4);
    });

    it("who fails to issue leaves no gap, and what is issued cannot be changed or taken away", async () => {
      const [first, second] = [await all.place(market), await all.place(market)];
      await all.confirmQuietly(market, [first, second]);
      await all.relayed(market);
      const sql = (text: string) => all.shop.databases.sql(market, text);
      await sql(`CREATE FUNCTION fail_once() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
          IF NEW.order_id = ${first.id} THEN RAISE EXCEPTION 'the disk is full'; END IF; RETURN NEW; END $$`);
      await sql("CREATE TRIGGER fail_once BEFORE INSERT ON invoices FOR EACH ROW EXECUTE FUNCTION fail_once()");
      const { token } = all.callers[market];
      const issue = async (order: Order) => (await all.fetch(`/api/v1/orders/${order.id}/invoice`, { token })).status;
      try {
        const before = (await all.numbers(market)).length;
        expect(await issue(first)).toBe(500);
        expect(await issue(second)).toBe(200);
        expect(await all.numbers(market)).toEqual(upTo(before + 1));
      } finally {
        await sql("DROP FUNCTION fail_once CASCADE");
      }
      expect(await issue(first)).toBe(200);
      const numbers = await all.numbers(market);
      expect(numbers).toEqual(upTo(numbers.length));
      for (const change of ["UPDATE invoices SET amount_minor = 1", "DELETE FROM invoices"])
        await expect(sql(change)).rejects.toThrow("stays as it is");
    });
  });
});

describe("invoices", () => {
  it("negative control: numbers of a sequence have gaps where an issue fails", async () => {
    const all = await Invoices.open("one database");
    const sql = (text: string) => all.shop.databases.sql("kg", text);
    try {
      const orders = [await all.place("kg"), await all.place("kg")];
      await all.confirmQuietly("kg", orders);
      await sql("CREATE SEQUENCE numbers; GRANT USAGE ON SEQUENCE numbers TO PUBLIC");
      await sql(`CREATE FUNCTION number_fast() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
          NEW.number := nextval('numbers');
          IF NEW.order_id = ${orders[0]?.id} THEN RAISE EXCEPTION 'the disk is full'; END IF; RETURN NEW; END $$`);
      await sql("CREATE TRIGGER number_fast BEFORE INSERT ON invoices FOR EACH ROW EXECUTE FUNCTION number_fast()");
      const { token } = all.callers.kg;
      for (const order of orders) await all.fetch(`/api/v1/orders/${order.id}/invoice`, { token });
      expect(await all.numbers("kg")).toEqual([2]);
    } finally {
      await all.shop.close();
    }
  });

  it("without a seller nothing is issued; `market seller` names one, who stays on what is issued", async () => {
    const all = await Invoices.open("one database");
    try {
      await all.shop.databases.everywhere("UPDATE markets SET seller_name = ''");
      const order = await all.place("kg");
      await all.confirm("kg", order);
      await all.relayed("kg");
      const api = all.callers.kg.api;
      const none = await api.GET("/api/v1/orders/{id}/invoice", at(order.id));
      expect(refused(none)).toMatchObject({ status: 409, code: "invoices.no_seller" });
      const path = `/api/v1/orders/${order.id}/invoice`;
      for (const name of ["Биринчи ишкана", "Экинчи ишкана"]) {
        const args = ["market", "seller", "KG", "--name", name, "--address", "Бишкек, 1-көчө", "--tax-id", "123"];
        const done = await marque(args, all.shop.databases.environment);
        expect(done.code, done.stderr).toBe(0);
        const [text] = await all.pages(path, { token: all.callers.kg.token }, "ky");
        for (const part of ["Биринчи ишкана", "Бишкек, 1-көчө", "123"]) expect(text).toContain(part);
      }
      const empty = await marque(
        ["market", "seller", "KG", "--name", " ", "--address", "x"],
        all.shop.databases.environment,
      );
      expect(empty.code).not.toBe(0);
    } finally {
      await all.shop.close();
    }
  });
});
