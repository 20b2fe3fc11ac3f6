// What Stripe answers with when it refuses, as its documentation says.

export class Refusal extends Error {
  constructor(
    readonly status: number,
    readonly body: { type: string; code?: string; message: string },
  ) {
    super(body.message);
  }
}

export const inUse = () =>
  new Refusal(409, {
    type: "invalid_request_error",
    code: "idempotency_key_in_use",
    message: "The idempotency key provided is currently being used in another request.",
  });

export const invalid = (message: string, code?: string) =>
  new Refusal(400, { type: "invalid_request_error", code, message });
export const missing = (what: string) =>
  new Refusal(404, { type: "invalid_request_error", code: "resource_missing", message: `No such ${what}` });
