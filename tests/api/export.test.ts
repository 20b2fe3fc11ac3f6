// Files out of the shop and back into an empty one: the same catalogue; cells that no spreadsheet runs; memory that
// does not grow with the file.
import { closeSync, openSync, readFileSync, writeSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, inject, it } from "vitest";
import { formulas, records } from "../harness/csv.js";
import { Databases, layouts, type Market, markets } from "../harness/layouts.js";
import { peakOf } from "../harness/memory.js";
import { marque } from "../harness/server.js";
import { csv, Files, importFile } from "../harness/transfer.js";

const files = new Files();
afterAll(() => files.close());

/** Everything of a catalogue that a person could have typed. */
const nasty = csv([
  "sku,product,slug,name,name_ru,description,description_ru,category,category_slug,category_ru," +
    "features_ru,features_ky,images," +
    "size,color,image,active,product_active,featured,best_seller,brand,price,original,sale," +
    "sale_from,sale_until,stock",
  `=1+1,old-1,formula,"'=HYPERLINK(""http://x"";""y"")",'+Формула,` +
    `"two\nlines, ""quoted""\r\n; tab\tend",'-описание,` +
    `"Odd > A \\> B > '=Deep",odd > odd-a-b > odd-deep,Странное > А \\> Б > Глубже,` +
    `"один\\|два|три\\\nчетыре",бир|эки,` +
    `https://cdn.example/1.jpg|/media/a\\\\b.jpg,'-S,'@red,/media/v.jpg,yes,yes,yes,no,"A;=1+1",12.50,15,9.99,` +
    `2026-01-01T00:00:00Z,2036-01-01T00:00:00.5Z,7`,
  `+2,old-1,formula,"'=HYPERLINK(""http://x"";""y"")",'+Формула,,,Odd,,,,,,M,,,no,yes,yes,no,"A;=1+1",0.01,,,,,0`,
  `plain-3,,plain,"'tis plain",,,,Odd,,,,,,,,,yes,no,no,yes,－wide,,,,,,`,
  `''=4,,quote,"''=twice",,😀 Ünï,,Odd,,,,,,,,,yes,yes,no,no,@brand,100000000,,,,,999999`,
]);

/** What a market can see of products, without numbers and owners; told by SQL, not by an export. */
const catalogue = (databases: Databases, market: Market) =>
  databases.sql(
    market,
    `SELECT r.slug, coalesce(r.source_key, r.slug) AS key, r.name, r.brand, r.description, r.is_active, r.is_featured,
        r.is_best_seller, r.image, c.slug AS top, d.slug AS deepest,
        (SELECT json_agg(t.name ORDER BY t.language) FROM category_translations t
          WHERE t.market = r.category_market AND t.category_id = coalesce(r.subcategory_id, r.category_id)) AS places,
        (SELECT json_agg(row_to_json(t)::jsonb - 'market' - 'product_id' ORDER BY t.language)
          FROM product_translations t WHERE t.market = r.market AND t.product_id = r.id) AS texts,
        (SELECT json_agg(json_build_array(f.language, f.feature_text) ORDER BY f.language, f.sort_order)
          FROM product_features f WHERE f.market = r.market AND f.product_id = r.id) AS features,
        (SELECT json_agg(i.image_url ORDER BY i.sort_order) FROM product_images i
          WHERE i.market = r.market AND i.product_id = r.id) AS images,
        (SELECT json_agg(json_build_array(k.sku_code, k.size, k.color, k.variant_image, k.is_active, p.price_minor,
            p.original_minor, p.sale_minor, p.sale_from, p.sale_until, p.currency, s.on_hand) ORDER BY k.sku_code)
          FROM skus k LEFT JOIN prices p ON p.market = $1 AND p.owner_market = k.market AND p.sku_id = k.id
          LEFT JOIN stock s ON s.market = $1 AND s.owner_market = k.market AND s.sku_id = k.id
          WHERE k.market = r.market AND k.product_id = r.id) AS skus
     FROM products r JOIN categories c ON c.market = r.category_market AND c.id = r.category_id
     LEFT JOIN categories d ON d.market = r.category_market AND d.id = r.subcategory_id
     WHERE r.market IN ('ALL', $1) ORDER BY r.slug`,
    [market.toUpperCase()],
  );

const empty = (databases: Databases) => databases.everywhere("TRUNCATE products, categories, reviews, jobs CASCADE");

