// What the model of the catalogue is made of: its rows joined, the words of filters, and the times in which a price
// held.
export type Row = Record<string, unknown>;
export const number = (value: unknown) => Number(value);
export const text = (value: unknown) => (value === null || value === undefined ? null : String(value));
export const amount = (minor: number | null) => (minor === null ? null : minor / 100);

export interface Filter {
  category?: string[];
  brand?: string[];
  size?: string[];
  color?: string[];
  price_min?: number;
  price_max?: number;
  discount?: number;
  rating?: number;
  is_new?: boolean;
  in_stock?: boolean;
}
export type SortName = "popular" | "newest" | "price_asc" | "price_desc" | "rating" | "discount";

export interface Sku {
  id: number;
  code: string;
  size: string;
  color: string;
  image: string | null;
  sort: number;
  price: number;
  original: number | null;
  lowest: number | null;
  sale_until: number | null;
  in_stock: boolean;
}
export interface Category {
  id: number;
  slug: string;
  parent: number | null;
  row: Row;
}
export interface Product {
  id: number;
  slug: string;
  row: Row;
  skus: Sku[];
  cheapest: Sku;
  in_stock: boolean;
  category: Category;
  subcategory: Category | null;
  /** Slugs of every category that lists it. */
  inside: Set<string>;
  sales: number;
  reviews: number;
  rating: number;
  discount: number;
}

export const off = (price: number, original: number | null) =>
  original === null || original <= price ? 0 : Math.floor(((original - price) * 100) / original);
export const day_us = 86_400_000_000;

/** One time in which a SKU cost one price. */
export interface Held {
  from: number;
  until: number;
  minor: number;
}

/** A row of prices or of their history, cut where its sale begins and ends. */
export function heldBy(row: Row, from: number, until: number): Held[] {
  const price = number(row.price_minor);
  if (row.sale_minor === null) return [{ from, until, minor: price }];
  const begin = row.sale_from === null ? -Infinity : number(row.sale_from);
  const end = row.sale_until === null ? Infinity : number(row.sale_until);
  const cuts = [from, ...[begin, end].filter((cut) => cut > from && cut < until), until];
  return cuts.slice(1).map((cut, i) => {
    const since = cuts[i] as number;
    return { from: since, until: cut, minor: since >= begin && since < end ? number(row.sale_minor) : price };
  });
}
