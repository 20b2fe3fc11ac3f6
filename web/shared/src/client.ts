// A way to the server: the client that is generated from its own document, in some market and language, with the token
// of whoever is logged in.
import createClient, { type Client } from "openapi-fetch";
import type { paths } from "../generated/schema";
import { accessToken, renewed } from "./session";

export interface Bearings {
  /** Changes the address and headers of a request before it is sent. */
  direct(address: URL, headers: Headers, isLoggedIn: boolean): void;
  /** Whether a request goes without the token of whoever is logged in. */
  isAnonymous?(address: URL): boolean;
}

export function connect({ direct, isAnonymous = () => false }: Bearings): Client<paths> {
  const api = createClient<paths>({ baseUrl: location.origin });
  api.use({
    async onRequest({ request }) {
      const address = new URL(request.url);
      const { method, headers, signal } = request;
      // A copy of a request would stream its body, which HTTP/1.1 cannot.
      const body = method === "GET" ? null : await request.blob();
      const token = isAnonymous(address) ? undefined : await accessToken();
      const changed = new Headers(headers);
      direct(address, changed, token !== undefined);
      if (token) changed.set("Authorization", `Bearer ${token}`);
      return new Request(address, { method, headers: changed, signal, body });
    },
    async onResponse({ request, response }) {
      // A token that ran out, or a login that has moved: once more with a new one, where there is one.
      if (response.status !== 401 || !request.headers.has("Authorization") || request.method !== "GET")
        return undefined;
      const token = await renewed();
      if (!token) return undefined;
      const again = new Request(request.url, { headers: request.headers });
      again.headers.set("Authorization", `Bearer ${token}`);
      return fetch(again);
    },
  });
  return api;
}
