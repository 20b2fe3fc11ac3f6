// Random rules of a market and random carts for them: small and huge amounts, much that is equal, halves and edges.
import type { ModelCart, ModelOption, ModelPromotion, ModelRules } from "./quote_model.js";
import type { Random } from "./random_catalogue.js";

const regions = ["AA", "BB", "CC", "DD"];
const products = ["p1", "p2", "p3", "p4", "p5"];
const brands = ["Ak Bulut", "Étoile", "plain"];
const categories = ["c1", "c2", "c3"];
const classes = ["clothing", "shoes", "other"];
const start_us = 1_760_000_000_000_000;
const hour_us = 3_600_000_000;
const maximum = Number.MAX_SAFE_INTEGER;

/** Mostly small, sometimes beyond every sensible price. */
export function amount(random: Random): number {
  const kind = random.next();
  if (kind < 0.1) return random.pick([0, 1, 2, 99, 100, 101]);
  if (kind < 0.9) return random.between(0, 50_000);
  if (kind < 0.98) return random.between(0, 2_000_000_000);
  return random.pick([2 ** 31 - 1, 2 ** 31, 2 ** 40, 2 ** 46, Math.floor(maximum / 99), maximum]);
}

const some = <T>(random: Random, list: readonly T[], probability: number) =>
  list.filter(() => random.chance(probability));
const maybe = <T>(random: Random, probability: number, value: () => T) => (random.chance(probability) ? value() : null);
const moment = (random: Random) => start_us + random.between(-100, 100) * hour_us;

function option(random: Random, zone: string, code: string): ModelOption {
  const rule = random.pick(["flat", "flat", "weight", "subtotal"] as const);
  const froms = [0, ...Array.from({ length: random.between(0, 3) }, () => random.between(1, 40_000))].sort(
    (a, b) => a - b,
  );
  return {
    zone,
    code,
    kind: random.chance(0.1) ? "pickup" : random.pick(["courier", "express"] as const),
    names: {},
    price_rule: rule,
    price_minor: maybe(random, 0.6, () => random.between(0, 3_000)),
    tiers: rule === "flat" ? [] : [...new Set(froms)].map((from) => ({ from, price: random.between(0, 3_000) })),
    free_from_minor: maybe(random, 0.5, () => random.pick([0, random.between(1, 100_000)])),
    weight_max_g: maybe(random, 0.3, () => random.between(100, 60_000)),
    days_from: 1,
    days_to: 5,
  };
}

function promotion(random: Random, id: number): ModelPromotion {
  const kind = random.pick(["percentage", "fixed", "free_shipping", "buy_x_get_y"] as const);
  const selective = random.chance(0.5);
  return {
    id,
    code: random.chance(0.6) ? `CODE-${id}` : null,
    name: `promotion ${id}`,
    names: {},
    kind,
    milli_percent: random.pick([1, 500, 10_000, 12_345, 33_333, 50_000, 99_999, 100_000]),
    amount_minor: Math.max(1, amount(random)),
    buy_quantity: random.between(1, 3),
    get_quantity: random.between(1, 2),
    min_subtotal_minor: random.chance(0.3) ? random.between(1, 60_000) : 0,
    categories: selective ? some(random, categories, 0.4) : [],
    brands: selective ? some(random, ["ak bulut", "PLAIN"], 0.3) : [],
    products: selective ? some(random, products, 0.3) : [],
    shipping_options: random.chance(0.3) ? some(random, ["o1", "o2", "o3"], 0.5) : [],
    usage_limit: maybe(random, 0.2, () => random.between(1, 5)),
    per_buyer_limit: maybe(random, 0.2, () => random.between(1, 3)),
    starts_us: maybe(random, 0.2, () => moment(random)),
    ends_us: maybe(random, 0.2, () => moment(random)),
    stacking: random.chance(0.25) ? "exclusive" : "stackable",
    priority: random.between(-2, 2),
  };
}

