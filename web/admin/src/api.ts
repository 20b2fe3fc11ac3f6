// The back office's way to the server: the same client as the shop's, in the managed market and the reader's language.
import { connect } from "@marque/shared/client";
import type { components } from "@marque/shared/schema";
import { language } from "./language";
import { managedMarket } from "./market";

export type Schemas = components["schemas"];

export const api = connect({
  direct(address, headers) {
    address.searchParams.set("lang", language);
    // Who one is does not depend on the market, and the remembered one may be permitted no longer.
    if (!address.pathname.startsWith("/api/v1/manager/") || address.pathname.endsWith("/manager/me")) return;
    const market = managedMarket();
    if (market && !address.searchParams.has("market")) address.searchParams.set("market", market);
    headers.delete("X-Market");
  },
});

/** A refusal of the server, as an exception for queries. */
export class Refused extends Error {
  constructor(
    readonly problem: unknown,
    readonly status: number,
  ) {
    super("refused");
  }
}

/** What the server answered; a refusal is thrown. */
export async function answer<T>(asked: Promise<{ data?: T; error?: unknown; response: Response }>): Promise<T> {
  const { data, error, response } = await asked;
  if (error !== undefined || !response.ok) throw new Refused(error, response.status);
  return data as T;
}
