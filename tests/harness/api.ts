// The client that all tests use: generated types, every answer checked against the OpenAPI document.
import createClient, { type Client } from "openapi-fetch";
import type { paths } from "../api/generated/schema.js";
import { checkAnswer } from "./contract.js";
import { noteSecret, noteSecretsOfText } from "./evidence.js";

export type Api = Client<paths>;

export interface Problem {
  type: string;
  title: string;
  status: number;
  detail: string;
  code: string;
  errors: Array<{ field: string; message: string }>;
  request_id: string;
  error: string;
}

/** What the run's logs must not show of a request (evidence.ts). */
async function noteRequest(request: Request): Promise<void> {
  const [, token] = (request.headers.get("authorization") ?? "").split(" ");
  if (token) noteSecret("token", token);
  const cartToken = request.headers.get("x-cart-token");
  if (cartToken) noteSecret("token", cartToken);
  if (request.body !== null) noteSecretsOfText(await request.clone().text());
}

/** fetch() whose answers have been held against the document. Bodies other than JSON are left to their own tests. */
export async function checkedFetch(input: Request | string, init?: RequestInit): Promise<Response> {
  const request = new Request(input, init);
  await noteRequest(request);
  const response = await fetch(request);
  const contentType = (response.headers.get("content-type") ?? "").split(";")[0] ?? "";
  if (contentType.endsWith("json") || contentType === "") {
    const body = await response.clone().text();
    noteSecretsOfText(body);
    checkAnswer({
      method: request.method,
      path: new URL(request.url).pathname,
      status: response.status,
      contentType,
      body,
      sparse: new URL(request.url).searchParams.has("fields"),
      requestId: response.headers.get("x-request-id"),
      statements: response.headers.get("x-statements"),
    });
  }
  return response;
}

export interface CallerOptions {
  token?: string;
  /** X-Market of a guest. */
  market?: string;
  language?: string;
  /** X-Cart-Token: who a guest is. */
  cart?: string;
}

function headersOf(caller: CallerOptions): Record<string, string> {
  return {
    ...(caller.token ? { Authorization: `Bearer ${caller.token}` } : {}),
    ...(caller.market ? { "X-Market": caller.market } : {}),
    ...(caller.language ? { "Accept-Language": caller.language } : {}),
    ...(caller.cart ? { "X-Cart-Token": caller.cart } : {}),
  };
}

export function client(origin: string, caller: CallerOptions = {}): Api {
  return createClient<paths>({
    baseUrl: origin,
    headers: headersOf(caller),
    fetch: (request: Request) => checkedFetch(request),
  });
}

/** The data of an answer that must be good. */
export function good<T>(answer: { data?: T; error?: unknown; response: Response }): NonNullable<T> {
  if (answer.data === undefined || answer.data === null) {
    throw new Error(`${answer.response.url} answered ${answer.response.status}: ${JSON.stringify(answer.error)}`);
  }
  return answer.data;
}

/** The problem document of an answer that must be a refusal. */
export function refused(answer: { data?: unknown; error?: unknown; response: Response }): Problem {
  if (answer.error === undefined)
    throw new Error(`${answer.response.url} answered ${answer.response.status}, no refusal`);
  return answer.error as Problem;
}

export interface RawAnswer {
  status: number;
  headers: Headers;
  text: string;
  json: () => unknown;
  problem: () => Problem;
}

/**
 * A request that the typed client would not make: broken bodies, unknown fields, strange
 * headers. Checked all the same.
 */
export async function raw(
  origin: string,
  method: string,
  path: string,
  init: RequestInit & CallerOptions = {},
): Promise<RawAnswer> {
  const { token, market, language, cart, ...rest } = init;
  const headers = {
    ...headersOf({ token, market, language, cart }),
    ...(rest.headers as Record<string, string> | undefined),
  };
  const response = await checkedFetch(`${origin}${path}`, { ...rest, method, headers });
  const text = await response.text();
  return {
    status: response.status,
    headers: response.headers,
    text,
    json: () => JSON.parse(text) as unknown,
    problem: () => JSON.parse(text) as Problem,
  };
}

/** POST of any text as JSON. */
export function postText(
  origin: string,
  path: string,
  body: string,
  caller: CallerOptions & { headers?: Record<string, string> } = {},
): Promise<RawAnswer> {
  return raw(origin, "POST", path, {
    ...caller,
    body,
    headers: { "Content-Type": "application/json", ...caller.headers },
  });
}