export function randomRules(random: Random): ModelRules {
  const zones = [
    { code: "z1", regions: some(random, ["AA", "BB"], 0.7) },
    ...(random.chance(0.9) ? [{ code: "z2", regions: [] }] : []),
  ].filter((zone) => zone.code === "z2" || zone.regions.length > 0);
  if (zones.length === 0) zones.push({ code: "z2", regions: [] });
  const rate = () => random.pick([0, 1, 4_000, 6_250, 6_875, 7_250, 12_000, 99_999, 100_000]);
  const rates = () =>
    Array.from({ length: random.between(0, 2) }, () => ({ from_us: moment(random), milli_percent: rate() })).filter(
      (one, place, all) => all.findIndex((other) => other.from_us === one.from_us) === place,
    );
  const rules = [...regions, ""].flatMap((region) =>
    some(random, classes, 0.4).map((tax_class) => ({
      region,
      tax_class,
      from_us: random.chance(0.7) ? 0 : moment(random),
      kind: random.pick(["taxed", "exempt", "exempt_below", "excess_over"] as const),
      threshold_minor: random.pick([11_000, 17_500, random.between(1, 30_000)]),
    })),
  );
  return {
    market: "US",
    currency: "USD",
    languages: ["en"],
    tax_inclusive: random.chance(0.5),
    tax_label: "Tax",
    shipping_minor: random.between(0, 2_000),
    shipping_free_from_minor: random.pick([0, 7_500, random.between(1, 200_000)]),
    default_weight_g: random.between(1, 2_000),
    rounding: random.pick(["order_half_up", "order_half_even", "line_half_up", "line_half_even"] as const),
    shipping: {
      zones,
      options: zones.flatMap((zone) =>
        ["o1", "o2", "o3"].slice(0, random.between(1, 3)).map((c) => option(random, zone.code, c)),
      ),
      points: [
        { code: "here", zone: zones[0]!.code, names: {}, address: "1 Street", city: "City", region: "AA", hours: "" },
      ],
    },
    tax: {
      milli_percent: rate(),
      shipping_taxed: random.chance(0.5),
      rates: rates(),
      regions: some(random, regions, 0.8).map((code) => ({
        code,
        tax_milli_percent: maybe(random, 0.7, rate),
        shipping_taxed: maybe(random, 0.5, () => random.chance(0.5)),
        rates: rates(),
      })),
      rules,
    },
    promotions: Array.from({ length: random.between(0, 6) }, (_, i) => promotion(random, i + 1)),
  };
}

export function randomCart(random: Random, rules: ModelRules): ModelCart {
  const base = amount(random);
  const lines = Array.from({ length: random.chance(0.05) ? random.between(20, 50) : random.between(1, 5) }, () => ({
    price_minor: random.chance(0.3) ? base : amount(random),
    quantity: random.chance(0.05) ? random.between(50, 99) : random.between(1, 6),
    product: random.pick(products),
    brand: random.pick(brands),
    categories: some(random, categories, 0.4),
    tax_class: random.pick(classes),
    weight_g: maybe(random, 0.6, () => random.between(1, 3_000)),
  }));
  const coded = rules.promotions.flatMap((one) => (one.code === null ? [] : [one.code]));
  const limited = rules.promotions.filter((one) => one.usage_limit !== null || one.per_buyer_limit !== null);
  return {
    lines,
    region: random.pick([...regions, "", "ZZ"]),
    shipping_option: maybe(random, 0.3, () => random.pick(["o1", "o1", "o2", "o3"])),
    pickup_point: maybe(random, 0.03, () => "here"),
    codes: [...some(random, coded, 0.6), ...(random.chance(0.05) ? ["NO-SUCH"] : [])],
    now_us: moment(random),
    uses: limited.map((one) => ({ id: one.id, used: random.between(0, 4), buyer_used: random.between(0, 2) })),
  };
}
