// One-time codes against people who guess: tries, failures, single use, and codes that are not the one that was asked.
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { RawAnswer } from "../harness/api.js";
import { Door, marketOf, wrong } from "../harness/codes.js";
import { layouts } from "../harness/layouts.js";

const unlimitedMarket = { CODE_FAILURES_PER_MARKET: "0" };
/** The body without what names the request. */
const bodyOf = (answer: RawAnswer) => ({ ...answer.problem(), request_id: "" });
const codes = (answers: RawAnswer[]) => {
  const counts: Record<string, number> = {};
  for (const { status } of answers) counts[status] = (counts[status] ?? 0) + 1;
  return counts;
};

/** 401, or 503 where a machine with much else to do lets the queue for the phone's row grow too long. */
const onlyRefused = (answers: RawAnswer[]) => answers.every(({ status }) => status === 401 || status === 503);

/** 200 guesses at once, at two servers, from 200 addresses; then two more codes up to the day's limit. */
async function guessALot(door: Door, phone: string) {
  const first = await door.codeFor(phone);
  const storm = await Promise.all(
    Array.from({ length: 200 }, (_, i) =>
      door.verify(phone, wrong(first.code), { server: i % 2, from: `198.51.${i >> 4}.${i}` }),
    ),
  );
  const evaluatedAtOnce = (await door.attempts(phone))[0] ?? 0;
  await door.pass("2 minutes");
  const second = await door.codeFor(phone, { server: 1 });
  for (let i = 0; i < 4; ++i) await door.verify(phone, wrong(second.code), { server: i % 2 });
  await door.pass("2 minutes");
  const third = await door.codeFor(phone);
  const tenth = await door.verify(phone, wrong(third.code), { server: 1 });
  return { storm, evaluatedAtOnce, third, tenth };
}

