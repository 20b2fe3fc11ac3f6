// What this browser has looked at: it alone knows, and asks for the products when somebody comes near their place.
import { market } from "@marque/shared/place";

const shown_max = 4;
const kept_max = 12;
const place = `marque.seen.${market}`;

function kept(): string[] {
  try {
    const slugs: unknown = JSON.parse(localStorage.getItem(place) ?? "[]");
    return Array.isArray(slugs) ? slugs.filter((slug) => typeof slug === "string") : [];
  } catch {
    return [];
  }
}

/** What was looked at before this page, the last one first. */
export function seenBefore(here: string): string[] {
  return kept()
    .filter((slug) => slug !== here)
    .slice(0, shown_max);
}

export function see(slug: string): void {
  const slugs = [slug, ...kept().filter((other) => other !== slug)].slice(0, kept_max);
  try {
    localStorage.setItem(place, JSON.stringify(slugs));
  } catch {
    // Without storage nothing is remembered.
  }
}
