// Who asks, and for what: the people of the matrix with their logins and rights, and things that belong to somebody.
import { type Databases, type LayoutName, type Market, markets } from "../harness/layouts.js";
import { MarqueServer } from "../harness/server.js";
import { Shop } from "../harness/shop.js";
import { mint, plantSession } from "../harness/tokens.js";
import { eventually } from "../harness/waiting.js";
import { ownRole, permissionsOf } from "./roles.js";
import { canary, markRows, partIds, plant } from "./rows.js";

/**
 * `admin` has the role of that name in all markets; `revoked` managed KG until just before the matrix; `kg_stylist`
 * has a role of the market's own.
 */
export const actorNames = [
  "anonymous",
  "kg_user_a",
  "kg_user_b",
  "us_user",
  "kg_manager",
  "us_manager",
  "both",
  "revoked",
  "admin",
  "kg_support",
  "kg_content",
  "kg_viewer",
  "kg_stylist",
] as const;
export type ActorName = (typeof actorNames)[number];

export interface Person {
  name: string;
  home: Market;
  /** None for a guest. */
  user?: string;
  token?: string;
  phone: string;
  manages: Market[];
  role?: string;
  /** The word that stands in everything of this person's. */
  mark: string;
}

/** A row that somebody owns, and where it is. */
export interface Thing {
  id: string;
  market: Market;
  table: string;
}

export const otherMarket = (market: Market): Market => (market === "kg" ? "us" : "kg");

const rights: Record<string, { home: Market; manages: Market[]; role: string }> = {
  kg_user_a: { home: "kg", manages: [], role: "" },
  kg_user_b: { home: "kg", manages: [], role: "" },
  us_user: { home: "us", manages: [], role: "" },
  kg_manager: { home: "kg", manages: ["kg"], role: "manager" },
  us_manager: { home: "us", manages: ["us"], role: "manager" },
  both: { home: "kg", manages: ["kg", "us"], role: "manager" },
  revoked: { home: "kg", manages: ["kg"], role: "manager" },
  admin: { home: "kg", manages: ["kg", "us"], role: "admin" },
  kg_support: { home: "kg", manages: ["kg"], role: "support" },
  kg_content: { home: "kg", manages: ["kg"], role: "content" },
  kg_viewer: { home: "kg", manages: ["kg"], role: "viewer" },
  kg_stylist: { home: "kg", manages: ["kg"], role: ownRole },
};

/** Settings of every server of these tests: each request is logged, and nothing is refused for coming too often. */
const settings = { DEBUG: "true" };

export class World {
  readonly actors = {} as Record<ActorName, Person>;
  /** Somebody in each market who owns what the actors should not see. */
  readonly neighbours = {} as Record<Market, Person>;
  readonly marks = {} as Record<Market, string>;
  readonly goods = {} as Record<Market, Goods>;
  private readonly things = new Map<string, Promise<Thing>>();
  private phones = 0;

  private constructor(readonly shop: Shop) {}

  static async open(layout: LayoutName, more: Record<string, string> = {}): Promise<World> {
    const marks = {} as Record<Market, string>;
    const goods = {} as Record<Market, Goods>;
    const shop = await Shop.open(layout, {
      settings: { ...settings, ...more },
      prepare: async (databases) => {
        await partIds(databases);
        for (const market of markets) {
          goods[market] = await plantGoods(databases, market);
          marks[market] = await markRows(databases, market);
        }
      },
    });
    const world = new World(shop);
    Object.assign(world.marks, marks);
    Object.assign(world.goods, goods);
    for (const market of markets) await world.nameGoods(market);
    await world.populate();
    return world;
  }

  close(): Promise<void> {
    return this.shop.close();
  }

  get databases(): Databases {
    return this.shop.databases;
  }

  get origin(): string {
    return this.shop.origin;
  }

  /** Another server on the same databases, to be stopped by the caller. */
  secondServer(more: Record<string, string> = {}): Promise<MarqueServer> {
    return MarqueServer.start({ ...this.databases.environment, ...settings, ...more });
  }

