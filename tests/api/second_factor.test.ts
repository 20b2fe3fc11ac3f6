// The second factor of managers: codes of an independent implementation, each good once, proofs that belong to one
// login and end, tries that are counted, recovery codes, and markets that ask for it.
import { createHash } from "node:crypto";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { TOTP, URI } from "otpauth";
import { client, good, refused } from "../harness/api.js";
import { layouts, type Market, markets } from "../harness/layouts.js";
import { MarqueServer } from "../harness/server.js";
import { type Caller, managerPhones, Shop } from "../harness/shop.js";

const path = "/api/v1/manager/second-factor";
const step_s = 30;

/** An authenticator app that has read the QR code. */
class App {
  private readonly totp: TOTP;
  private last = 0;
  constructor(url: string) {
    this.totp = URI.parse(url) as TOTP;
  }
  code(timestamp = Date.now()): string {
    return this.totp.generate({ timestamp });
  }
  /** A code whose step was not used yet: of now, or of the next step, which the server's clock still takes. */
  fresh(): string {
    const step = Math.max(Math.floor(Date.now() / 1000 / step_s), this.last + 1);
    this.last = step;
    return this.code(step * step_s * 1000);
  }
}

const enrol = async (caller: Caller): Promise<{ app: App; recovery: string[]; first: string }> => {
  const enrolment = good(await caller.api.POST(path, {}));
  const app = new App(enrolment.otpauth_url);
  const first = app.fresh();
  const confirmed = good(await caller.api.POST(`${path}/confirm`, { body: { code: first } }));
  return { app, recovery: confirmed.recovery_codes, first };
};
const invite = (caller: Caller, market: Market, phone: string, role = "viewer") =>
  caller.api.POST("/api/v1/manager/staff", { params: { query: { market } }, body: { phone, role } });
const exportFile = (caller: Caller, market: Market) =>
  caller.api.POST("/api/v1/manager/exports", {
    params: { query: { market } },
    body: { kind: "stock", format: "csv" },
  });
const demand = (caller: Caller, market: Market, second_factor_required: boolean, version: number) =>
  caller.api.PUT("/api/v1/manager/security", {
    params: { query: { market } },
    body: { second_factor_required, version },
  });

