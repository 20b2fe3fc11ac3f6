// What an order costs, once more: from decision record 24 with whole numbers of any size, not from the C++ code.

export type Rounding = "order_half_up" | "order_half_even" | "line_half_up" | "line_half_even";

export interface ModelPromotion {
  id: number;
  code: string | null;
  name: string;
  names: Record<string, string>;
  kind: "percentage" | "fixed" | "free_shipping" | "buy_x_get_y";
  milli_percent: number;
  amount_minor: number;
  buy_quantity: number;
  get_quantity: number;
  min_subtotal_minor: number;
  categories: string[];
  brands: string[];
  products: string[];
  shipping_options: string[];
  usage_limit: number | null;
  per_buyer_limit: number | null;
  starts_us: number | null;
  ends_us: number | null;
  stacking: "stackable" | "exclusive";
  priority: number;
}

export interface ModelOption {
  zone: string;
  code: string;
  kind: "courier" | "pickup" | "express";
  names: Record<string, string>;
  price_rule: "flat" | "weight" | "subtotal";
  price_minor: number | null;
  tiers: Array<{ from: number; price: number }>;
  free_from_minor: number | null;
  weight_max_g: number | null;
  days_from: number;
  days_to: number;
}

interface DatedRate {
  from_us: number;
  milli_percent: number;
}

export interface ModelRules {
  market: string;
  currency: string;
  languages: string[];
  tax_inclusive: boolean;
  tax_label: string;
  shipping_minor: number;
  shipping_free_from_minor: number;
  default_weight_g: number;
  rounding: Rounding;
  shipping: {
    zones: Array<{ code: string; regions: string[] }>;
    options: ModelOption[];
    points: Array<{
      code: string;
      zone: string;
      names: Record<string, string>;
      address: string;
      city: string;
      region: string;
      hours: string;
    }>;
  };
  tax: {
    milli_percent: number;
    shipping_taxed: boolean;
    rates: DatedRate[];
    regions: Array<{
      code: string;
      tax_milli_percent: number | null;
      shipping_taxed: boolean | null;
      rates: DatedRate[];
    }>;
    rules: Array<{
      region: string;
      tax_class: string;
      from_us: number;
      kind: "taxed" | "exempt" | "exempt_below" | "excess_over";
      threshold_minor: number;
    }>;
  };
  promotions: ModelPromotion[];
}

export interface ModelLine {
  price_minor: number;
  quantity: number;
  product: string;
  brand: string;
  categories: string[];
  tax_class: string;
  weight_g: number | null;
}

export interface ModelCart {
  lines: ModelLine[];
  region: string;
  shipping_option: string | null;
  pickup_point: string | null;
  codes: string[];
  now_us: number;
  uses: Array<{ id: number; used: number; buyer_used: number }>;
}

export interface ModelAnswer {
  refusal: string;
  option: string;
  subtotal: number;
  discount: number;
  shipping: number;
  taxable: number;
  tax: number;
  tax_included: number;
  total: number;
  line_discounts: number[];
  line_taxables: number[];
  prices: number[];
  given: string[];
  refused: string[];
}

const largest = (1n << 53n) - 1n;
const sum = (amounts: bigint[]) => amounts.reduce((all, one) => all + one, 0n);
const smaller = (a: bigint, b: bigint) => (a < b ? a : b);

/** amount × part / whole to the nearest unit; a half goes up, or to the even neighbour. */
function fraction(amount: bigint, part: bigint, whole: bigint, rounding: Rounding): bigint {
  const doubled = 2n * amount * part;
  const down = doubled / (2n * whole);
  const rest = doubled - down * 2n * whole;
  if (rest < whole) return down;
  if (rest > whole) return down + 1n;
  return rounding.endsWith("half_up") || down % 2n === 1n ? down + 1n : down;
}

/** Shares of an amount by weight, which add up to it. */
export function shares(amount: bigint, weights: bigint[]): bigint[] {
  const whole = sum(weights);
  const parts = weights.map((weight, place) => ({
    place,
    share: (amount * weight) / whole,
    lost: (amount * weight) % whole,
  }));
  let left = amount - sum(parts.map((part) => part.share));
  const unlucky = [...parts].sort((a, b) => (a.lost === b.lost ? a.place - b.place : a.lost > b.lost ? -1 : 1));
  for (const part of unlucky) {
    if (left === 0n) break;
    part.share += 1n;
    left -= 1n;
  }
  return parts.map((part) => part.share);
}

/** The prices of a line's pieces: alike, but for one unit more of as many as do not divide. */
function pieces(amount: bigint, quantity: number): bigint[] {
  const count = BigInt(quantity);
  return Array.from({ length: quantity }, (_, i) => amount / count + (BigInt(i) < amount % count ? 1n : 0n));
}