  private async populate(): Promise<void> {
    this.actors.anonymous = { name: "anonymous", home: "kg", phone: "", manages: [], mark: canary("anonymous") };
    await this.databases.sql(
      "kg",
      "INSERT INTO manager_roles (market, code, name, permissions) VALUES ('KG', $1, 'A role of its own', $2)",
      [ownRole, permissionsOf[ownRole]],
    );
    for (const [name, { home, manages, role }] of Object.entries(rights)) {
      const person = await this.person(name, home);
      Object.assign(person, { manages, role });
      this.actors[name as ActorName] = person;
      for (const granted of manages) {
        await this.databases.sql(
          home,
          "INSERT INTO manager_grants (market, user_id, granted_market, role) VALUES ($1, $2, $3, $4)",
          [home.toUpperCase(), person.user, granted.toUpperCase(), role],
        );
      }
    }
    for (const market of markets) this.neighbours[market] = await this.person(`${market}_neighbour`, market);
    await this.revoke(this.actors.revoked);
  }

  /** The slugs as they are now that every text has its mark. */
  private async nameGoods(market: Market): Promise<void> {
    const goods = this.goods[market];
    const where = "WHERE market = $1 AND id = $2";
    for (const kind of ["products", "categories"] as const) {
      const [row] = await this.databases.sql(market, `SELECT slug FROM ${kind} ${where}`, [
        market.toUpperCase(),
        goods[kind].id,
      ]);
      goods[kind].slug = String(row?.slug);
    }
  }

  /** The slug of a product or category that belongs to a market, or to ALL. */
  async slugOf(kind: "products" | "categories", owner: string): Promise<string> {
    if (owner !== "ALL") return this.goods[owner.toLowerCase() as Market][kind].slug;
    const { product } = await this.shared();
    if (kind === "products") return product;
    const [row] = await this.databases.sql("kg", "SELECT slug FROM categories WHERE market = 'ALL' ORDER BY 1 LIMIT 1");
    return String(row?.slug);
  }

  /** A SKU with plenty of pieces: of a market's own product, or of one of ALL that is sold in `market`. */
  async skuOf(owner: string, market: Market): Promise<string> {
    if (owner !== "ALL") return this.goods[owner.toLowerCase() as Market].sku;
    return (await this.shared()).sku[market];
  }

  /** A SKU that `market` sells, of which there are too few for a large order. */
  async lastPieces(market: Market): Promise<string> {
    const { sku } = await this.shop.findSku(market, 1, 40);
    await this.shop.setStock(market, sku.id, 3);
    return sku.id;
  }

  /** A product's id: a market's own, or one of ALL as `market` numbers it. */
  async productOf(owner: string, market: Market): Promise<string> {
    if (owner !== "ALL") return this.goods[owner.toLowerCase() as Market].products.id;
    return (await this.shared()).id[market];
  }

  private sharedGoods: Promise<SharedGoods> | undefined;
  private shared(): Promise<SharedGoods> {
    this.sharedGoods ??= this.findShared();
    return this.sharedGoods;
  }

  private async findShared(): Promise<SharedGoods> {
    const sold = async (market: Market) =>
      await this.databases.sql<{ slug: string; id: string; product: string }>(
        market,
        `SELECT r.slug, k.id, r.id AS product FROM products r JOIN skus k ON k.market = r.market AND k.product_id = r.id
         JOIN stock s ON s.owner_market = k.market AND s.sku_id = k.id AND s.market = $1
         WHERE r.market = 'ALL' ORDER BY r.slug, k.id`,
        [market.toUpperCase()],
      );
    const [kg, us] = [await sold("kg"), await sold("us")];
    const common = kg.find((row) => us.some((other) => other.slug === row.slug));
    const other = us.find((row) => row.slug === common?.slug);
    if (!common || !other) throw new Error("the demo shop has no product that both markets sell");
    const sku = { kg: common.id, us: other.id };
    for (const market of markets) await this.shop.setStock(market, sku[market], 100_000);
    return { product: common.slug, id: { kg: common.product, us: other.product }, sku };
  }

