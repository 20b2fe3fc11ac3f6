// Sending one-time codes: limits by phone, address, network, block and market, and answers that tell nothing.
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { RawAnswer } from "../harness/api.js";
import { Door } from "../harness/codes.js";
import { layouts } from "../harness/layouts.js";
import { eventually } from "../harness/waiting.js";

const limitsOfAddresses = { CODE_PHONES_PER_ADDRESS: "10", CODE_PHONES_PER_NETWORK: "30", CODES_PER_BLOCK: "20" };
const statuses = (answers: RawAnswer[]) => answers.map((answer) => answer.status);
const good = (answers: RawAnswer[]) => answers.filter((answer) => answer.status === 200).length;
/** Phones of different blocks: the seventh digit differs. */
const phone = (number: number) => `+9965${String(550_000_00 + number * 1_001).padStart(8, "0")}`;

describe.each(layouts)("limits of codes, %s", (layout) => {
  let door: Door;
  beforeAll(async () => {
    door = await Door.open(layout, 2, { settings: limitsOfAddresses });
  });
  afterAll(() => door?.close());

  it.each(["+996770100001", "+13125550101"])(
    "[R36] one phone: one in a minute, five in an hour, ten in a day, at whichever server: %s",
    async (number) => {
      const policies: string[] = [];
      let sent = 0;
      const refuse = async () => {
        const answer = await door.send(number, { server: sent % 2, from: "192.0.2.1" });
        expect(answer.problem()).toMatchObject({ status: 429, code: "auth.too_many_codes" });
        expect(Number(answer.headers.get("retry-after"))).toBeGreaterThan(0);
        policies.push(answer.headers.get("ratelimit-policy") ?? "");
      };
      for (let hour = 0; hour < 2; ++hour) {
        for (let i = 0; i < 5; ++i) {
          expect((await door.send(number, { server: sent++ % 2, from: "192.0.2.1" })).status).toBe(200);
          if (sent === 1) await refuse();
          await door.pass("1 minute");
        }
        await refuse();
        await door.pass("56 minutes");
      }
      await refuse();
      expect(policies).toEqual([
        '"phone-pause";q=1;w=60',
        '"phone-hour";q=5;w=3600',
        '"phone-day";q=10;w=86400',
        '"phone-day";q=10;w=86400',
      ]);
      await door.pass("23 hours");
      expect((await door.send(number, { from: "192.0.2.1" })).status).toBe(200);
    },
  );

  it("one address asks for ten phones in an hour, a /24 for thirty, a /48 likewise, at two servers", async () => {
    const ask = (from: string, first: number, count: number) =>
      Promise.all(Array.from({ length: count }, (_, i) => door.send(phone(first + i), { from, server: i % 2 })));
    const one = await ask("203.0.113.1", 100, 14);
    expect(good(one)).toBe(10);
    const refused = one.find((answer) => answer.status === 429);
    expect(refused?.headers.get("ratelimit-policy")).toBe('"address-phones";q=10;w=3600');
    // A phone that was counted already counts no more.
    await door.pass("1 minute");
    const again = one.findIndex((answer) => answer.status === 200);
    expect((await door.send(phone(100 + again), { from: "203.0.113.1" })).status).toBe(200);
    const rest = [...(await ask("203.0.113.2", 200, 10)), ...(await ask("203.0.113.3", 300, 10))];
    expect(good(rest)).toBe(20);
    const over = await ask("203.0.113.4", 400, 1);
    expect(statuses(over)).toEqual([429]);
    expect(over[0]?.headers.get("ratelimit-policy")).toBe('"network-phones";q=30;w=3600');
    expect(good(await ask("203.0.114.4", 410, 1))).toBe(1);
    let six = 0;
    for (let i = 0; i < 4; ++i) six += good(await ask(`2001:db8:77:${i}::1`, 500 + 100 * i, 10));
    expect(six).toBe(30);
    await door.pass("1 hour");
    expect(good(await ask("203.0.113.4", 900, 1))).toBe(1);
  });

  it("[E7] 100 neighbouring numbers from 100 addresses get twenty messages, other blocks theirs", async () => {
    const pump = await Promise.all(
      Array.from({ length: 100 }, (_, i) =>
        door.send(`+99655560${String(1000 + i)}`, { from: `10.${i}.7.1`, server: i % 2 }),
      ),
    );
    console.info(`E7 block: of 100 neighbouring numbers ${good(pump)} got a message`);
    expect(good(pump)).toBe(20);
    expect(pump.find((answer) => answer.status === 429)?.headers.get("ratelimit-policy")).toBe(
      '"number-block";q=20;w=600',
    );
    expect((await door.send("+996555701000", { from: "10.200.7.1" })).status).toBe(200);
    await door.pass("10 minutes");
    expect((await door.send("+996555602000", { from: "10.201.7.1" })).status).toBe(200);
  });

  it("[E6] asking for somebody's codes all day ends no session and keeps them out for a day at most", async () => {
    const victim = "+996505231255";
    const caller = await door.shop.logIn(victim);
    const stillIn = async () => expect((await caller.api.GET("/api/v1/auth/profile", {})).response.status).toBe(200);
    let last = "";
    let sent = 0;
    for (let minute = 0; minute < 24 * 6; ++minute) {
      const from = `10.50.${minute}.1`;
      const answer = await door.send(victim, { from });
      if (answer.status === 200) {
        ++sent;
        last =
          (
            await eventually("the SMS", async () => {
              const all = await door.messages(victim);
              return all.length === sent ? all[0] : undefined;
            })
          ).match(/\d{6}/)?.[0] ?? "";
        if (sent === 1) await stillIn();
      }
      if (sent === 10) break;
      await door.pass("10 minutes");
    }
    expect(sent).toBe(10);
    await stillIn();
    // The codes reach their owner, who can use the newest one.
    await eventually("the last SMS", async () => (await door.messages(victim)).length === 10);
    last = (await door.messages(victim))[0]?.match(/\d{6}/)?.[0] ?? "";
    expect((await door.verify(victim, last)).status).toBe(200);
    // And after the documented cool-down of a day they get one of their own.
    await door.pass("1 day");
    const { code } = await door.codeFor(victim, { from: "192.0.2.77" });
    expect((await door.verify(victim, code)).status).toBe(200);
    await stillIn();
  });
});

