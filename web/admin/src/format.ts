// Amounts, dates and numbers as the reader writes them; days and hours are those of the managed market.
import { language, locale } from "./language";
import type { MarketView } from "./rights";

const fallback = { currency_sign: "", currency_decimals: 2 };

/** "1 250 сом", "$12.50": as the shop writes its price tags. */
export function money(
  amount: number,
  market: Pick<MarketView, "currency_sign" | "currency_decimals"> | undefined,
): string {
  const { currency_sign: sign, currency_decimals: decimals } = market ?? fallback;
  const number = new Intl.NumberFormat(locale, {
    minimumFractionDigits: decimals,
    maximumFractionDigits: decimals,
    trailingZeroDisplay: "stripIfInteger",
  }).format(Math.abs(amount));
  const isSymbol = [...sign].length === 1 && !/\p{L}/u.test(sign);
  const minus = amount < 0 ? "−" : "";
  return language === "en" && isSymbol ? `${minus}${sign}${number}` : `${minus}${number}\u00a0${sign}`.trim();
}

/** Short enough for an axis: "12 тыс.", "1.2K". */
export function compact(amount: number): string {
  return new Intl.NumberFormat(locale, { notation: "compact", maximumFractionDigits: 1 }).format(amount);
}

export function count(number: number): string {
  return new Intl.NumberFormat(locale).format(number);
}

export function percent(share: number, digits = 0): string {
  return new Intl.NumberFormat(locale, { style: "percent", maximumFractionDigits: digits }).format(share);
}

/** Browsers that know no Kyrgyz write its dates as Russian ones; 24 hours everywhere but in English. */
export function day(moment: string, timeZone?: string): string {
  return new Intl.DateTimeFormat(locale, { day: "numeric", month: "short", year: "numeric", timeZone }).format(
    new Date(moment),
  );
}

export function moment(at: string, timeZone?: string): string {
  return new Intl.DateTimeFormat(locale, {
    day: "numeric",
    month: "short",
    hour: "2-digit",
    minute: "2-digit",
    timeZone,
  }).format(new Date(at));
}

/** An amount as the server reads it; empty stays nothing. */
export function amountOf(typed: string | number): string | null {
  const text = String(typed).trim().replace(",", ".").replace(/\s/g, "");
  return text === "" ? null : text;
}
