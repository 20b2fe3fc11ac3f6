// Phones: the same verdicts as google-libphonenumber (npm) but for the list in docs/phones.md, and nothing sent to a
// phone that is not the market's.
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { good, refused } from "../harness/api.js";
import { randomOf } from "../harness/checker.js";
import { layouts, type Market } from "../harness/layouts.js";
import { runWell } from "../harness/processes.js";
import { binary, projectFolder } from "../harness/server.js";
import { delivery, Shop } from "../harness/shop.js";
import { chooseProviders, FakeProvider, gatewaySettings } from "../harness/sms.js";
import { eventually } from "../harness/waiting.js";

const shared = process.env.MARQUE_SHARED_DATA ?? resolve(projectFolder, "../shared/data");
const examplesFile = join(shared, "phones/phone_examples.csv");
const hasExamples = existsSync(examplesFile);
if (!hasExamples) console.log(`phone examples skipped: there is no ${examplesFile} (set MARQUE_SHARED_DATA)`);
const seed = Number(process.env.MARQUE_TEST_SEED ?? Date.now() % 1_000_000);
const oracle = join(projectFolder, "tests/harness/phone_oracle.mjs");

const folder = mkdtempSync(join(tmpdir(), "marque-test-phones-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

interface Place {
  text: string;
  e164: string;
  region: string;
  type: string;
  possible: boolean;
}

function placesOf(file: string): Place[] {
  const lines = readFileSync(file, "utf8").trimEnd().split("\n");
  return lines.map((line) => {
    const [text = "", e164 = "", region = "", type = "", , verdict] = line.split("\t");
    return { text, e164, region, type, possible: verdict !== "impossible" };
  });
}

/** What the server and google-libphonenumber each say of the phones; both work at the same time. */
async function places(name: string, phones: string[]): Promise<[Place, Place][]> {
  const input = join(folder, `${name}.txt`);
  writeFileSync(input, `${phones.join("\n")}\n`);
  const ask = async (command: string, output: string) => {
    await runWell("sh", ["-c", `exec ${command} <"${input}" >"${output}"`], {}, 900_000);
    return placesOf(output);
  };
  const [ours, theirs] = await Promise.all([
    ask(`"${binary}" phones --places`, `${input}.ours`),
    ask(`"${process.execPath}" "${oracle}"`, `${input}.theirs`),
  ]);
  expect(ours.length).toBe(theirs.length);
  return ours.map((place, i) => [place, theirs[i] as Place]);
}

const said = (place: Place) => (place.possible ? `${place.region || "none"} ${place.type}` : "impossible");

/** The list of docs/phones.md: "| +1472 | US fixed_line_or_mobile | none unknown | …". */
const listed = readFileSync(join(projectFolder, "docs/phones.md"), "utf8")
  .split("\n")
  .filter((line) => line.startsWith("| +"))
  .map((line) => line.split("|").map((cell) => cell.trim()))
  .map(([, prefix = "", ours = "", theirs = ""]) => ({ prefix, ours, theirs }));

const launchRegions = ["KG", "US", "CA"];

function isListed([ours, theirs]: [Place, Place]): boolean {
  // The list's first paragraph: elsewhere than in launch regions and Canada only the region matters.
  if (ours.region === theirs.region && ours.region !== "" && !launchRegions.includes(ours.region)) return true;
  return listed.some(
    (row) => ours.text.startsWith(row.prefix) && row.ours === said(ours) && row.theirs === said(theirs),
  );
}

const differ = ([ours, theirs]: [Place, Place]) => ours.e164 !== theirs.e164 || said(ours) !== said(theirs);

function unlisted(pairs: [Place, Place][]): string[] {
  return pairs
    .filter((pair) => differ(pair) && !isListed(pair))
    .map(([ours, theirs]) => `${ours.text}: ${said(ours)}, not ${said(theirs)}`);
}

describe("phones and google-libphonenumber", () => {
  it.skipIf(!hasExamples)(
    "[R3] [R4] agree on the example numbers of all +1 regions, KG and its neighbours",
    async () => {
      const rows = readFileSync(examplesFile, "utf8").trimEnd().split("\n").slice(1);
      const examples = rows.map((row) => row.split(",", 9));
      const pairs = await places("examples", [
        ...examples.map((row) => row[2] ?? ""),
        ...rows.map((row) => row.slice(row.lastIndexOf(",") + 1)),
      ]);
      pairs.forEach(([ours], i) => {
        const [, , e164, region, possible, , type] = examples[i % examples.length] as string[];
        expect(ours.possible).toBe(possible === "1");
        expect([ours.e164, ours.region, ours.type.toUpperCase()]).toEqual([e164, region, type]);
      });
      expect(pairs.length).toBe(2 * examples.length);
    },
  );

  it("[R3] agree on a million numbers, but for the written list", async () => {
    const count = Number(process.env.MARQUE_TEST_PHONES ?? 1_000_000);
    console.log(`phones: seed ${seed} (set MARQUE_TEST_SEED), ${count} numbers`);
    const random = randomOf(seed);
    const digits = (length: number) => String(Math.floor(random() * 10 ** length)).padStart(length, "0");
    // Now and then one digit too few or too many; area codes begin with 2 to 9 as a rule.
    const length = (usual: number) => usual + (random() < 0.02 ? 1 : 0) - (random() < 0.02 ? 1 : 0);
    const phones = Array.from({ length: count }, (_, i) => {
      if (i % 2 === 0) return `+996${digits(length(9))}`;
      return random() < 0.02 ? `+1${digits(length(10))}` : `+1${2 + Math.floor(random() * 8)}${digits(length(9))}`;
    });
    const half = Math.ceil(count / 2);
    const began = Date.now();
    const pairs = [...(await places("first", phones.slice(0, half))), ...(await places("second", phones.slice(half)))];
    const differing = pairs.filter(differ);
    expect(unlisted(differing)).toEqual([]);
    const seconds = ((Date.now() - began) / 1_000).toFixed(1);
    console.log(
      `phones: ${pairs.length} compared in ${seconds} s, ${differing.length} differ as listed, none otherwise`,
    );
    expect(pairs.some(([ours]) => !ours.possible) && pairs.some(([ours]) => ours.type === "toll_free")).toBe(true);
  }, 900_000);

  it("agree on every range that was added to Debian's metadata", async () => {
    const source = readFileSync(join(projectFolder, "src/core/phone_additions.h"), "utf8");
    const added = [...source.matchAll(/\{"(\+\d+)", (\d+), "([A-Z]+)", PhoneType::(\w+)\}/g)];
    expect(added.length).toBeGreaterThan(30);
    const phones = added.map(([, prefix = "", size]) => prefix + "2345678".slice(0, Number(size) - prefix.length));
    const pairs = await places("added", phones);
    pairs.forEach(([ours, theirs], i) => {
      expect(said(theirs)).toBe(`${added[i]?.[3]} ${added[i]?.[4]}`);
      expect(said(ours)).toBe(said(theirs));
    });
  });

  it("negative control: a number that is placed wrongly is noticed", async () => {
    const [pair] = await places("control", ["+15062345678"]);
    expect(pair?.[0].region).toBe("CA");
    expect(unlisted([[{ ...(pair as [Place, Place])[0], region: "US" }, (pair as [Place, Place])[1]]])).toHaveLength(1);
  });
});

interface Example {
  region: string;
  type: string;
  phone: string;
}

async function examplesOfTheWorld(): Promise<Example[]> {
  const lines = (await runWell(process.execPath, [oracle, "examples"])).trimEnd().split("\n");
  const all = lines
    .map((line) => line.split("\t"))
    .map(([region = "", type = "", phone = ""]) => ({ region, type, phone }));
  return [...new Map(all.map((example) => [example.phone, example])).values()];
}

/** Asks for codes from many addresses, some at a time, and returns the statuses. */
async function pump(origin: string, phones: string[]): Promise<number[]> {
  const statuses: number[] = new Array<number>(phones.length).fill(0);
  let next = 0;
  const ask = async () => {
    for (let i = next++; i < phones.length; i = next++) {
      const address = `198.18.${Math.floor(i / 250) % 250}.${i % 250}`;
      const response = await fetch(`${origin}/api/v1/auth/send-verification`, {
        method: "POST",
        headers: { "Content-Type": "application/json", "X-Forwarded-For": address },
        body: JSON.stringify({ phone: phones[i] }),
      });
      statuses[i] = response.status;
      await response.arrayBuffer();
    }
  };
  await Promise.all(Array.from({ length: 20 }, ask));
  return statuses;
}

const foreign = [
  ...["+15062345678", "+18762101234", "+18092345678", "+17872345678", "+15062340000", "+12421111111"],
  ...["+18002345678", "+18882345678", "+19002345678", "+19001111111", "+12129761234", "+15222345678"],
  ...["+996312123456", "+996800123456", "+996123456789", "+870301234567", "+881612345678", "+8823421234"],
];

const pumped = async (settings: Record<string, string>, layout: (typeof layouts)[number], phones: string[]) => {
  const provider = await FakeProvider.gateway();
  const shop = await Shop.open(layout, {
    settings: {
      ...gatewaySettings("kg", provider.origin),
      ...gatewaySettings("us", provider.origin),
      TRUSTED_PROXIES: "127.0.0.1",
      ...settings,
    },
    prepare: (databases) => chooseProviders(databases, { kg: "gateway", us: "gateway" }),
  });
  try {
    const statuses = await pump(shop.origin, phones);
    for (const market of ["kg", "us"] as const) {
      await eventually(
        "nothing waits",
        async () =>
          (await shop.databases.count(
            market,
            `SELECT (SELECT count(*) FROM outbox WHERE done_at IS NULL)
                  + (SELECT count(*) FROM sms_messages WHERE state = 'waiting')`,
          )) === 0,
      );
    }
    return { statuses, sent: new Set(provider.received.map((request) => request.fields.to ?? "")) };
  } finally {
    await shop.close();
    await provider.close();
  }
};

describe.each(layouts)("phones that get no SMS, %s", (layout) => {
  it("[E7] [R3] of all regions' examples, pay-per-call, toll-free and satellite: only KG mobiles and US", async () => {
    const world = await examplesOfTheWorld();
    const wanted = new Set(
      world
        .filter(
          ({ region, type }) => (region === "KG" && type === "mobile") || (region === "US" && /mobile/.test(type)),
        )
        .map(({ phone }) => phone),
    );
    const phones = [...new Set([...world.map(({ phone }) => phone), ...foreign])];
    const { statuses, sent } = await pumped({}, layout, phones);
    expect(new Set(world.map(({ region }) => region)).size).toBeGreaterThan(240);
    expect([...sent].sort()).toEqual([...wanted].sort());
    phones.forEach((phone, i) => expect([phone, statuses[i]]).toEqual([phone, wanted.has(phone) ? 200 : 422]));
    console.log(`[E7] ${layout}: ${phones.length} numbers of ${world.length} examples asked, ${sent.size} sent`);
  });
});

describe("phones that get no SMS", () => {
  it("[E7] 10,000 sequential numbers of another country behind +1, from many addresses: none gets one", async () => {
    const phones = Array.from({ length: 10_000 }, (_, i) => `+1506234${String(i).padStart(4, "0")}`);
    const { statuses, sent } = await pumped({}, "one database", phones);
    expect(statuses.filter((status) => status !== 422)).toEqual([]);
    expect(sent.size).toBe(0);
  }, 120_000);

  it("negative control any_plus_one: all of +1 would be the US, and the shop would pay", async () => {
    const { sent } = await pumped({ MARQUE_BREAK: "any_plus_one" }, "one database", foreign);
    for (const phone of ["+15062345678", "+18762101234", "+19002345678", "+18002345678"]) expect(sent).toContain(phone);
  });
});

describe("phones people write", () => {
  let shop: Shop;
  beforeAll(async () => {
    shop = await Shop.open("one database", {
      prepare: (databases) =>
        databases.sql("us", "UPDATE markets SET phone_regions = '{US,CA}' WHERE code = 'US'").then(() => undefined),
    });
  });
  afterAll(() => shop?.close());

  const ask = (phone: string) => shop.guest().POST("/api/v1/auth/send-verification", { body: { phone } });

  it.each([
    ["+1 (312) 805-9852", "+13128059852", "us"],
    ["1-555-123-4567", "+15551234567", "us"],
    ["996 505 23 12 57", "+996505231257", "kg"],
    ["+996(505)231258", "+996505231258", "kg"],
    ["+1 506 234 5678", "+15062345678", "us"],
  ])("[R3] [R4] [R5] takes %s", async (written, e164, market) => {
    expect(good(await ask(written))).toMatchObject({ phone: e164, market });
  });

  it.each([
    ["+18762101234", "auth.phone_of_other_country", "JM"],
    ["+18002345678", "auth.phone_type_not_served", "toll_free"],
    ["+19002345678", "auth.phone_type_not_served", "premium_rate"],
    ["+996312123456", "auth.phone_type_not_served", "fixed_line"],
    ["+7 701 234 56 78", "auth.unsupported_phone", "+996"],
    ["+881612345678", "auth.unsupported_phone", "+996"],
  ])("refuses %s by %s, saying why", async (written, code, reason) => {
    const problem = refused(await ask(written));
    expect(problem).toMatchObject({ status: 422, code });
    expect(problem.detail).toContain(reason);
  });
});

describe.each(layouts)("phones without their country's code, %s", (layout) => {
  let shop: Shop;
  beforeAll(async () => {
    shop = await Shop.open(layout, { settings: { OTP_RESEND_SECONDS: "0" } });
  });
  afterAll(() => shop?.close());

  const written: Array<[Market, string, string]> = [
    ["kg", "0700 99 88 01", "+996700998801"],
    ["kg", "700-998-802", "+996700998802"],
    ["us", "(312) 805-9853", "+13128059853"],
    ["us", "312.805.9854", "+13128059854"],
  ];
  it.each(written)("[R4] [R5] in the shop of %s logs %s in, and orders for it", async (market, typed, e164) => {
    const guest = shop.guest(market);
    expect(good(await guest.POST("/api/v1/auth/send-verification", { body: { phone: typed } }))).toMatchObject({
      phone: e164,
      market,
    });
    const body = { phone: typed, verification_code: await eventually("the code has come", () => shop.smsCode(e164)) };
    const answer = good(await guest.POST("/api/v1/auth/verify-code", { body }));
    expect(answer.user).toMatchObject({ phone: e164, market });
    const api = shop.withToken(answer.access_token);
    const { sku } = await shop.findSku(market, 2);
    const items = [{ sku_id: sku.id, quantity: 1 }];
    const order = good(await api.POST("/api/v1/orders/create", { body: { ...delivery(typed), items } }));
    expect(order.customer_phone).toBe(e164);
    expect(good(await api.POST("/api/v1/orders/quote", { body: { items, customer_phone: typed } })).market).toBe(
      market,
    );
  });

  it.each<[Market, string]>([
    ["kg", "0700 99 88 0"],
    ["kg", "70099880"],
    ["us", "805-9854"],
    ["us", "0700 998 801"],
  ])("in the shop of %s refuses %s, and says what a number looks like there", async (market, typed) => {
    const guest = shop.guest(market);
    const [row] = await shop.databases.sql<{ phone_example: string }>(
      market,
      "SELECT phone_example FROM markets WHERE code = $1",
      [market.toUpperCase()],
    );
    const refusal = refused(await guest.POST("/api/v1/auth/send-verification", { body: { phone: typed } }));
    expect(refusal).toMatchObject({
      status: 422,
      code: "http.invalid_input",
      errors: [{ field: "phone", message: `must be a phone number, like ${row?.phone_example}` }],
    });
  });
});

it("negative control phones_abroad: what people write at home is nobody's number", async () => {
  const shop = await Shop.open("one database", { settings: { MARQUE_BREAK: "phones_abroad" } });
  try {
    const sent = await shop.guest("kg").POST("/api/v1/auth/send-verification", { body: { phone: "0700 99 88 01" } });
    expect(refused(sent).status).toBe(422);
  } finally {
    await shop.close();
  }
});
