// Backup and restore, and the commands that say whether all is well: what a shop's keeper runs at a terminal.
import { existsSync, mkdtempSync, readFileSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, inject, it } from "vitest";
import { good } from "../harness/api.js";
import { Databases, layouts, markets } from "../harness/layouts.js";
import { addressOf, reviewPictures, sent, whenReady } from "../harness/media.js";
import { png } from "../harness/pictures.js";
import { owner } from "../harness/postgres.js";
import { MarqueServer, marque } from "../harness/server.js";
import { buy, customerPhones, Shop } from "../harness/shop.js";

/** Whom row-level security does not bind; the databases' owner it does. */
const keeper = ["--user", "keeper"];
const asKeeper = { PGPASSWORD: owner.password };

describe.each(layouts)("keeping a shop safe, %s", (layout) => {
  let shop: Shop;
  let folder: string;
  let picture: string;
  const numbers: string[] = [];
  const files = () => join(folder, "files");
  const settings = () => ({ ...shop.databases.environment, FILE_STORAGE_DIR: files(), ...asKeeper });

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), "marque-test-backup-"));
    shop = await Shop.open(layout, { settings: { FILE_STORAGE_DIR: files() } });
    for (const market of markets) {
      const caller = await shop.logIn(customerPhones[market]);
      numbers.push((await buy(caller, (await shop.findSku(market, 5)).sku.id)).order_number);
      if (market !== "kg") continue;
      const media = await sent(shop.origin, caller.token, reviewPictures, "image/png", png(30, 20));
      picture = addressOf(await whenReady(shop, caller.token, media), 30, "webp");
    }
  });
  afterAll(async () => {
    await shop?.close();
    rmSync(folder, { recursive: true, force: true });
  });

  /** Empty databases of a layout, dropped when the work is done. */
  async function withEmpty<T>(of: typeof layout, work: (databases: Databases) => Promise<T>): Promise<T> {
    const databases = await Databases.empty(of, inject("cluster"));
    try {
      return await work(databases);
    } finally {
      await databases.drop();
    }
  }
  const checks = (stdout: string) => stdout.split("\n").filter((line) => /^ {2}(ok|TROUBLE) /.test(line));

  it("a backup restored elsewhere is the same shop: orders, log-ins, pictures, walls", async () => {
    const backup = join(folder, "backup");
    const made = await marque(["backup", backup, ...keeper], settings());
    expect(made, made.stderr).toMatchObject({ code: 0 });
    expect(made.stdout).toContain(`${backup} is complete`);
    await withEmpty(layout, async (databases) => {
      const elsewhere = { ...databases.environment, FILE_STORAGE_DIR: join(folder, "files_elsewhere"), ...asKeeper };
      const restored = await marque(["restore", backup, ...keeper], elsewhere);
      expect(restored, restored.stderr).toMatchObject({ code: 0 });
      const verified = await marque(["verify"], elsewhere);
      expect(verified, verified.stdout).toMatchObject({ code: 0 });
      expect(checks(verified.stdout).length).toBeGreaterThan(10);
      const server = await MarqueServer.start(elsewhere);
      try {
        const second = Shop.on(databases, server);
        for (const [i, market] of markets.entries()) {
          const caller = await second.logIn(customerPhones[market]);
          const orders = good(await caller.api.GET("/api/v1/orders", { params: { query: {} } }));
          expect(orders.items.map((order) => order.order_number)).toEqual([numbers[i]]);
          await buy(caller, (await second.findSku(market, 5)).sku.id);
        }
        expect((await fetch(new URL(picture, server.origin))).status).toBe(200);
      } finally {
        await server.stop();
      }
      // What is there is never written over.
      const again = await marque(["restore", backup, ...keeper], elsewhere);
      expect(again.code).toBe(1);
      expect(again.stderr).toContain("is not empty: nothing was restored");
    });
    expect(await marque(["backup", backup, ...keeper], settings())).toMatchObject({
      code: 1,
      stderr: expect.stringContaining("is there already"),
    });
  });

  it("who may see no market's rows makes no backup, and is told who may", async () => {
    const blind = await marque(["backup", join(folder, "blind")], settings());
    expect(blind.code).toBe(1);
    expect(blind.stderr).toContain("CREATE ROLE shop_backup LOGIN BYPASSRLS");
    expect(existsSync(join(folder, "blind"))).toBe(false);
  });

  it("--check restores the dump at once, and says when it does not hold what it should", async () => {
    await shop.databases.access.asSuperuser("ALTER ROLE shop CREATEDB");
    try {
      const checked = await marque(["backup", join(folder, "checked"), "--check", ...keeper], settings());
      expect(checked, checked.stderr).toMatchObject({ code: 0 });
      expect(checked.stdout.match(/restored into an empty database, every table has its rows/g)).toHaveLength(
        shop.databases.split ? 2 : 1,
      );
      expect(await shop.databases.count("kg", "SELECT count(*) FROM pg_database WHERE datname ~ '^marque_check'")).toBe(
        0,
      );
    } finally {
      await shop.databases.access.asSuperuser("ALTER ROLE shop NOCREATEDB");
    }
  });

  it("negative control: a backup that lost rows, bytes or a database is noticed before and after", async () => {
    const backup = join(folder, "damaged");
    expect((await marque(["backup", backup, ...keeper], settings())).code).toBe(0);
    const path = join(backup, "manifest.json");
    const whole = readFileSync(path, "utf8");
    const one = shop.databases.split ? "kg" : "main";
    const restore = (of = layout) =>
      withEmpty(of, (databases) => marque(["restore", backup, ...keeper], { ...databases.environment, ...asKeeper }));

    writeFileSync(path, whole.replace(/"orders":\d+/, '"orders":999'));
    expect((await restore()).stderr).toContain("orders: ");
    writeFileSync(path, whole);
    const other = layouts.find((name) => name !== layout) ?? layout;
    expect((await restore(other)).stderr).toContain("restore into the same layout");
    truncateSync(join(backup, `${one}.dump`), 1_000);
    expect((await restore()).stderr).toContain(`${one}.dump is missing or damaged`);
    rmSync(path);
    expect((await restore()).stderr).toContain("is no backup: it has no manifest.json");
  });

  it("verify tells which rule is broken, and where", async () => {
    await shop.databases.sql("us", "UPDATE stock SET on_hand = on_hand + 1 WHERE market = 'US' AND on_hand > 0");
    const verified = await marque(["verify"], settings());
    expect(verified.code).toBe(1);
    expect(checks(verified.stdout).filter((line) => line.includes("TROUBLE"))[0]).toMatch(
      /US: ledger is broken \d+ times/,
    );
    expect(verified.stdout).toMatch(/ok +KG: ledger/);
    await shop.databases.sql("us", "UPDATE stock SET on_hand = on_hand - 1 WHERE market = 'US' AND on_hand > 0");
    expect((await marque(["verify"], settings())).code).toBe(0);
  });

  it("doctor finds nothing wrong with a shop that runs, and names the cure of each trouble", async () => {
    const well = await marque(["doctor"], settings());
    expect(well, well.stdout).toMatchObject({ code: 0 });
    expect(well.stdout).toContain("nothing keeps the shop from running");
    const [name, url] = Object.entries(shop.databases.environment)[0] as [string, string];
    const troubles: [Record<string, string>, RegExp][] = [
      [{ PORT: "many" }, /PORT/],
      [{ [name]: url.replace(/\/[^/?]+(\?|$)/, "/no_such_shop$1") }, /no_such_shop/],
      [
        { [name]: shop.databases.access.tcpUrl(shop.databases.names.kg, { user: "locked", password: "wrong" }) },
        /password/,
      ],
      [{ DB_CONNECTIONS: "400" }, /raise max_connections of PostgreSQL, or lower DB_CONNECTIONS/],
      [{ FILE_STORAGE_DIR: "/proc/nowhere" }, /name another with FILE_STORAGE_DIR/],
      [{ ENVIRONMENT: "production" }, /JWT_SECRET/],
    ];
    for (const [change, cure] of troubles) {
      const found = await marque(["doctor"], { ...settings(), ...change });
      expect(found.code, JSON.stringify(change)).toBe(1);
      expect(found.stdout).toMatch(cure);
      expect(found.stdout).toContain("TROUBLE");
    }
    await withEmpty(layout, async (databases) => {
      const empty = await marque(["doctor"], databases.environment);
      expect(empty.stdout).toContain("run `marque migrate`");
    });
  });
});