describe.each(layouts)("second factor, %s", (layout) => {
  let shop: Shop;
  beforeAll(async () => {
    shop = await Shop.open(layout);
  });
  afterAll(() => shop?.close());
  const phoneOf = (market: Market, n: number) =>
    `${market === "kg" ? "+9967001110" : "+121255501"}${String(n).padStart(2, "0")}`;
  /** An admin of a market with an account of her own. */
  const admin = async (market: Market, n: number) => {
    const caller = await shop.logIn(phoneOf(market, n));
    await shop.databases.sql(
      market,
      `INSERT INTO manager_grants (market, user_id, granted_market, role) VALUES ($1, $2, $1, 'admin')`,
      [market.toUpperCase(), caller.user.id],
    );
    return caller;
  };

  it.each(markets)("is enrolled, asked for from then on, and proved for this login alone: %s", async (market) => {
    const caller = await admin(market, 1);
    good(await exportFile(caller, market));
    const { app, recovery, first } = await enrol(caller);
    expect(new Set(recovery).size).toBe(10);
    expect(refused(await caller.api.POST(path, {})).code).toBe("second_factor.already_enrolled");
    const told = good(await caller.api.GET(path, {}));
    expect(told).toMatchObject({ is_enrolled: true, is_required: false, recovery_codes_left: 10 });
    good(await exportFile(caller, market));
    // Another login of the same person has proved nothing yet; the code that the first one used is spent.
    const other = await shop.logIn(caller.user.phone);
    for (const attempt of [
      exportFile(other, market),
      invite(other, market, phoneOf(market, 15)),
      other.api.DELETE(path, {}),
    ])
      expect(refused(await attempt)).toMatchObject({ status: 403, code: "manager.second_factor_required" });
    good(await other.api.GET("/api/v1/manager/orders", { params: { query: { market } } }));
    expect(refused(await other.api.POST(`${path}/verify`, { body: { code: first } })).code).toBe(
      "second_factor.wrong_code",
    );
    expect(good(await other.api.POST(`${path}/verify`, { body: { code: app.fresh() } })).valid_until).toBeTruthy();
    good(await exportFile(other, market));
    // The proof ends.
    await shop.databases.sql(
      market,
      "UPDATE manager_step_ups SET valid_until = now() - interval '1 second' WHERE market = $1 AND user_id = $2",
      [market.toUpperCase(), caller.user.id],
    );
    expect(refused(await exportFile(other, market)).code).toBe("manager.second_factor_required");
    const key = recovery[3] ?? "";
    const proved = good(await other.api.POST(`${path}/verify`, { body: { recovery_code: key } }));
    expect(proved.recovery_codes_left).toBe(9);
    expect(refused(await other.api.POST(`${path}/verify`, { body: { recovery_code: key } })).code).toBe(
      "second_factor.wrong_code",
    );
    expect((await other.api.DELETE(path, {})).response.status).toBe(204);
    good(await exportFile(await shop.logIn(caller.user.phone), market));
  });

  it("one code opens one proof on two servers at once, and five wrong ones a pause on both", async () => {
    const second = await MarqueServer.start(shop.databases.environment);
    try {
      const caller = await admin("kg", 2);
      const { app } = await enrol(caller);
      const api = client(second.origin, { token: caller.token });
      const code = app.fresh();
      const tries = await Promise.all(
        Array.from({ length: 8 }, (_, i) => (i % 2 ? api : caller.api).POST(`${path}/verify`, { body: { code } })),
      );
      expect(tries.filter(({ response }) => response.status === 200)).toHaveLength(1);
      const rest = tries.filter(({ response }) => response.status !== 200).map(({ response }) => response.status);
      expect(rest.filter((status) => status === 403)).toHaveLength(5);
      expect(rest.filter((status) => status === 429)).toHaveLength(2);
      const paused = await api.POST(`${path}/verify`, { body: { code: app.fresh() } });
      expect(refused(paused).code).toBe("second_factor.too_many_tries");
      const wait_s = Number(paused.response.headers.get("retry-after"));
      expect(wait_s).toBeGreaterThan(800);
      expect(wait_s).toBeLessThanOrEqual(900);
    } finally {
      await second.stop();
    }
  });

  it.each(markets)("a market may ask for it: %s", async (market) => {
    const caller = await admin(market, 3);
    const lesser = await admin(market, 4);
    expect(refused(await demand(caller, market, true, 0)).code).toBe("security.enrol_first");
    await enrol(caller);
    const set = good(await demand(caller, market, true, 0));
    expect(set).toMatchObject({ second_factor_required: true, four_eyes_above: null });
    expect(refused(await demand(caller, market, false, 0)).code).toBe("security.stale");
    expect(refused(await exportFile(lesser, market))).toMatchObject({
      status: 403,
      code: "manager.second_factor_missing",
    });
    good(await lesser.api.GET("/api/v1/manager/orders", { params: { query: { market } } }));
    await enrol(lesser);
    good(await exportFile(lesser, market));
    good(await demand(caller, market, false, set.version));
  });

  it("keeps neither secret nor codes in the clear, in no table", async () => {
    const caller = await admin("us", 5);
    const { app, recovery } = await enrol(caller);
    const whole: string[] = [];
    for (const table of ["manager_second_factors", "manager_recovery_codes", "manager_audit"])
      for (const row of await shop.databases.sql("us", `SELECT to_jsonb(t)::text AS row FROM ${table} t`))
        whole.push(String(row.row));
    const text = whole.join("\n");
    expect(text).toContain("sealed:");
    for (const secret of [...recovery, app.code()]) {
      expect(text).not.toContain(secret);
      expect(text).not.toContain(createHash("sha256").update(secret).digest("hex"));
    }
    expect(refused(await caller.api.POST(`${path}/verify`, { body: {} })).status).toBe(422);
  });
});

describe("negative controls of the second factor", () => {
  const broken = async <T>(name: string, body: (shop: Shop, caller: Caller) => Promise<T>): Promise<T> => {
    const shop = await Shop.open("one database", { settings: { MARQUE_BREAK: name } });
    try {
      return await body(shop, await shop.logIn(managerPhones.both));
    } finally {
      await shop.close();
    }
  };

  it("without remembering steps the same code is taken twice", async () => {
    await broken("replay_totp", async (_, caller) => {
      const { first } = await enrol(caller);
      good(await caller.api.POST(`${path}/verify`, { body: { code: first } }));
    });
  });

  it("without its login a proof is good for all", async () => {
    await broken("unbound_step_up", async (shop, caller) => {
      await enrol(caller);
      good(await exportFile(await shop.logIn(managerPhones.both), "kg"));
    });
  });
});