describe.each(layouts)("exports, %s", (layout) => {
  let shop: Databases;
  let copy: Databases;
  beforeAll(async () => {
    shop = await Databases.copy(layout, inject("cluster"));
    copy = await Databases.copy(layout, inject("cluster"));
    const made = await importFile(shop, "products", files.write("nasty.csv", nasty), "--market", "us");
    expect(made.stdout, made.stderr).toContain("4 rows read: 3 products (3 new, 0 updated, 0 unchanged), 4 SKUs new");
  });
  afterAll(async () => {
    await shop?.drop();
    await copy?.drop();
  });

  const written = async (from: Databases, subject: string, market: Market, format = "csv", more = {}) => {
    const file = files.path(`${subject} ${market}.${format}`);
    const args = ["export", subject, "--market", market, "--format", format, "--output", file];
    const result = await marque(args, { ...from.environment, ...more });
    expect(result.code, result.stderr).toBe(0);
    return { file, text: readFileSync(file, "utf8"), stderr: result.stderr };
  };

  it.each(
    markets.flatMap((market) => ["csv", "jsonl"].map((format) => ({ market, format: format as "csv" | "jsonl" }))),
  )("$market as $format: into an empty shop it is the same catalogue, and the same file again", async (each) => {
    const { market, format } = each;
    await empty(copy);
    const out = await written(shop, "products", market, format);
    const into = await importFile(copy, "products", out.file, "--market", market, "--format", format);
    expect(into.stdout, into.stderr).toContain("\n0 rows refused");
    const there = await catalogue(copy, market);
    expect(there.length).toBeGreaterThan(50);
    expect(there).toEqual(await catalogue(shop, market));
    expect((await written(copy, "products", market, format)).text).toBe(out.text);
  });

  it("what was typed comes out as it was", async () => {
    const rows = await catalogue(shop, "us");
    expect(rows.find((row) => row.slug === "formula")).toMatchObject({
      name: '=HYPERLINK("http://x";"y")',
      brand: "A;=1+1",
      key: "old-1",
      description: 'two\nlines, "quoted"\r\n; tab\tend',
      features: [
        ["ky", "бир"],
        ["ky", "эки"],
        ["ru", "один|два"],
        ["ru", "три\nчетыре"],
      ],
      images: ["https://cdn.example/1.jpg", "/media/a\\b.jpg"],
    });
    expect(rows.find((row) => row.slug === "quote")?.name).toBe("'=twice");
  });

  it("prices and stock alone, as CSV and as JSON lines; a second import of them changes nothing", async () => {
    for (const market of markets)
      for (const subject of ["prices", "stock"])
        for (const format of ["csv", "jsonl"] as const) {
          const out = await written(shop, subject, market, format);
          const same = await importFile(shop, subject, out.file, "--market", market, "--format", format);
          const rows = out.text.trim().split("\n").length - (format === "csv" ? 1 : 0);
          expect(rows).toBeGreaterThan(50);
          expect(same.stdout, same.stderr).toContain(`${rows} lines said what was so already`);
          expect(same.stdout).toContain("\n0 rows refused");
        }
    await shop.sql("us", "UPDATE stock SET on_hand = on_hand + 1 WHERE market = 'US'");
    const out = await written(shop, "stock", "us", "jsonl");
    const lines = out.text.trim().split("\n");
    const changed = await importFile(copy, "stock", out.file, "--market", "us", "--format", "jsonl");
    expect(changed.stdout).toContain(`stock: 0 new, ${lines.length} changed`);
  });

  it("approved reviews come back to the shop they left without being doubled, and into another one whole", async () => {
    const out = await written(shop, "reviews", "us");
    const count = records(out.text).length - 1;
    const approved = "SELECT count(*) FROM reviews WHERE market = 'US' AND is_approved";
    expect(await shop.count("us", approved)).toBe(count);
    expect(count).toBeGreaterThan(10);
    const again = await importFile(shop, "reviews", out.file, "--market", "us");
    expect(again.stdout, again.stderr).toContain("reviews: 0 new");
    expect(await shop.count("us", approved)).toBe(count);
    await copy.everywhere("TRUNCATE reviews CASCADE");
    const into = await importFile(copy, "reviews", out.file, "--market", "us");
    expect(into.stdout, into.stderr).toContain(`reviews: ${count} new`);
    expect((await written(copy, "reviews", "us")).text).toBe(out.text);
  });

  it("no cell is a formula, and a file comes back unharmed; MARQUE_BREAK=naked_formulas shows them", async () => {
    const safe = await written(shop, "products", "us");
    expect(formulas(safe.text)).toEqual([]);
    expect(records(safe.text).flat()).toContain(`'=HYPERLINK("http://x";"y")`);
    const naked = await written(shop, "products", "us", "csv", { MARQUE_BREAK: "naked_formulas" });
    expect(formulas(naked.text)).toContain('=HYPERLINK("http://x";"y")');
    // Kept as a spreadsheet keeps it, the file says the same when it comes back.
    const back = await importFile(shop, "products", safe.file, "--market", "us");
    expect(back.stdout).toMatch(/\(0 new, 0 updated, \d+ unchanged\)|belongs to/);
  });

  it("another market's prices, stock and own products are not in the file", async () => {
    const text = (await written(shop, "products", "kg")).text;
    expect(text).not.toContain("HYPERLINK");
    const [kg, us] = [await written(shop, "prices", "kg"), await written(shop, "prices", "us")];
    expect(
      records(kg.text)
        .slice(1)
        .every((row) => row[1] === "kg"),
    ).toBe(true);
    expect(
      records(us.text)
        .slice(1)
        .every((row) => row[1] === "us"),
    ).toBe(true);
  });

  it.each<[string, string[], RegExp]>([
    ["a format it does not know", ["products", "--market", "us", "--format", "xlsx"], /--format/],
    ["no market", ["products"], /--market/],
    ["a market that is none", ["products", "--market", "atlantis"], /no market atlantis/],
    ["a folder that is not there", ["stock", "--market", "us", "--output", "/no/such/folder/x"], /cannot be written/],
    ["something it cannot write", ["users", "--market", "us"], /subcommand|argument/i],
  ])("refuses %s", async (_, args, words) => {
    const result = await marque(["export", ...args], shop.environment);
    expect(result.code).not.toBe(0);
    expect(result.stdout + result.stderr).toMatch(words);
  });

  it("standard output is the file and nothing else", async () => {
    const result = await marque(["export", "stock", "--market", "us"], shop.environment);
    expect(result.stdout).toBe((await written(shop, "stock", "us")).text);
    expect(result.stderr).toMatch(/^\d+ rows written$/m);
  });

  it.each<[string, string, string[], string[]]>([
    [
      "prices",
      "jsonl",
      ['{"sku": "none", "price": 10}', "no json", '{"sku": "x", "price": "1,5"}', "[1]", '{"price": 1}'],
      [
        "line 1: none: sku is no SKU of the shop in market us",
        "line 2: ",
        "line 3: x: price must be a decimal number",
        "line 4: ",
      ],
    ],
    [
      "stock",
      "jsonl",
      ['{"sku": "y", "on_hand": -1}', '{"sku": "y", "market": "kg", "on_hand": 1}', '{"sku": "y", "on_hand": 1e3}'],
      [
        "line 1: y: on_hand must be a whole number",
        "line 2: y: market is kg, which this import does not write",
        "line 3: y: on_hand must be",
      ],
    ],
    [
      "stock",
      "csv",
      ["sku,on_hand", "a", "b,1,2", "c,=1+1", `d,"'=1"`],
      [
        "line 2: a: the row has 1 fields, but the header has 2 columns",
        "line 3: b: the row has 3 fields, but the header has 2 columns",
        'line 4: c: on_hand must be a whole number such as 100, but is "=1+1"',
        "line 5: d: on_hand must be",
      ],
    ],
  ])("bad %s as %s: each row is refused with line and reason", async (subject, format, rows, expected) => {
    const file = files.write(`bad.${format}`, csv(rows));
    const result = await importFile(shop, subject, file, "--market", "us", "--format", format);
    for (const line of expected) expect(result.stdout + result.stderr).toContain(line);
  });
});