describe.each(layouts)("budget of codes, %s", (layout) => {
  let door: Door;
  beforeAll(async () => {
    door = await Door.open(layout, 2, {
      settings: { SMS_BUDGET_HOUR: "10", SMS_BUDGET_DAY: "14", SMS_BUDGET_RESERVED_PERCENT: "30" },
    });
    for (let i = 0; i < 12; ++i) await door.shop.logIn(`+9967001110${String(i).padStart(2, "0")}`);
  });
  afterAll(() => door?.close());

  it("[E7] [E5] pumping ends at the strangers' part; customers get theirs; nobody sees the difference", async () => {
    const strangers: RawAnswer[] = [];
    for (let i = 0; i < 12; ++i) strangers.push(await door.send(phone(i), { server: i % 2 }));
    expect(statuses(strangers)).toEqual(Array(12).fill(200));
    expect(await door.sent("kg")).toBe(7);
    const customer = await door.send("+996700111000");
    expect(customer.status).toBe(200);
    const silent = strangers[11] as RawAnswer;
    expect(Object.keys(silent.json() as object)).toEqual(Object.keys(customer.json() as object));
    expect([...silent.headers.keys()]).toEqual([...customer.headers.keys()]);
    expect(await door.sent("kg")).toBe(8);
    expect((await door.messages(phone(11))).length).toBe(0);
    expect((await door.messages("+996700111000")).length).toBe(1);
    // The code that was not sent is refused like any other wrong one.
    expect((await door.verify(phone(11), "000000")).problem()).toMatchObject({ code: "auth.wrong_code" });

    for (let i = 1; i < 3; ++i) expect((await door.send(`+9967001110${String(i).padStart(2, "0")}`)).status).toBe(200);
    const empty = [await door.send("+996700111003"), await door.send(phone(50))];
    for (const answer of empty) {
      expect(answer.problem()).toMatchObject({ status: 429, code: "auth.codes_paused" });
      expect(Number(answer.headers.get("retry-after"))).toBeGreaterThan(3_000);
    }
    expect(await door.sent("kg")).toBe(10);
    // The other market has a budget of its own.
    expect((await door.send("+12125553050")).status).toBe(200);
    expect(await door.sent("us")).toBe(1);

    await door.pass("1 hour");
    const day: RawAnswer[] = [];
    for (let i = 3; i < 12; ++i) day.push(await door.send(`+9967001110${String(i).padStart(2, "0")}`));
    console.info(
      `E7 budget 10 an hour and 14 a day: sent 7 to strangers, 10 in the hour, ${await door.sent("kg")} in the day`,
    );
    expect(await door.sent("kg")).toBe(14);
    expect(good(day)).toBe(4);
    expect(door.shop.server.logs.some((line) => line.event === "auth.sms_budget_exhausted")).toBe(true);
  });
});