const holdsFor = (promotion: ModelPromotion, line: ModelLine) =>
  promotion.categories.length + promotion.brands.length + promotion.products.length === 0 ||
  promotion.products.includes(line.product) ||
  promotion.brands.some((brand) => brand.toLowerCase() === line.brand.toLowerCase()) ||
  promotion.categories.some((category) => line.categories.includes(category));

function unfit(promotion: ModelPromotion, cart: ModelCart, option: string): string | undefined {
  if (promotion.starts_us !== null && cart.now_us < promotion.starts_us) return "not_started";
  if (promotion.ends_us !== null && cart.now_us >= promotion.ends_us) return "ended";
  const uses = cart.uses.find((row) => row.id === promotion.id);
  if (uses && promotion.usage_limit !== null && uses.used >= promotion.usage_limit) return "used_up";
  if (uses && promotion.per_buyer_limit !== null && uses.buyer_used >= promotion.per_buyer_limit)
    return "used_by_buyer";
  const lines = cart.lines.filter((line) => holdsFor(promotion, line));
  if (lines.length === 0) return "not_applicable";
  const cost = sum(lines.map((line) => BigInt(line.price_minor) * BigInt(line.quantity)));
  if (cost < BigInt(promotion.min_subtotal_minor)) return "below_minimum";
  if (promotion.kind === "free_shipping" && promotion.shipping_options.length > 0)
    if (!promotion.shipping_options.includes(option)) return "not_applicable";
  return undefined;
}

/** How much of each line a promotion counts with, of what is `left` of the lines. */
function counted(promotion: ModelPromotion, cart: ModelCart, left: bigint[]): bigint[] {
  const held = left.map((amount, i) => (holdsFor(promotion, cart.lines[i]!) ? amount : 0n));
  if (promotion.kind !== "buy_x_get_y") return held;
  const all = cart.lines.flatMap((line, i) =>
    holdsFor(promotion, line) ? pieces(left[i]!, line.quantity).map((price) => ({ price, line: i })) : [],
  );
  const groups = Math.floor(all.length / (promotion.buy_quantity + promotion.get_quantity));
  all.sort((a, b) => (a.price === b.price ? a.line - b.line : a.price < b.price ? -1 : 1));
  const free = all.slice(0, groups * promotion.get_quantity);
  return left.map((_, i) => sum(free.filter((piece) => piece.line === i).map((piece) => piece.price)));
}

interface Gift {
  promotion: ModelPromotion;
  amount: bigint;
}

function discounts(rules: ModelRules, cart: ModelCart, option: string) {
  const off = cart.lines.map(() => 0n);
  const gifts: Gift[] = [];
  const known = new Set(rules.promotions.map((promotion) => promotion.code));
  const refused = cart.codes.filter((code) => !known.has(code)).map((code) => `${code} unknown`);
  const tried = rules.promotions
    .filter((promotion) => promotion.code === null || cart.codes.includes(promotion.code))
    .sort((a, b) => a.priority - b.priority || a.id - b.id);
  let closed = false;
  for (const promotion of tried) {
    const refuse = (reason: string) => {
      if (promotion.code !== null) refused.push(`${promotion.code} ${reason}`);
    };
    const reason = unfit(promotion, cart, option);
    const exclusive = promotion.stacking === "exclusive";
    if (reason !== undefined) refuse(reason);
    else if (closed || (exclusive && gifts.length > 0)) refuse("not_combinable");
    else if (promotion.kind === "free_shipping") {
      gifts.push({ promotion, amount: 0n });
      closed = exclusive;
    } else {
      const left = cart.lines.map((line, i) => BigInt(line.price_minor) * BigInt(line.quantity) - off[i]!);
      const weights = counted(promotion, cart, left);
      const whole = sum(weights);
      const amount =
        promotion.kind === "fixed"
          ? smaller(BigInt(promotion.amount_minor), whole)
          : fraction(whole, BigInt(promotion.milli_percent), 100_000n, rules.rounding);
      if (amount === 0n) {
        refuse("no_effect");
        continue;
      }
      shares(amount, weights).forEach((share, i) => (off[i]! += share));
      gifts.push({ promotion, amount });
      closed = exclusive;
    }
  }
  return { off, gifts, refused };
}

function newest<T extends { from_us: number }>(dated: T[], now: number): T | undefined {
  return dated.filter((one) => one.from_us <= now).sort((a, b) => b.from_us - a.from_us)[0];
}

function rateOf(rules: ModelRules, region: string, now: number): bigint {
  const place = rules.tax.regions.find((one) => one.code === region);
  const own = place && (newest(place.rates, now)?.milli_percent ?? place.tax_milli_percent);
  return BigInt(own ?? newest(rules.tax.rates, now)?.milli_percent ?? rules.tax.milli_percent);
}