  /** Uses the right once, so that whatever remembers it does, then takes it away. */
  private async revoke(person: Person): Promise<void> {
    const look = async () =>
      (await fetch(`${this.origin}/api/v1/manager/orders`, { headers: { Authorization: `Bearer ${person.token}` } }))
        .status;
    if ((await look()) !== 200) throw new Error("the manager who is to lose the right never had it");
    await this.databases.sql(person.home, "DELETE FROM manager_grants WHERE market = $1 AND user_id = $2", [
      person.home.toUpperCase(),
      person.user,
    ]);
    await eventually("the right is gone", async () => (await look()) === 403, { timeout_ms: 1_500 });
    person.manages = [];
  }

  /** A phone nobody has used. */
  freshPhone(market: Market): string {
    const number = String(++this.phones).padStart(4, "0");
    return market === "kg" ? `+99655012${number}` : `+1303555${number}`;
  }

  async person(name: string, home: Market): Promise<Person> {
    const mark = canary(name);
    const phone = this.freshPhone(home);
    const row = await plant(this.databases, home, "users", mark, {
      phone,
      is_verified: true,
      profile_image_url: null,
      email: `${mark}@example.com`,
      confirmed_email: `${mark}@example.com`,
    });
    const user = String(row.id);
    const person: Person = { name, home, user, phone, manages: [], mark };
    person.token = await this.logIn(person);
    return person;
  }

  /** A new login of a person. */
  async logIn(person: Person): Promise<string> {
    const sid = await plantSession(this.databases, person.home, {
      market: person.home.toUpperCase(),
      id: person.user ?? "",
    });
    return mint({ sub: person.user ?? "", market: person.home, sid });
  }

  /** Somebody's thing, made once unless a fresh one is asked for. */
  thing(factory: Factory, owner: Person, fresh = false): Promise<Thing> {
    const key = `${factory.name}/${owner.name}`;
    const known = fresh ? undefined : this.things.get(key);
    if (known) return known;
    const made = factory.make(this, owner);
    if (!fresh) this.things.set(key, made);
    return made;
  }

  /** The state of a thing, to see whether anybody touched it. */
  async stateOf(thing: Thing): Promise<string> {
    const rows = await this.databases.sql(
      thing.market,
      `SELECT to_jsonb(t)::text AS state FROM ${thing.table} t WHERE market = $1 AND id::text = $2`,
      [thing.market.toUpperCase(), thing.id],
    );
    return String(rows[0]?.state ?? "gone");
  }
}

/** What both markets sell; in two databases it has two numbers. */
interface SharedGoods {
  product: string;
  id: Record<Market, string>;
  sku: Record<Market, string>;
}

/** What only one market has in its catalogue. */
export interface Goods {
  products: { id: string; slug: string };
  categories: { id: string; slug: string };
  sku: string;
}

async function plantGoods(databases: Databases, market: Market): Promise<Goods> {
  const make = async (table: string, values: Record<string, unknown>) =>
    plant(databases, market, table, canary(market), values);
  const code = market.toUpperCase();
  const category = await make("categories", { icon: null, image_url: null });
  const owner = { category_market: code, category_id: category.id, image: null, source: null };
  const product = await make("products", owner);
  const sku = await make("skus", { product_id: product.id, variant_image: null });
  const offer = { sku_id: sku.id, owner_market: code };
  await make("prices", {
    ...offer,
    currency: market === "kg" ? "KGS" : "USD",
    price_minor: 1000,
    original_minor: null,
  });
  await make("stock", { ...offer, on_hand: 100_000 });
  await make("stock_ledger", { sku_id: sku.id, delta: 100_000, reason: "test" });
  return {
    products: { id: String(product.id), slug: "" },
    categories: { id: String(category.id), slug: "" },
    sku: String(sku.id),
  };
}

/** How to make a thing that belongs to a person. */
export interface Factory {
  name: string;
  /** An id that nobody has, where ids are no numbers. */
  absent?: string;
  /** Other cells change it rightly, so that nobody can tell who did. */
  unwatched?: boolean;
  make(world: World, owner: Person): Promise<Thing>;
}
