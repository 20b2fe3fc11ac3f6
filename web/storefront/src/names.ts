// What sizes, colours and regions are called in this language, by their words.
import { api } from "@marque/shared/api";
import { language } from "@marque/shared/place";
import type { components } from "@marque/shared/schema";

export type Names = Map<string, string>;

let asked: Promise<Names> | undefined;

export function namesOfAttributes(): Promise<Names> {
  asked ??= api
    .GET("/api/v1/attributes")
    .then(
      ({ data }) => new Map([...(data?.colors ?? []), ...(data?.sizes ?? [])].map(({ value, name }) => [value, name])),
    )
    .catch(() => new Map<string, string>());
  return asked;
}

/** "Dark blue · size M", as far as an article has them. */
export function choiceOf(names: Names, { color, size }: { color: string; size: string }, sizeWord: string): string {
  const nameOf = (value: string) => names.get(value) ?? value;
  return [color && nameOf(color), size && `${sizeWord} ${nameOf(size)}`].filter(Boolean).join(" · ");
}

export function regionName({ name, names }: components["schemas"]["RegionView"]): string {
  return (names as Record<string, string>)[language] ?? name;
}
