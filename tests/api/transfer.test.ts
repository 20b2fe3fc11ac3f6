// Files into the shop: the real ones whole, each kind of damage, and what a report says of them.
import { existsSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { gunzipSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, inject, it } from "vitest";
import { Databases, layouts } from "../harness/layouts.js";
import { projectFolder } from "../harness/server.js";
import { catalogueTables, checksum, csv, Files, header, importFile } from "../harness/transfer.js";

const shared = process.env.MARQUE_SHARED_DATA ?? resolve(projectFolder, "../shared/data");
const real = (name: string) => join(shared, name);
const isThere = existsSync(real("catalog/fashion_styles.csv.gz"));
if (!isThere) console.log(`imports of real files skipped: there is no ${shared} (set MARQUE_SHARED_DATA)`);

const files = new Files();
afterAll(() => files.close());

describe.each(layouts)("imports, %s", (layout) => {
  let databases: Databases;
  beforeAll(async () => {
    databases = await Databases.copy(layout, inject("cluster"));
  });
  afterAll(() => databases?.drop());

  const into = (subject: string, file: string, ...options: string[]) =>
    importFile(databases, subject, file, ...options);
  const counted = (sql: string) => databases.count("us", sql);

  it.skipIf(!isThere)(
    "Saleor's fixture: what cannot be shipped is refused with its line, the rest is there",
    async () => {
      const run = () =>
        into(
          "products",
          real("catalog/saleor_populatedb.json.gz"),
          ..."--format saleor --market us,kg --price kg=89.5:10".split(" "),
        );
      const first = await run();
      expect(first.code, first.stderr).toBe(0);
      expect(first.stdout).toContain("721 rows read: 20 products (20 new, 0 updated, 0 unchanged), 55 SKUs new");
      expect(first.stdout).toContain("prices: 110 new, 0 changed; stock: 92 new, 0 changed");
      expect(first.stdout).toContain("note: 9 variants have no SKU of their own; each got its product's slug");
      expect(first.stdout).toContain(
        'line 513: headless-omnichannel-commerce: product type "Audiobook" has nothing to ship, by its own setting',
      );
      expect(first.stdout).toContain("12 rows refused");
      const before = await checksum(databases, catalogueTables);
      const second = await run();
      expect(second.stdout).toContain("20 products (0 new, 0 updated, 20 unchanged), 0 SKUs new, 0 updated");
      expect(await checksum(databases, catalogueTables)).toEqual(before);
    },
  );

  it.skipIf(!isThere)("500 reviews of Magento's shop find its products, twice adds none", async () => {
    const products = real("catalog/magento_luma_products.csv.gz");
    await into("products", products, "--format", "magento", "--market", "us,kg", "--price", "kg=89.5:10");
    const reviews = () =>
      into("reviews", real("reviews/magento_luma_reviews.csv.gz"), "--format", "magento", "--market", "us");
    const first = await reviews();
    expect(first.code, first.stderr).toBe(0);
    expect(first.stdout).toMatch(/500 rows read/);
    const added = Number(/reviews: (\d+) new/.exec(first.stdout)?.[1]);
    const refused = Number(/(\d+) rows refused/.exec(first.stdout)?.[1]);
    // The bags, the gear and most of the women's goods stand in other files of Magento's; one row stands in this one
    // twice, to the letter.
    expect(first.stdout).toContain('line 2: 24-MB01: product names no product that market us can see: "24-MB01"');
    expect({ added, refused }).toEqual({ added: 268, refused: 231 });
    expect(await counted("SELECT count(*) FROM reviews WHERE demo_key LIKE 'import:%' AND user_id IS NULL")).toBe(
      added,
    );
    const second = await reviews();
    expect(second.stdout).toMatch(/reviews: 0 new/);
  });

  it.skipIf(!isThere)(
    "16,059 reviews of clothing without a name: refused without their products, there with them",
    async () => {
      const file = real("reviews/womens_clothing_reviews.csv.gz");
      const without = await into("reviews", file, "--format", "womens-clothing", "--market", "us", "--dry-run");
      expect(without.stdout).toContain("16059 rows read");
      expect(without.stdout).toContain("16059 rows refused");
      // The file names its products by number only, so the shop must have them under these numbers.
      const ids = new Set(
        gunzipSync(readFileSync(file))
          .toString()
          .split(/\r?\n/)
          .map((line) => /^\d+,(\d+),/.exec(line)?.[1])
          .filter((id) => id !== undefined),
      );
      const products = csv([
        "sku,product,name,category",
        ...[...ids].map((id) => `C-${id},${id},Garment ${id},Clothing`),
      ]);
      const made = await into("products", files.write("clothing.csv", products), "--market", "us");
      expect(made.stdout, made.stderr).toContain(`${ids.size} products (${ids.size} new`);
      const result = await into("reviews", file, "--format", "womens-clothing", "--market", "us");
      expect(result.stdout, result.stderr).toContain("16059 rows read");
      expect(result.stdout).toMatch(/note: 5\d\d reviews have stars only, neither title nor text/);
      const added = Number(/reviews: (\d+) new/.exec(result.stdout)?.[1]);
      const same = Number(/(\d+) lines said what was so already/.exec(result.stdout)?.[1] ?? 0);
      const refused = Number(/(\d+) rows refused/.exec(result.stdout)?.[1]);
      expect(refused).toBe(0);
      expect(added + same).toBe(16_059);
      expect(
        await counted("SELECT count(*) FROM reviews WHERE demo_key LIKE 'import:%' AND comment <> ''"),
      ).toBeGreaterThan(15_000);
    },
  );

  it.skipIf(!isThere)("35,581 real rows: fifteen with commas outside quotes are named, the rest is there", async () => {
    const [report, refused] = [files.path("styles"), files.path("styles.csv")];
    const result = await into(
      "products",
      real("catalog/fashion_styles.csv.gz"),
      ..."--format fashion-styles --market us --set price=19.90 --set stock=3".split(" "),
      ..."--set brand=Various --report".split(" "),
      report,
      "--refused",
      refused,
    );
    expect(result.code, result.stderr).toBe(0);
    expect(result.stdout).toContain(
      "35581 rows read: 35566 products (35566 new, 0 updated, 0 unchanged), 35566 SKUs new",
    );
    expect(result.stdout).toContain("prices: 35566 new, 0 changed; stock: 35566 new, 0 changed");
    expect(result.stdout).toContain("15 rows refused");
    const lines = readFileSync(report, "utf8").trim().split("\n");
    expect(lines.map((line) => Number(/^line (\d+)/.exec(line)?.[1]))).toEqual([
      5300, 5966, 6390, 8253, 8384, 9123, 9570, 11310, 12101, 23979, 25343, 28628, 30249, 30517, 30762,
    ]);
    expect(lines[0]).toBe(
      "line 5300: 3413: the row has 11 fields, but the header has 10 columns; " +
        "a value with a comma in it must stand in quotes",
    );
    expect(await counted("SELECT count(*) FROM products WHERE source = 'fashion-styles'")).toBe(35_566);
    // Quotes in the middle of a field are inches.
    expect(await counted(`SELECT count(*) FROM products WHERE name LIKE '%Tempo 3.5" P%'`)).toBe(2);

    // The refused rows as they stood, imported again with their commas joined.
    const rest = await into(
      "products",
      refused,
      ..."--format fashion-styles --market us --set price=19.90 --set brand=Various --join-last".split(" "),
    );
    expect(rest.stdout).toContain("15 rows read: 15 products (15 new, 0 updated, 0 unchanged)");
    expect(rest.stdout).toContain("note: rows with commas outside quotes, joined into the last column: lines 2, 3,");
    expect(
      await counted("SELECT count(*) FROM products WHERE name LIKE 'Turtle Men Formal % Tie, Cufflink and%'"),
    ).toBe(10);
  });

  it("a dry run says the same as the run and leaves every row as it was", async () => {
    const rows = ["A-1,,Wool scarf,Scarves,Red,12.50,4", "A-2,,Silk scarf,Scarves,Blue,much,4"];
    const file = files.write("scarves.csv", csv([header, ...rows]));
    const before = await checksum(databases);
    const tried = await into("products", file, "--market", "us,kg", "--price", "kg=90:10", "--dry-run");
    expect(tried.code, tried.stderr).toBe(0);
    expect(await checksum(databases)).toEqual(before);
    const done = await into("products", file, "--market", "us,kg", "--price", "kg=90:10");
    expect(tried.stdout.replace(/^dry run: .*\n/m, "")).toBe(done.stdout);
    expect(done.stdout).toContain(
      'line 3: A-2: price must be a decimal number such as 52.50 with at most 2 places, but is "much"',
    );
    expect(await checksum(databases)).not.toEqual(before);
  });

  it("Shopify's export: variants by handle, pictures in rows of their own, drafts not for sale", async () => {
    const names =
      "Handle,Title,Body (HTML),Vendor,Type,Published,Option1 Name,Option1 Value,Option2 Name,Option2 Value," +
      "Variant SKU,Variant Inventory Qty,Variant Price,Variant Compare At Price,Image Src,Variant Image,Status";
    const file = files.write(
      `shopify ${layout}.csv`,
      csv([
        names,
        `linen-shirt,Linen shirt,"<p>Cool &amp; light.</p><ul><li>Linen</li></ul>",North,Shirts,true,` +
          "Size,S,Color,White,LS-S,5,49.00,59.00,https://cdn.example/1.jpg,,active",
        `linen-shirt,,,,,,,M,,White,LS-M,-2,49.00,,https://cdn.example/2.jpg,https://cdn.example/m.jpg,`,
        `linen-shirt,,,,,,,,,,,,,,https://cdn.example/3.jpg,,`,
        `linen-shirt,,,,,,,L,,White,LS-S,1,49.00,,,,`,
        `secret,Secret,,North,Shirts,false,Title,Default Title,,,SE-1,1,10.00,,,,draft`,
        `nameless,,,North,Shirts,true,Size,S,,,NA-1,1,10.00,,,,active`,
      ]),
    );
    const result = await into("products", file, "--format", "shopify", "--market", "us");
    expect(result.stdout, result.stderr).toContain("2 products (2 new, 0 updated, 0 unchanged), 3 SKUs new");
    expect(result.stdout).toContain("line 5: LS-S: Variant SKU stands on line 2 already");
    expect(result.stdout).toContain("line 7: NA-1: Title is empty in the first row of the product");
    const rows = await databases.sql(
      "us",
      `SELECT r.slug, r.description, r.is_active, k.sku_code, k.size, k.color,
              p.price_minor::int, p.original_minor::int,
              s.on_hand, (SELECT count(*) FROM product_images i WHERE i.product_id = r.id)::int AS pictures
       FROM products r JOIN skus k ON k.product_id = r.id JOIN prices p ON p.sku_id = k.id
       JOIN stock s ON s.sku_id = k.id WHERE r.source = 'shopify' ORDER BY k.sku_code`,
    );
    const shirt = { slug: "linen-shirt", description: "Cool & light.", is_active: true, color: "White", pictures: 4 };
    expect(rows).toEqual([
      { ...shirt, sku_code: "LS-M", size: "M", price_minor: 4900, original_minor: null, on_hand: 0 },
      { ...shirt, sku_code: "LS-S", size: "S", price_minor: 4900, original_minor: 5900, on_hand: 5 },
      {
        slug: "secret",
        description: "",
        is_active: false,
        color: "",
        pictures: 0,
        sku_code: "SE-1",
        size: "",
        price_minor: 1000,
        original_minor: null,
        on_hand: 1,
      },
    ]);
  });

  it("prices and stock by SKU and market; a second time changes nothing; the ledger knows why", async () => {
    const goods = csv([header, "P-1,,Plain tee,Tees,Red,10,5", "P-2,,Striped tee,Tees,Red,20,5"]);
    await into("products", files.write("tees.csv", goods), "--market", "us,kg", "--price", "kg=90:10");
    const prices = csv([
      "sku,market,price,original,sale,sale_from,sale_until",
      "P-1,us,11.50,15,,,",
      "P-1,kg,1000,,900,2026-01-01,2036-01-01",
      "P-2,us,20,18,,,",
      "P-3,us,20,,,,",
      "P-1,de,20,,,,",
    ]);
    const run = (subject: string, content: string) =>
      into(subject, files.write(`${subject}.csv`, content), "--market", "us,kg");
    const first = await run("prices", prices);
    expect(first.stdout, first.stderr).toContain("prices: 0 new, 2 changed");
    expect(first.stdout).toContain("line 4: P-2: original must be above the price, or be left empty");
    expect(first.stdout).toContain("line 5: P-3: sku is no SKU of the shop in market us");
    expect(first.stdout).toContain("line 6: P-1: market is de, which this import does not write");
    const [kg] = await databases.sql(
      "kg",
      `SELECT p.price_minor::int, p.sale_minor::int FROM prices p JOIN skus k ON k.id = p.sku_id
       WHERE p.market = 'KG' AND k.sku_code = 'P-1'`,
    );
    expect(kg).toEqual({ price_minor: 100_000, sale_minor: 90_000 });
    const before = await checksum(databases, catalogueTables);
    expect((await run("prices", prices)).stdout).toContain("2 lines said what was so already");
    expect(await checksum(databases, catalogueTables)).toEqual(before);

    const stock = csv(["sku;market;on_hand;reason", "P-1;us;9;counted", "P-2;us;5;", "P-2;kg;-1;", "P-2;kg;2.5;"]);
    const counts = await run("stock", stock);
    expect(counts.stdout, counts.stderr).toContain("stock: 0 new, 1 changed");
    expect(counts.stdout).toContain("1 lines said what was so already");
    expect(counts.stdout).toContain('line 4: P-2: on_hand must be a whole number such as 100, but is "-1"');
    const ledger = await databases.sql(
      "us",
      `SELECT l.delta, l.reason FROM stock_ledger l JOIN skus k ON k.id = l.sku_id
       WHERE l.market = 'US' AND k.sku_code = 'P-1' ORDER BY l.id`,
    );
    expect(ledger).toEqual([
      { delta: 5, reason: "initial" },
      { delta: 4, reason: "counted" },
    ]);
  });

  const good = "B-1,,Größe Ж,Bags,Red,10,1";
  it.each<[string, string | Buffer, string[], RegExp]>([
    [
      "a missing column",
      csv(["sku,title,category", "B-1,Bag,Bags"]),
      [],
      /column name is missing from the header; the file has sku, title/,
    ],
    [
      "a mapped column that is not there",
      csv([header, good]),
      ["--map", "name=Title"],
      /column Title is missing from the header/,
    ],
    ["a column twice", csv(["sku,name,category,name", "B-1,a,b,c"]), [], /column name stands twice/],
    ["nothing at all", "", [], /the file is empty/],
    [
      "Windows-1251",
      Buffer.from([
        ...Buffer.from(`${header}\nB-1,,`),
        0xd1,
        0xf3,
        0xec,
        0xea,
        0xe0,
        ...Buffer.from(",Bags,Red,1,1\n"),
      ]),
      [],
      /line 2 shows it first.*--encoding windows-1251/,
    ],
    ["UTF-16 without its mark", Buffer.from(csv([header, good]), "utf16le"), [], /looks like UTF-16 without its mark/],
    ["a damaged gzip", Buffer.from([0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 0, 1, 2, 3]), [], /gzip data/],
    ["another shop's JSON", '[{"pk": 1}]', ["--format", "saleor"], /has no model and fields/],
  ])("%s is refused before anything is written", async (_, content, options, words) => {
    const before = await checksum(databases, catalogueTables);
    const result = await into("products", files.write("bad.csv", content), "--market", "us", ...options);
    expect(result.code).not.toBe(0);
    expect(result.stderr).toMatch(words);
    expect(await checksum(databases, catalogueTables)).toEqual(before);
  });

  it.each<[string, Buffer, string[]]>([
    ["UTF-8 with its mark", Buffer.from(`\ufeff${csv([header, good])}`), []],
    ["UTF-16 with its mark", Buffer.from(`\ufeff${csv([header, good])}`, "utf16le"), []],
    ["tabs", Buffer.from(csv([header, good]).replaceAll(",", "\t")), []],
    [
      "semicolons, decimal commas, carriage returns",
      Buffer.from(`${header}\n${good}\n`.replaceAll(",", ";").replace(";10;", ";10,00;").replaceAll("\n", "\r\n")),
      [],
    ],
    ["no line feed at the end", Buffer.from(`${header}\n${good}`), []],
  ])("%s is read", async (_, content, options) => {
    const result = await into("products", files.write("good.csv", content), "--market", "us", ...options);
    expect(result.stdout, result.stderr).toMatch(/1 rows read: 1 products[^]*\n0 rows refused/);
    expect(await counted("SELECT count(*) FROM products WHERE name = 'Größe Ж'")).toBe(1);
  });

  it("Windows-1251 is read where somebody says that it is", async () => {
    const name = Buffer.from([0xd1, 0xf3, 0xec, 0xea, 0xe0, 0x20, 0xb9, 0x31]);
    const content = Buffer.concat([Buffer.from(`${header}\nW-1,,`), name, Buffer.from(",Bags,Red,1,1\n")]);
    const file = files.write("russian.csv", content);
    const result = await into("products", file, "--market", "us", "--encoding", "windows-1251");
    expect(result.stdout, result.stderr).toContain("1 products (1 new");
    expect(await counted("SELECT count(*) FROM products WHERE name = 'Сумка №1'")).toBe(1);
  });

  it("each bad row has its line and its reason, and the good ones between them are there", async () => {
    const content = csv([
      "sku,slug,name,category,size,color,price,original,stock,active",
      "R-1,rows,Rows,Bags,S,Red,10,12,1,yes",
      "R-2,rows,Rows,Bags,S,Red,10,,1,yes",
      "R-1,rows,Rows,Bags,M,Red,10,,1,yes",
      ",rows,Rows,Bags,L,Red,10,,1,yes",
      "R-3,rows,Rows,Bags,L,Red,0,,1,yes",
      "R-4,rows,Rows,Bags,L,Red,10,9,1,yes",
      "R-5,rows,Rows,Bags,L,Red,10,,lots,yes",
      "R-6,rows,Rows,Bags,L,Red,10,,1,maybe",
      "R-7,Bad Slug,Rows,Bags,L,Red,10,,1,yes",
      `R-8,rows-2,${"n".repeat(201)},Bags,L,Red,10,,1,yes`,
      "R-9,rows-3,Rows,,L,Red,10,,1,yes",
      "R-10,rows-4,=HYPERLINK(1),Bags,L,Red,10,,1,yes",
      "R-11,rows,Rows,Bags,XL,Red,99999999999,,1,yes",
      "R-12,rows,Rows,Bags",
      "R-13,rows,Rows,Bags,XXL,Red,10,,1,yes",
    ]);
    const result = await into("products", files.write("rows.csv", content), "--market", "us");
    const expected = [
      'line 3: R-2: size the product has another SKU of size "S" and color "Red"',
      "line 4: R-1: sku stands on line 2 already",
      "line 5: : sku is empty",
      "line 6: R-3: price must be more than nothing",
      "line 7: R-4: original must be above the price, or be left empty",
      'line 8: R-5: stock must be a whole number such as 100, but is "lots"',
      'line 9: R-6: active must be yes or no, but is "maybe"',
      "line 10: R-7: slug must",
      "line 11: R-8: name must have 1 to 200 characters, but has 201",
      "line 12: R-9: category is empty",
      "line 14: R-11: price is too large: 99999999999",
      "line 15: R-12: the row has 4 fields, but the header has 10 columns; is a value missing",
    ];
    for (const line of expected) expect(result.stdout).toContain(line);
    expect(result.stdout).toContain(`${expected.length} rows refused`);
    const rows = await databases.sql("us", "SELECT sku_code FROM skus WHERE sku_code ~ '^R-[0-9]' ORDER BY 1");
    expect(rows.map((row) => row.sku_code)).toEqual(["R-1", "R-10", "R-13"]);
    // A formula is text here.
    expect(await counted("SELECT count(*) FROM products WHERE name = '=HYPERLINK(1)'")).toBe(1);
  });

  it("what belongs to other products is refused by the database's own rules, one row at a time", async () => {
    const name = layout === "one database" ? "kg" : "us";
    const first = csv([header, "T-1,taken,Taken,Bags,Red,10,1", "T-2,other,Other,Bags,Red,10,1"]);
    await into("products", files.write("first.csv", first), "--market", name);
    const second = csv([
      header,
      "T-2,thief,Thief,Bags,Red,10,1",
      ...Array.from({ length: 40 }, (_, i) => `T-1${i},fresh-${i},Fresh ${i},Bags,Red,10,1`),
    ]);
    const result = await into("products", files.write("second.csv", second), "--market", name);
    expect(result.stdout).toContain("line 2: T-2: sku the SKU code T-2 belongs to another product of the shop already");
    expect(result.stdout).toContain("40 SKUs new");
    // The slug of a market's own product cannot be taken for all markets: an index below row-level security says so.
    const all = csv([
      header,
      "T-9,taken,Taken,Luggage,Red,10,1",
      ...Array.from({ length: 9 }, (_, i) => `T-9${i},shared-${i},Shared,Luggage,Red,10,1`),
    ]);
    const shared = await into("products", files.write("all.csv", all), "--market", "us,kg", "--price", "kg=90:10");
    expect(shared.stdout, shared.stderr).toContain("line 2: T-9: the slug taken belongs to a product of another owner");
    expect(shared.stdout).toMatch(/(9|10) products/);
    expect(await databases.count(name, "SELECT count(*) FROM products WHERE slug = 'taken'")).toBe(1);
  });

  it("no markets but those named are written", async () => {
    const file = files.write("only.csv", csv([header, "O-1,,Only here,Bags,Red,10,1"]));
    const before = await databases.count("kg", "SELECT count(*) FROM prices WHERE market = 'KG'");
    await into("products", file, "--market", "us");
    expect(await databases.count("kg", "SELECT count(*) FROM prices WHERE market = 'KG'")).toBe(before);
    expect(await counted("SELECT count(*) FROM products WHERE name = 'Only here' AND market = 'US'")).toBe(1);
  });
});