function taxedPart(rules: ModelRules, line: ModelLine, net: bigint, cart: ModelCart): bigint {
  const begun = rules.tax.rules.filter((rule) => rule.tax_class === line.tax_class);
  const rule =
    newest(
      begun.filter((one) => one.region === cart.region),
      cart.now_us,
    ) ??
    newest(
      begun.filter((one) => one.region === ""),
      cart.now_us,
    );
  if (!rule || rule.kind === "taxed") return net;
  if (rule.kind === "exempt") return 0n;
  const threshold = BigInt(rule.threshold_minor);
  return sum(
    pieces(net, line.quantity).map((price) => {
      if (rule.kind === "exempt_below") return price < threshold ? 0n : price;
      return price > threshold ? price - threshold : 0n;
    }),
  );
}

function optionPrice(rules: ModelRules, option: ModelOption, net: bigint, weight: number): bigint {
  const free = BigInt(option.free_from_minor ?? rules.shipping_free_from_minor);
  if (free > 0n && net >= free) return 0n;
  if (option.price_rule === "flat") return BigInt(option.price_minor ?? rules.shipping_minor);
  const reached = option.price_rule === "weight" ? BigInt(weight) : net;
  const tiers = option.tiers.filter((tier) => BigInt(tier.from) <= reached);
  return BigInt(tiers.at(-1)?.price ?? 0);
}

const nothing = (refusal: string): ModelAnswer => ({
  refusal,
  option: "",
  subtotal: 0,
  discount: 0,
  shipping: 0,
  taxable: 0,
  tax: 0,
  tax_included: 0,
  total: 0,
  line_discounts: [],
  line_taxables: [],
  prices: [],
  given: [],
  refused: [],
});

function waysFor(rules: ModelRules, region: string, weight: number): ModelOption[] | undefined {
  const { zones, options } = rules.shipping;
  const zone = zones.find((one) => one.regions.includes(region)) ?? zones.find((one) => one.regions.length === 0);
  if (!zone) return undefined;
  return options.filter((one) => one.zone === zone.code && (one.weight_max_g === null || weight <= one.weight_max_g));
}

export function modelQuote(rules: ModelRules, cart: ModelCart): ModelAnswer {
  const costs = cart.lines.map((line) => BigInt(line.price_minor) * BigInt(line.quantity));
  const subtotal = sum(costs);
  if (subtotal > largest || cart.lines.some((line) => line.price_minor < 0)) return nothing("orders.amount_too_large");
  const weight = cart.lines.reduce((all, line) => all + (line.weight_g ?? rules.default_weight_g) * line.quantity, 0);
  const ways = waysFor(rules, cart.region, weight);
  const way = ways?.find((one) => cart.shipping_option === null || one.code === cart.shipping_option);
  if (!ways || !way) return nothing("orders.shipping_unavailable");
  const point = rules.shipping.points.find((one) => one.zone === way.zone && one.code === cart.pickup_point);
  if (way.kind === "pickup" ? !point : cart.pickup_point !== null) return nothing("orders.pickup_point_unknown");
  const { off, gifts, refused } = discounts(rules, cart, way.code);
  const net = subtotal - sum(off);
  const prices = ways.map((one) => optionPrice(rules, one, net, weight));
  let shipping = prices[ways.indexOf(way)]!;
  for (const gift of gifts) {
    if (gift.promotion.kind !== "free_shipping") continue;
    gift.amount = shipping;
    shipping = 0n;
  }
  for (const gift of gifts) {
    if (gift.amount === 0n && gift.promotion.code !== null) refused.push(`${gift.promotion.code} no_effect`);
  }

  const taxed = cart.lines.map((line, i) => taxedPart(rules, line, costs[i]! - off[i]!, cart));
  const goods = sum(taxed);
  const place = rules.tax.regions.find((one) => one.code === cart.region);
  const shippingTaxed = place?.shipping_taxed ?? rules.tax.shipping_taxed;
  const taxedShipping = !shippingTaxed ? 0n : net === 0n ? shipping : fraction(shipping, goods, net, rules.rounding);
  const rate = rateOf(rules, cart.region, cart.now_us);
  const whole = rules.tax_inclusive ? 100_000n + rate : 100_000n;
  const taxOf = (amount: bigint) => fraction(amount, rate, whole, rules.rounding);
  const tax = rules.rounding.startsWith("line")
    ? sum([...taxed, taxedShipping].map(taxOf))
    : taxOf(goods + taxedShipping);
  const total = net + shipping + (rules.tax_inclusive ? 0n : tax);
  if (total > largest) return nothing("orders.amount_too_large");
  return {
    refusal: "",
    option: way.code,
    subtotal: Number(subtotal),
    discount: Number(sum(off)),
    shipping: Number(shipping),
    taxable: Number(goods + taxedShipping),
    tax: rules.tax_inclusive ? 0 : Number(tax),
    tax_included: rules.tax_inclusive ? Number(tax) : 0,
    total: Number(total),
    line_discounts: off.map(Number),
    line_taxables: taxed.map(Number),
    prices: prices.map(Number),
    given: gifts.filter((gift) => gift.amount > 0n).map((gift) => `${gift.promotion.id} ${gift.amount}`),
    refused,
  };
}
