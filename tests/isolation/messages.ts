// Who may ask what of a market's messages; links of mails are good for whoever has them.
import { checked_elsewhere, managed_things, type Rule } from "./rules.js";

const at = (rule: Rule, path: Record<string, string>): Rule => ({
  ...rule,
  ask: async (cell) => ({ ...(await rule.ask(cell)), path }),
});
const words = { kind: "order_shipped", channel: "mail", language: "en" };
const one = "/api/v1/manager/messages/templates/{kind}/{channel}/{language}";
const link = checked_elsewhere("signed, and good without a log-in: messages.test.ts");

export const messages: Record<string, Rule> = {
  "GET /api/v1/manager/messages": managed_things({ query: { limit: "100" } }),
  "GET /api/v1/manager/messages/settings": managed_things(),
  "PUT /api/v1/manager/messages/settings": managed_things({
    body: () => ({ quiet_from: "22:00", quiet_until: "08:00", sms_kinds: [], version: -1 }),
    status: 409,
  }),
  "GET /api/v1/manager/messages/templates": managed_things(),
  [`GET ${one}`]: at(managed_things(), words),
  [`PUT ${one}`]: at(managed_things({ body: () => ({ subject: "a", body: "b", version: -1 }), status: 409 }), words),
  [`DELETE ${one}`]: at(managed_things({ query: { version: "2147483647" }, status: 409 }), words),
  [`POST ${one}/preview`]: at(managed_things({ body: () => ({}) }), words),
  [`POST ${one}/test`]: at(managed_things({ status: 204 }), words),
  "GET /mail/unsubscribe/{market}/{who}/{topic}/{signature}": link,
  "POST /mail/unsubscribe/{market}/{who}/{topic}/{signature}": link,
  "GET /mail/confirm/{market}/{user}/{expires}/{signature}": link,
  "POST /mail/confirm/{market}/{user}/{expires}/{signature}": link,
};