describe.each(layouts)("codes, %s", (layout) => {
  let door: Door;
  beforeAll(async () => {
    door = await Door.open(layout, 2, { settings: unlimitedMarket });
  });
  afterAll(() => door?.close());

  it.each(["+996555300001", "+12125553001"])(
    "[E1] [E2] [R21] of 200 guesses at once 5 are compared, 10 in a day, then not even the right one: %s",
    async (phone) => {
      const { storm, evaluatedAtOnce, third, tenth } = await guessALot(door, phone);
      console.info(`E1 ${phone}: 200 guesses answered ${JSON.stringify(codes(storm))}, compared ${evaluatedAtOnce}`);
      expect(onlyRefused(storm)).toBe(true);
      expect(evaluatedAtOnce).toBe(5);
      expect(tenth.status).toBe(401);
      expect(await door.attempts(phone)).toEqual([5, 4, 1]);
      expect(await door.failures(phone)).toBe(10);
      for (const server of [0, 1]) {
        const refused = await door.verify(phone, third.code, { server });
        expect(refused.problem()).toMatchObject({ status: 429, code: "auth.too_many_failures" });
        expect(Number(refused.headers.get("retry-after"))).toBeGreaterThan(86_000);
        expect(refused.headers.get("ratelimit-policy")).toBe('"phone-failures";q=10;w=86400');
        expect(refused.headers.get("ratelimit")).toMatch(/^"phone-failures";r=0;t=\d+$/);
      }
      // Neither another server nor a new code helps.
      await door.restart(0);
      expect((await door.verify(phone, third.code)).status).toBe(429);
      await door.pass("2 minutes");
      expect((await door.send(phone)).problem()).toMatchObject({ status: 429, code: "auth.too_many_failures" });
      expect(await door.failures(phone)).toBe(10);
      expect(await door.users(phone)).toBe(0);
    },
  );

  it("[E2] [E6] failures outlive codes; a lock lasts a day, the next one two; a right code forgives", async () => {
    const phone = "+996555300002";
    const reachTheLimit = async () => {
      for (let sent = 0; sent < 2; ++sent) {
        const { code } = await door.codeFor(phone);
        const before = await door.failures(phone);
        expect(before % 10).toBe(sent * 5);
        for (let i = 0; i < 5; ++i) expect((await door.verify(phone, wrong(code))).status).toBe(401);
        await door.pass("2 minutes");
      }
    };
    const lockHours = async () => {
      const refused = await door.verify(phone, "000000");
      expect(refused.status).toBe(429);
      return Math.round(Number(refused.headers.get("retry-after")) / 3600);
    };
    await reachTheLimit();
    expect(await lockHours()).toBe(24);
    await door.pass("24 hours", { codes: true });
    await reachTheLimit();
    expect(await lockHours()).toBe(48);
    await door.pass("48 hours", { codes: true });
    await reachTheLimit();
    expect(await lockHours()).toBe(72);
    await door.pass("72 hours", { codes: true });
    const { code } = await door.codeFor(phone);
    expect((await door.verify(phone, code)).status).toBe(200);
    expect(await door.databases.count("kg", "SELECT lockouts FROM phone_failures WHERE phone = $1", [phone])).toBe(0);
  });

  it.each(["+996555300003", "+12125553003"])(
    "[E3] [R37] [R40] of 100 right submissions at once, at two servers, exactly one opens a session: %s",
    async (phone) => {
      const { code } = await door.codeFor(phone);
      const answers = await Promise.all(
        Array.from({ length: 100 }, (_, i) => door.verify(phone, code, { server: i % 2 })),
      );
      console.info(`E3 ${phone}: ${JSON.stringify(codes(answers))}`);
      expect(codes(answers)[200]).toBe(1);
      expect(onlyRefused(answers.filter((answer) => answer.status !== 200))).toBe(true);
      const sessions = await door.databases.count(
        marketOf(phone),
        "SELECT count(*) FROM sessions s JOIN users u ON u.market = s.market AND u.id = s.user_id WHERE u.phone = $1",
        [phone],
      );
      expect(sessions).toBe(1);
    },
  );

  it("[E4] [R49] another phone's, challenge's or market's code, an old or used one: refused, all alike", async () => {
    const [kg, other, us] = ["+996555300004", "+996555300005", "+12125553004"] as const;
    const one = await door.codeFor(kg);
    const two = await door.codeFor(other);
    const three = await door.codeFor(us);
    const refusals: RawAnswer[] = [];
    if (one.code !== two.code) refusals.push(await door.verify(kg, two.code));
    if (one.code !== three.code) refusals.push(await door.verify(us, one.code), await door.verify(kg, three.code));
    refusals.push(await door.verify(other, one.code, {}, one.challenge));
    refusals.push(await door.verify(us, one.code, {}, one.challenge));
    await door.pass("2 minutes");
    const later = await door.codeFor(kg);
    refusals.push(await door.verify(kg, wrong(one.code), {}, one.challenge));
    if (one.code !== later.code) {
      refusals.push(await door.verify(kg, later.code, {}, one.challenge));
      refusals.push(await door.verify(kg, one.code, {}, later.challenge));
    }
    // The first challenge's own code is still good, once.
    expect((await door.verify(kg, one.code, {}, one.challenge)).status).toBe(200);
    refusals.push(await door.verify(kg, one.code, {}, one.challenge));
    refusals.push(await door.verify("+996555300006", "123450"));
    await door.databases.sql(
      "kg",
      "UPDATE verification_codes SET expires_at = now() - interval '1 second' WHERE phone = $1",
      [other],
    );
    refusals.push(await door.verify(other, two.code));
    expect(refusals.length).toBeGreaterThan(8);
    for (const answer of refusals) {
      expect(answer.problem()).toMatchObject({ status: 401, code: "auth.wrong_code" });
      expect(bodyOf(answer)).toEqual(bodyOf(refusals[0] as RawAnswer));
      expect([...answer.headers.keys()]).toEqual([...(refusals[0] as RawAnswer).headers.keys()]);
    }
  });

  it.each([
    "١٢٣٤٥٦",
    "１２３４５６",
    " 12345",
    "12345",
    "+12345",
    "0x1234",
    "1e5",
    "123456\u0000",
    123456,
    12345,
    null,
    ["123456"],
  ])("[E4] %j is no code", async (code) => {
    const answer = await door.verify("+996700111001", code as string);
    expect(answer.status).toBe(422);
    expect(answer.problem().errors[0]?.field).toContain("verification_code");
  });
});

describe("codes counted by one server's memory", () => {
  let door: Door;
  beforeAll(async () => {
    door = await Door.open("one database", 2, {
      settings: { ...unlimitedMarket, MARQUE_BREAK: "counter_in_memory" },
    });
  });
  afterAll(() => door?.close());

  it("negative control of [E1]: ten wrong codes at two servers do not stop the right one", async () => {
    const phone = "+996555300010";
    const { third } = await guessALot(door, phone);
    expect((await door.verify(phone, third.code)).status).toBe(200);
  });
});
