// Stock that card orders hold until they are paid: held, claimed, let go, given back, each exactly once however many
// ask at the same time. The statements are taken from the source and run under the market's own role.
import type pg from "pg";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { good } from "../harness/api.js";
import { layouts, type Market, markets } from "../harness/layouts.js";
import { type Caller, customerPhones, delivery, Shop } from "../harness/shop.js";
import { statementsOfSource } from "../harness/statements_of_source.js";
import { eventually } from "../harness/waiting.js";

const statements = statementsOfSource();
const text = (name: string) => {
  const found = statements.get(name);
  if (!found) throw new Error(`there is no statement ${name}`);
  return found;
};

interface Step {
  name: string;
  values: unknown[];
}

describe.each(layouts)("stock held for orders, %s", (layout) => {
  let shop: Shop;
  const callers = {} as Record<Market, Caller>;
  const pools = {} as Record<Market, pg.Pool>;
  beforeAll(async () => {
    shop = await Shop.open(layout);
    for (const market of markets) {
      callers[market] = await shop.logIn(customerPhones[market]);
      pools[market] = shop.databases.access.pool(shop.databases.names[market]);
    }
  });
  afterAll(async () => {
    for (const market of markets) await pools[market]?.end();
    await shop?.close();
  });

  /** Several statements in one transaction of the market's role; the rows of the last. */
  async function transaction(market: Market, steps: Step[]): Promise<Record<string, unknown>[]> {
    const connection = await pools[market].connect();
    try {
      await connection.query("BEGIN");
      await connection.query(`SET LOCAL ROLE marque_${market}`);
      let rows: Record<string, unknown>[] = [];
      for (const step of steps) rows = (await connection.query(text(step.name), step.values)).rows;
      await connection.query("COMMIT");
      return rows;
    } catch (error) {
      await connection.query("ROLLBACK");
      throw error;
    } finally {
      connection.release();
    }
  }
  const lock = (order: string): Step => ({ name: "inventory.lock", values: [order] });
  const giveBack = (market: Market, order: string): Step[] => [
    lock(order),
    { name: "inventory.give_back", values: [market.toUpperCase(), order, "cancelled"] },
  ];
  const claim = async (market: Market, order: string): Promise<unknown> => {
    const rows = await transaction(market, [
      lock(order),
      { name: "inventory.claim", values: [market.toUpperCase(), order] },
    ]);
    return rows[0]?.has_stock;
  };
  const release = (market: Market, order: string) =>
    transaction(market, [lock(order), { name: "inventory.release_expired", values: [order] }]);
  const expire = (market: Market, order: string) =>
    shop.databases.sql(market, "UPDATE stock_reservations SET expires_at = now() WHERE order_id = $1", [order]);

  /** A SKU's counters, what orders hold of it, and what its ledger adds up to. */
  async function stateOf(market: Market, sku: string) {
    const [row] = await shop.databases.sql(
      market,
      `SELECT s.on_hand, s.reserved,
              (SELECT coalesce(sum(quantity), 0)::int FROM stock_reservations r
               WHERE r.market = s.market AND r.sku_id = s.sku_id AND r.state = 'held') AS held,
              (SELECT sum(delta)::int FROM stock_ledger l WHERE l.market = s.market AND l.sku_id = s.sku_id) AS ledger
       FROM stock s WHERE s.market = $1 AND s.sku_id = $2`,
      [market.toUpperCase(), sku],
    );
    expect(row?.held).toBe(row?.reserved);
    expect(row?.ledger).toBe(row?.on_hand);
    return { on_hand: row?.on_hand as number, reserved: row?.reserved as number };
  }
  async function order(market: Market, sku: string, quantity: number, payment_method = "card"): Promise<string> {
    const items = [{ sku_id: sku, quantity }];
    const body = { ...delivery(customerPhones[market]), payment_method, items };
    return good(await callers[market].api.POST("/api/v1/orders/create", { body })).id;
  }
  async function freshSku(market: Market, pieces: number, skip = 0): Promise<string> {
    const { sku } = await shop.findSku(market, 5, skip);
    await shop.setStock(market, sku.id, pieces);
    return sku.id;
  }

  describe.each(markets)("in %s", (market) => {
    it("a card order holds, a cash order takes; both are out of reach for others", async () => {
      const sku = await freshSku(market, 5);
      await order(market, sku, 2);
      expect(await stateOf(market, sku)).toEqual({ on_hand: 5, reserved: 2 });
      await order(market, sku, 2, "cash_on_delivery");
      expect(await stateOf(market, sku)).toEqual({ on_hand: 3, reserved: 2 });
      const items = [{ sku_id: sku, quantity: 2 }];
      const late = await callers[market].api.POST("/api/v1/orders/create", {
        body: { ...delivery(customerPhones[market]), items },
      });
      expect(late.response.status).toBe(409);
    });

    it("what is held is claimed once, and the ledger says so then", async () => {
      const sku = await freshSku(market, 5, 1);
      const id = await order(market, sku, 2);
      const claims = await Promise.all(Array.from({ length: 8 }, () => claim(market, id)));
      expect(claims).toEqual(Array(8).fill(true));
      expect(await stateOf(market, sku)).toEqual({ on_hand: 3, reserved: 0 });
    });

    it("what is not claimed in time is let go, not before; it is taken again only where it is there", async () => {
      const sku = await freshSku(market, 5, 2);
      const [first, second] = [await order(market, sku, 2), await order(market, sku, 3)];
      await release(market, first);
      expect(await stateOf(market, sku)).toEqual({ on_hand: 5, reserved: 5 });
      for (const id of [first, second]) {
        await expire(market, id);
        await Promise.all(Array.from({ length: 4 }, () => release(market, id)));
      }
      expect(await stateOf(market, sku)).toEqual({ on_hand: 5, reserved: 0 });
      await order(market, sku, 3, "cash_on_delivery");
      expect(await claim(market, second)).toBe(false);
      expect(await stateOf(market, sku)).toEqual({ on_hand: 2, reserved: 0 });
      expect(await claim(market, first)).toBe(true);
      expect(await stateOf(market, sku)).toEqual({ on_hand: 0, reserved: 0 });
    });

    it.each([
      ["held", "card", async () => {}],
      ["claimed", "card", async (id: string) => void (await claim(market, id))],
      ["taken at once", "cash_on_delivery", async () => {}],
      [
        "let go",
        "card",
        async (id: string) => {
          await expire(market, id);
          await release(market, id);
        },
      ],
    ])("what is %s is given back once, by eight at once and again later", async (_, method, prepare) => {
      const sku = await freshSku(market, 5, 3);
      const id = await order(market, sku, 2, method);
      await prepare(id);
      await Promise.all(Array.from({ length: 8 }, () => transaction(market, giveBack(market, id))));
      await transaction(market, giveBack(market, id));
      expect(await stateOf(market, sku)).toEqual({ on_hand: 5, reserved: 0 });
    });

    it("some of what was taken comes back, never more than was taken", async () => {
      const sku = await freshSku(market, 5, 4);
      const id = await order(market, sku, 3, "cash_on_delivery");
      const some = (quantity: number): Step[] => [
        lock(id),
        { name: "inventory.give_back_some", values: [market.toUpperCase(), id, "returned", [sku], [quantity]] },
      ];
      await transaction(market, some(1));
      expect(await stateOf(market, sku)).toEqual({ on_hand: 3, reserved: 0 });
      await transaction(market, some(9));
      await transaction(market, some(1));
      await transaction(market, giveBack(market, id));
      expect(await stateOf(market, sku)).toEqual({ on_hand: 5, reserved: 0 });
    });

    it("claim and expiry at the same moment: one of them, and the pieces are counted once", async () => {
      const sku = await freshSku(market, 40, 5);
      for (let i = 0; i < 20; ++i) {
        const before = (await stateOf(market, sku)).on_hand;
        const id = await order(market, sku, 1);
        await expire(market, id);
        await Promise.all(i % 2 ? [claim(market, id), release(market, id)] : [release(market, id), claim(market, id)]);
        const after = await stateOf(market, sku);
        expect(after.reserved).toBe(0);
        // Whoever came first: the payment has its pieces, claimed or taken again.
        expect(after.on_hand).toBe(before - 1);
        const [row] = await shop.databases.sql(market, "SELECT state FROM stock_reservations WHERE order_id = $1", [
          id,
        ]);
        expect(row?.state).toBe("claimed");
      }
    });

    it("control: without the lock, two who give back at once do it twice", async () => {
      const sku = await freshSku(market, 5, 6);
      const id = await order(market, sku, 2, "cash_on_delivery");
      const [, unlocked] = giveBack(market, id) as [Step, Step];
      // Both have read the ledger before either writes the counter, because a third one holds the row.
      const row = "SELECT FROM stock WHERE market = $1 AND sku_id = $2 FOR UPDATE";
      let both: Promise<unknown>[] = [];
      await shop.databases.holding(market, row, [market.toUpperCase(), sku], async () => {
        both = [transaction(market, [unlocked]), transaction(market, [unlocked])];
        await eventually("both wait for the row", async () => (await shop.databases.waiting(market)) >= 2);
      });
      await Promise.all(both);
      const left = () =>
        shop.databases.count(market, "SELECT on_hand FROM stock WHERE market = $1 AND sku_id = $2", [
          market.toUpperCase(),
          sku,
        ]);
      expect(await left()).toBe(7);
    });
  });
});
