// Logins over their whole life, on two servers at once: refreshing, listing, ending, blocking, moving.
import { createHash } from "node:crypto";
import { setTimeout as pause } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { client, good, raw, refused } from "../harness/api.js";
import { layouts, type Market, markets } from "../harness/layouts.js";
import { Pair, untilHeard } from "../harness/pair.js";
import { MarqueServer } from "../harness/server.js";
import { customerPhones, managerPhones, testCode } from "../harness/shop.js";
import { claimsOf, mint, plantSession } from "../harness/tokens.js";
import { eventually } from "../harness/waiting.js";

const profile = "/api/v1/auth/profile";
const sha256 = (text: string) => createHash("sha256").update(text).digest("hex");
const secretOf = (refreshToken: string) => refreshToken.split(".")[2] ?? "";

const logInAt = async (origin: string, phone: string, device?: string) => {
  const headers = device === undefined ? {} : { "User-Agent": device };
  const answer = await client(origin).POST("/api/v1/auth/verify-code", {
    body: { phone, verification_code: testCode },
    headers,
  });
  return good(answer);
};
const refreshAt = (origin: string, refreshToken: string) =>
  client(origin).POST("/api/v1/auth/refresh", { body: { refresh_token: refreshToken } });

describe.each(layouts)("sessions, %s", (layout) => {
  let pair: Pair;
  beforeAll(async () => {
    pair = await Pair.open(layout);
  });
  afterAll(() => pair?.close());

  const sql = (market: Market, text: string, values: unknown[] = []) => pair.shop.databases.sql(market, text, values);
  const logIn = (phone: string, device?: string) => logInAt(pair.shop.origin, phone, device);
  const refresh = (token: string) => refreshAt(pair.shop.origin, token);
  /** Lets half a minute go by since the last refresh of a login. */
  const graceOver = (market: Market, token: string) =>
    sql(market, "UPDATE sessions SET rotated_at = rotated_at - interval '31 seconds' WHERE id = $1", [
      claimsOf(token).sid,
    ]);

  describe("refreshing", () => {
    it.each(markets)(
      "[R45] [F3] a refresh token of %s brings new tokens and is stored as a hash only",
      async (market) => {
        const login = await logIn(customerPhones[market]);
        const next = good(await refresh(login.refresh_token));
        expect(next.refresh_token).not.toBe(login.refresh_token);
        expect(next).toMatchObject({ token_type: "bearer", expires_in: 1_800, user: { id: login.user.id, market } });
        expect(claimsOf(next.access_token)).toMatchObject({
          sub: login.user.id,
          market,
          sid: claimsOf(login.access_token).sid,
        });
        expect(good(await client(pair.other.origin, { token: next.access_token }).GET(profile, {})).id).toBe(
          login.user.id,
        );
        const [row] = await sql(market, "SELECT refresh_hash, previous_refresh_hash FROM sessions WHERE id = $1", [
          claimsOf(next.access_token).sid,
        ]);
        expect(row).toEqual({
          refresh_hash: sha256(secretOf(next.refresh_token)),
          previous_refresh_hash: sha256(secretOf(login.refresh_token)),
        });
        expect(secretOf(next.refresh_token)).toHaveLength(43);
      },
    );

    it("[F3] fifty at once with one token, over two servers, get one successor", async () => {
      const login = await logIn("+996700111001");
      const answers = await Promise.all(
        Array.from({ length: 50 }, (_, i) => refreshAt(pair.origins[i % 2] ?? "", login.refresh_token)),
      );
      const successors = new Set(answers.map((answer) => good(answer).refresh_token));
      expect(successors.size).toBe(1);
      good(await refresh([...successors][0] ?? ""));
    });

    it("[F3] an old token within the grace gets the same successor, after it the family ends", async () => {
      const login = await logIn("+996700111002");
      const next = good(await refresh(login.refresh_token));
      expect(good(await refresh(login.refresh_token)).refresh_token).toBe(next.refresh_token);
      await pair.warm(next.access_token);
      await graceOver("kg", login.access_token);
      expect(refused(await refresh(login.refresh_token))).toMatchObject({ status: 401, code: "auth.invalid_refresh" });
      await pair.untilBoth("auth.session_ended", next.access_token);
      expect(refused(await refresh(next.refresh_token))).toMatchObject({ status: 401, code: "auth.invalid_refresh" });
      const [row] = await sql("kg", "SELECT end_reason FROM sessions WHERE id = $1", [
        claimsOf(login.access_token).sid,
      ]);
      expect(row).toEqual({ end_reason: "reuse" });
      const line = pair.shop.server.logs.find((entry) => entry.event === "auth.refresh_reused");
      expect(line).toMatchObject({ market: "kg", user: login.user.id });
    });

    it("[F3] a token of two refreshes ago ends the family at once", async () => {
      const first = await logIn("+996700111003");
      const second = good(await refresh(first.refresh_token));
      const third = good(await refresh(second.refresh_token));
      expect(refused(await refresh(first.refresh_token)).code).toBe("auth.invalid_refresh");
      expect(refused(await refresh(third.refresh_token)).code).toBe("auth.invalid_refresh");
    });

    it("[F3] killed after the commit and before the answer, a login goes on with the old token", async () => {
      const login = await logIn("+996700111004");
      const settings = { ...pair.shop.databases.environment, MARQUE_BREAK: "die_after_refresh" };
      const dying = await MarqueServer.start(settings);
      try {
        await expect(refreshAt(dying.origin, login.refresh_token)).rejects.toThrow();
        await eventually("the server is dead", () => dying.hasEnded);
      } finally {
        await dying.kill();
      }
      const [row] = await sql("kg", "SELECT refresh_hash, previous_refresh_hash FROM sessions WHERE id = $1", [
        claimsOf(login.access_token).sid,
      ]);
      expect(row?.previous_refresh_hash).toBe(sha256(secretOf(login.refresh_token)));
      const next = good(await refresh(login.refresh_token));
      expect(sha256(secretOf(next.refresh_token))).toBe(row?.refresh_hash);
      expect(good(await refreshAt(pair.other.origin, login.refresh_token)).refresh_token).toBe(next.refresh_token);
      good(await refresh(next.refresh_token));
    });

    it("refuses what is no refresh token of ours, and those of ended, expired and blocked logins", async () => {
      const login = await logIn("+996700111005");
      const stranger = await logIn("+996700111006");
      const [market, sid, secret, tag] = login.refresh_token.split(".") as [string, string, string, string];
      const ends = stranger.refresh_token.split(".");
      const wrong = [
        "",
        "x",
        login.access_token,
        `${login.refresh_token}x`,
        [market, ends[1], secret, tag].join("."),
        [market, sid, ends[2], tag].join("."),
        ["us", sid, secret, tag].join("."),
        [market, sid, secret].join("."),
        [market, sid, secret, "A".repeat(22)].join("."),
        "x".repeat(10_000),
      ];
      for (const token of wrong)
        expect(refused(await refresh(token))).toMatchObject({ status: 401, code: "auth.invalid_refresh" });
      good(await refresh(login.refresh_token));

      await client(pair.shop.origin, { token: stranger.access_token }).POST("/api/v1/auth/logout", {});
      expect(refused(await refresh(stranger.refresh_token)).code).toBe("auth.invalid_refresh");
      const late = await logIn("+996700111006");
      await sql("kg", "UPDATE sessions SET expires_at = now() WHERE id = $1", [claimsOf(late.access_token).sid]);
      expect(refused(await refresh(late.refresh_token)).code).toBe("auth.invalid_refresh");
      const blocked = await logIn("+996700111006");
      await sql("kg", "UPDATE users SET is_active = false WHERE phone = '+996700111006'");
      expect(refused(await refresh(blocked.refresh_token)).code).toMatch(/auth\.(account_blocked|invalid_refresh)/);
      expect(pair.shop.server.output).not.toContain(secretOf(login.refresh_token));
    });
  });

  describe("my logins", () => {
    it("[R39] lists them with device and times, the current one marked, and nobody else's", async () => {
      const phone = "+996700111007";
      const phoneLogin = await logIn(phone, "Shop/2.1");
      const browser = await logIn(phone, "Mozilla/5.0 (X11; Linux x86_64) Firefox/145.0");
      await logIn("+996700111008", "somebody else's");
      const list = good(await pair.api(browser.access_token).GET("/api/v1/auth/sessions", {}));
      expect(list.total).toBe(2);
      expect(list.items.map((item) => [item.id, item.device, item.current])).toEqual([
        [claimsOf(browser.access_token).sid, "Firefox · Linux", true],
        [claimsOf(phoneLogin.access_token).sid, "Shop/2.1", false],
      ]);
      for (const item of list.items) expect(Date.parse(item.expires_at)).toBeGreaterThan(Date.parse(item.created_at));
    });

    it.each(markets)(
      "[R39] in %s their owner is told of another device, by name, and of no known one",
      async (market) => {
        const phone = market === "kg" ? "+996700111000" : "+12125550100";
        const known = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_7 like Mac OS X) AppleWebKit/605.1.15 Safari/604.1";
        const other = "Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 Chrome/142.0.0.0 Mobile Safari/537.36";
        const { access_token } = await logIn(phone, known);
        await logIn(phone, known);
        await logIn(phone, other);
        const told = () => pair.api(access_token).GET("/api/v1/profile/notifications", {});
        await eventually("the owner is told", async () => good(await told()).items.length > 0);
        const { items } = good(await told());
        expect(items.map(({ message }) => message)).toEqual([expect.stringMatching(/: Chrome · Android\.$/)]);
      },
    );

    it.each(markets)("[F2] in %s ends one of them, and that bites on both servers", async (market) => {
      const phone = market === "kg" ? "+996700111009" : "+12125550109";
      const [lost, mine] = [await logIn(phone), await logIn(phone)];
      await pair.warm(lost.access_token);
      await pair.warm(mine.access_token);
      const id = claimsOf(lost.access_token).sid;
      const end = (session: string) =>
        pair.api(mine.access_token).DELETE("/api/v1/auth/sessions/{id}", { params: { path: { id: session } } });
      expect((await end(id)).response.status).toBe(204);
      const took_ms = await pair.untilBoth("auth.session_ended", lost.access_token);
      console.log(`ended on both servers after ${took_ms.toFixed(0)} ms`);
      await pair.warm(mine.access_token);
      expect(refused(await end(id))).toMatchObject({ status: 404, code: "auth.session_not_found" });
    });

    it("cannot end somebody else's, which looks like one that does not exist", async () => {
      const victim = await logIn("+996700111010");
      const other = await logIn("+996700111011");
      const end = async (id: string) => {
        const answer = await pair
          .api(other.access_token)
          .DELETE("/api/v1/auth/sessions/{id}", { params: { path: { id } } });
        const { request_id, ...rest } = refused(answer);
        expect(request_id).toBeTruthy();
        return rest;
      };
      const theirs = await end(claimsOf(victim.access_token).sid);
      expect(theirs).toMatchObject({ status: 404, code: "auth.session_not_found" });
      expect(theirs).toEqual(await end("0191e7c8-5b7a-4c1e-9d0a-3f6b2a9c8d7e"));
      await pair.warm(victim.access_token);
    });

    it("[F2] ends all but this one", async () => {
      const phone = "+996700111012";
      const others = [await logIn(phone), await logIn(phone), await logIn(phone)];
      const mine = await logIn(phone);
      for (const login of [...others, mine]) await pair.warm(login.access_token);
      expect(good(await pair.api(mine.access_token).POST("/api/v1/auth/logout-all", {}))).toEqual({ ended: 3 });
      for (const login of others) await pair.untilBoth("auth.session_ended", login.access_token);
      await pair.warm(mine.access_token);
      expect(good(await pair.api(mine.access_token).GET("/api/v1/auth/sessions", {})).total).toBe(1);
    });

    it("keeps fifty at most: a further login ends the one unseen for longest", async () => {
      const phone = "+996700111013";
      const oldest = await logIn(phone);
      await sql("kg", "UPDATE sessions SET last_seen_at = now() - interval '1 day' WHERE id = $1", [
        claimsOf(oldest.access_token).sid,
      ]);
      for (let i = 0; i < 49; ++i) await plantSession(pair.shop.databases, "kg", { market: "KG", id: oldest.user.id });
      const newest = await logIn(phone);
      expect(good(await pair.api(newest.access_token).GET("/api/v1/auth/sessions", {})).total).toBe(50);
      await pair.untilBoth("auth.session_ended", oldest.access_token);
    });

    it("marks a login as seen when it had not been for minutes", async () => {
      const { user } = await logIn("+996700111014");
      const sid = await plantSession(pair.shop.databases, "kg", { market: "KG", id: user.id });
      await sql("kg", "UPDATE sessions SET last_seen_at = now() - interval '1 hour' WHERE id = $1", [sid]);
      await pair.warm(await mint({ sub: user.id, market: "kg", sid }));
      const [row] = await sql(
        "kg",
        "SELECT last_seen_at > now() - interval '1 minute' AS seen FROM sessions WHERE id = $1",
        [sid],
      );
      expect(row).toEqual({ seen: true });
    });
  });

  describe("what bites within a second on both servers", () => {
    it.each(markets)("[R39] [F2] logging out in %s, at once where it was asked", async (market) => {
      const phone = market === "kg" ? "+996700111015" : "+12125550115";
      const login = await logIn(phone);
      const second = await logIn(phone);
      await pair.warm(login.access_token);
      await pair.warm(second.access_token);
      expect((await pair.api(login.access_token).POST("/api/v1/auth/logout", {})).response.status).toBe(204);
      const answer = await raw(pair.shop.origin, "GET", profile, { token: login.access_token });
      expect(answer.problem()).toMatchObject({ status: 401, code: "auth.session_ended" });
      await pair.untilBoth("auth.session_ended", login.access_token);
      await pair.warm(second.access_token);
    });

    it.each(markets)("[F2] blocking in %s; unblocked, the old logins stay ended", async (market) => {
      const phone = market === "kg" ? "+996700111016" : "+12125550116";
      const login = await logIn(phone);
      await pair.warm(login.access_token);
      await sql(market, "UPDATE users SET is_active = false WHERE phone = $1", [phone]);
      await pair.untilBoth("auth.account_blocked", login.access_token);
      await sql(market, "UPDATE users SET is_active = true WHERE phone = $1", [phone]);
      await pair.untilBoth("auth.session_ended", login.access_token);
      expect(refused(await refresh(login.refresh_token)).code).toBe("auth.invalid_refresh");
      const again = await logIn(phone);
      expect(claimsOf(again.access_token)).toMatchObject({ ver: 2 });
      await pair.warm(again.access_token);
    });

    it("[F2] [I7] a manager's right taken away: on the next request", async () => {
      const manager = await logIn(managerPhones.kg);
      const orders = "/api/v1/manager/orders";
      for (const answer of await pair.ask(orders, manager.access_token)) expect(answer.status).toBe(200);
      await sql("kg", "DELETE FROM manager_grants WHERE user_id = $1", [manager.user.id]);
      for (const answer of await pair.ask(orders, manager.access_token))
        expect(answer.problem()).toMatchObject({ status: 403, code: "manager.not_a_manager" });
    });

    it("[R24] [F2] a move to another market, after which a refresh brings the right token", async () => {
      const phone = "+996700111017";
      const login = await logIn(phone);
      await pair.warm(login.access_token);
      await sql("kg", "UPDATE users SET moved_to = 'US', market_source = 'manual' WHERE phone = $1", [phone]);
      await pair.untilBoth("auth.market_changed", login.access_token);
      await sql("us", "INSERT INTO users (market, phone) VALUES ('US', $1)", [phone]);
      if (!pair.shop.databases.split)
        for (const answer of await pair.ask(profile, login.access_token))
          expect(answer.json()).toMatchObject({ phone, market: "us" });
      const next = good(await refresh(login.refresh_token));
      expect(next.user).toMatchObject({ phone, market: "us" });
      expect(claimsOf(next.access_token)).toMatchObject({ sub: next.user.id, market: "us" });
      expect(good(await client(pair.other.origin, { token: next.access_token }).GET(profile, {}))).toMatchObject({
        id: next.user.id,
        market: "us",
      });
      expect(good(await refreshAt(pair.other.origin, login.refresh_token)).refresh_token).toBe(next.refresh_token);
      const list = good(await client(pair.other.origin, { token: next.access_token }).GET("/api/v1/auth/sessions", {}));
      expect(list.total).toBe(1);
      good(await refresh(next.refresh_token));
    });
  });

  it("[F2] asks the database for a login when it is new, and again once it changed", async () => {
    const login = await logIn("+996700111018");
    const server = await MarqueServer.start(pair.shop.databases.environment);
    try {
      await untilHeard(server.origin, 1);
      const api = client(server.origin, { token: login.access_token });
      for (let i = 0; i < 30; ++i) good(await api.GET("/api/v1/auth/sessions", {}));
      const runs = async (statement: string) => {
        const text = await (await fetch(`${server.origin}/metrics`)).text();
        const pattern = new RegExp(`^marque_db_statement_runs\\{statement="${statement}".*\\} (\\d+)`, "gm");
        return [...text.matchAll(pattern)].reduce((sum, match) => sum + Number(match[1]), 0);
      };
      await eventually("all lists are counted", async () => (await runs("identity.live_sessions")) === 30);
      // One look-up; a machine that gives the listening thread no time for most of a second causes another.
      expect(await runs("identity.account")).toBeLessThanOrEqual(3);
      await sql("kg", "UPDATE users SET language = 'ru' WHERE phone = '+996700111018'");
      const list = "/api/v1/products?limit=1";
      const russian = (await raw(server.origin, "GET", `${list}&lang=ru`, { market: "kg" })).text;
      const inMyLanguage = async () => (await raw(server.origin, "GET", list, { token: login.access_token })).text;
      await eventually("the language is the new one", async () => (await inMyLanguage()) === russian);
    } finally {
      await server.stop();
    }
  });

  it("[F2] with the listening connections cut, a logout still bites within a second", async () => {
    const [one, two] = [await logIn("+996700111019"), await logIn("+996700111019")];
    await pair.warm(one.access_token);
    await pair.warm(two.access_token);
    await pair.deafened(async () => {
      // At once, while both servers still believe that they hear; and later, when they know that they do not.
      await pair.api(one.access_token).POST("/api/v1/auth/logout", {});
      await pair.untilBoth("auth.session_ended", one.access_token);
      await pair.untilHeard(0);
      await pair.warm(two.access_token);
      await pair.api(two.access_token).POST("/api/v1/auth/logout", {});
      await pair.untilBoth("auth.session_ended", two.access_token);
    });
    await pair.untilHeard(1);
  });
});

describe("sessions, control", () => {
  let pair: Pair;
  beforeAll(async () => {
    pair = await Pair.open("one database", { MARQUE_BREAK: "deaf_sessions" });
  });
  afterAll(() => pair?.close());

  it("control: deaf_sessions, a server that acts on nothing it hears, goes on serving a login that ended", async () => {
    const served: boolean[] = [];
    // A machine that stood still makes every server ask the database again: then it is asked once more.
    while (served.length < 5 && !served.includes(true)) {
      const login = await logInAt(pair.shop.origin, customerPhones.kg);
      await pair.warm(login.access_token);
      await pair.api(login.access_token).POST("/api/v1/auth/logout", {});
      await pause(1_100);
      const [good_one, broken] = await pair.ask(profile, login.access_token);
      expect(good_one?.status).toBe(401);
      served.push(broken?.status === 200);
    }
    expect(served).toContain(true);
  });
});