describe("memory", () => {
  it("import and export of 20 times the rows take no more of it", async () => {
    const databases = await Databases.copy("one database", inject("cluster"));
    try {
      const slug = (await databases.sql("us", "SELECT slug FROM products WHERE market = 'ALL' LIMIT 1"))[0]?.slug;
      const file = (name: string, rows: number) => {
        const path = files.path(name);
        const target = openSync(path, "w");
        writeSync(target, "product,rating,title,comment,author\n");
        for (let begin = 0; begin < rows; begin += 500) {
          const piece = Array.from({ length: 500 }, (_, i) => {
            const number = `${name} ${begin + i} `;
            return `${slug},${1 + (i % 5)},"${number}","${number.repeat(Math.ceil(4_000 / number.length))}",A\n`;
          });
          writeSync(target, piece.join(""));
        }
        closeSync(target);
        return path;
      };
      const peak = (...args: string[]) => peakOf([...args, "--market", "us"], databases.environment);
      const small = { in: await peak("import", "reviews", file("few", 1_000)), out: await peak("export", "reviews") };
      const large = { in: await peak("import", "reviews", file("many", 20_000)), out: await peak("export", "reviews") };
      const text = (figures: { in: number; out: number }) =>
        `import ${figures.in.toFixed(1)} MB, export ${figures.out.toFixed(1)} MB`;
      console.log(`peak memory: 4 MB of reviews: ${text(small)}; 80 MB more: ${text(large)}`);
      expect(large.in).toBeLessThan(small.in + 12);
      expect(large.out).toBeLessThan(small.out + 4);
    } finally {
      await databases.drop();
    }
  });
});
