// Where a page stands: the market and language it was made in, and how addresses and amounts are written there.

const root = document.documentElement;

export const market = root.dataset.market ?? "";
export const language = root.dataset.language ?? "en";
/** What a phone of this market looks like; "" where nobody said. */
export const phoneExample = root.dataset.phone ?? "";
/** How numbers and dates are written: some browsers know no Kyrgyz, and its numbers are written as Russian ones. */
export const locale = Intl.NumberFormat.supportedLocalesOf([language, "ru"])[0] ?? "en";

/** A path of this shop that carries market and language on, where this page's address named them. */
export function pathOf(path: string, words: Record<string, string> = {}): string {
  const asked = new URLSearchParams(location.search);
  const query = new URLSearchParams(words);
  for (const name of ["market", "lang"]) {
    const value = asked.get(name);
    if (value && !query.has(name)) query.set(name, value);
  }
  const text = query.toString();
  return text ? `${path}?${text}` : path;
}

const sign = root.dataset.sign ?? "";
const decimals = Number(root.dataset.decimals ?? "2");

/** As the server writes price tags: "1 250 сом", "$12.50". */
export function money(amount: number): string {
  const number = new Intl.NumberFormat(locale, {
    minimumFractionDigits: decimals,
    maximumFractionDigits: decimals,
    trailingZeroDisplay: "stripIfInteger",
  }).format(amount);
  const isSymbol = [...sign].length === 1 && !/\p{L}/u.test(sign);
  return language === "en" && isSymbol ? `${sign}${number}` : `${number}\u00a0${sign}`;
}

/** An amount as the server reads it: with exactly its currency's decimals. */
export function amountText(amount: number): string {
  return amount.toFixed(decimals);
}