describe("checks of many phones", () => {
  let door: Door;
  beforeAll(async () => {
    door = await Door.open("one database", 2, { settings: { CODE_FAILURES_PER_MARKET: "20" } });
  });
  afterAll(() => door?.close());

  it("[E1] a market pauses all checks after so many failures over all phones, the other market does not", async () => {
    for (let i = 0; i < 20; ++i) await door.send(phone(i), { server: i % 2 });
    const guesses: RawAnswer[] = [];
    for (let i = 0; i < 20; ++i) guesses.push(await door.verify(phone(i), "123456", { server: i % 2 }));
    const right = guesses.filter((answer) => answer.status === 200).length;
    expect(guesses.filter((answer) => answer.status === 401)).toHaveLength(20 - right);
    for (let i = 0; i < right; ++i) await door.verify(phone(i + 1), "000000");
    const customer = await door.codeFor(phone(40));
    expect((await door.verify(phone(40), customer.code)).problem()).toMatchObject({
      status: 429,
      code: "auth.too_many_failures",
    });
    const us = await door.codeFor("+12125553060");
    expect((await door.verify("+12125553060", us.code)).status).toBe(200);
    await door.pass("1 hour");
    expect((await door.verify(phone(40), customer.code, { server: 1 })).status).toBe(200);
  });
});

/** What a server answers for five phones of a kind: status, headers (with the number of statements) and body. */
async function answers(door: Door, phones: string[]) {
  const all: RawAnswer[] = [];
  for (const number of phones) all.push(await door.send(number));
  return all.map((answer) => ({
    status: answer.status,
    body: { ...(answer.json() as object), challenge_id: "", phone: "" },
    headers: [...answer.headers].filter(([name]) => !["date", "x-request-id"].includes(name)),
    length: answer.text.length,
  }));
}

/** Five phones each of customers, strangers, blocked customers and managers. */
async function kindsOfPhones(door: Door): Promise<Record<string, string[]>> {
  const kinds: Record<string, string[]> = { known: [], blocked: [], manager: [], unknown: [] };
  for (let i = 0; i < 15; ++i) {
    const kind = ["known", "blocked", "manager"][i % 3] as string;
    kinds[kind]?.push(`+9967001110${String(i).padStart(2, "0")}`);
  }
  for (let i = 0; i < 5; ++i) kinds.unknown?.push(`+99670022200${i}`);
  for (const number of [...(kinds.known ?? []), ...(kinds.blocked ?? []), ...(kinds.manager ?? [])])
    await door.shop.logIn(number);
  await door.databases.sql("kg", "UPDATE users SET is_active = false WHERE phone = ANY ($1)", [kinds.blocked]);
  await door.databases.sql(
    "kg",
    `INSERT INTO manager_grants (market, user_id, granted_market, role)
     SELECT 'KG', id, 'KG', 'manager' FROM users WHERE phone = ANY ($1)`,
    [kinds.manager],
  );
  return kinds;
}

describe.each([
  ["whoever the phone belongs to", "", true],
  ["negative control: an early return for strangers", "early_return", false],
])("[E5] the same answer and the same work, %s", (_, broken, equal) => {
  let door: Door;
  beforeAll(async () => {
    door = await Door.open("one database", 1, { settings: { MARQUE_BREAK: broken, OTP_RESEND_SECONDS: "0" } });
  });
  afterAll(() => door?.close());

  it("holds for known, unknown, blocked and manager phones", async () => {
    const kinds = await kindsOfPhones(door);
    const known = await answers(door, kinds.known ?? []);
    for (const name of ["unknown", "blocked", "manager"]) {
      const other = await answers(door, kinds[name] ?? []);
      if (equal || name !== "unknown") expect(other, name).toEqual(known);
      else expect(other, name).not.toEqual(known);
    }
    expect(known[0]?.headers).toContainEqual(["x-statements", "5"]);
  });
});
