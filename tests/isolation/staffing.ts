// Who may ask what of a market's staff, its roles and its log.
import { managed_object, managed_things, type Rule } from "./rules.js";
import { staff } from "./things.js";

const at = (rule: Rule, path: Record<string, string>): Rule => ({
  ...rule,
  ask: async (cell) => ({ ...(await rule.ask(cell)), path }),
});

export const staffing: Record<string, Rule> = {
  "GET /api/v1/manager/audit": managed_things({ query: { limit: "100" } }),
  "GET /api/v1/manager/staff": managed_things({ aboutAll: true }),
  // Who would be made, and a role that nobody has: rights.test.ts.
  "POST /api/v1/manager/staff": managed_things({
    body: () => ({ phone: "+996700123998", role: "no_such_role" }),
    status: 422,
  }),
  "PUT /api/v1/manager/staff/{id}": managed_object(staff, "staff.not_found", { body: () => ({ role: "viewer" }) }),
  "DELETE /api/v1/manager/staff/{id}": managed_object(staff, "staff.not_found"),
  // What each manager does with a factor of their own: second_factor.test.ts.
  "GET /api/v1/manager/second-factor": managed_things(),
  "POST /api/v1/manager/second-factor": managed_things(),
  "POST /api/v1/manager/second-factor/confirm": managed_things({ body: () => ({ code: "12345" }), status: 422 }),
  "POST /api/v1/manager/second-factor/verify": managed_things({ body: () => ({ code: "12345" }), status: 422 }),
  "DELETE /api/v1/manager/second-factor": managed_things(),
  "GET /api/v1/manager/security": managed_things(),
  "PUT /api/v1/manager/security": managed_things({
    body: () => ({ second_factor_required: false, version: -1 }),
    status: 409,
  }),
  "GET /api/v1/manager/market/settings": managed_things(),
  "PUT /api/v1/manager/market/settings": managed_things({
    body: () => ({ version: -1, name: "Another" }),
    status: 409,
  }),
  "GET /api/v1/manager/roles": managed_things(),
  "PUT /api/v1/manager/roles/{code}": at(
    managed_things({ body: () => ({ name: "Admin", permissions: [] }), status: 422 }),
    { code: "admin" },
  ),
  "DELETE /api/v1/manager/roles/{code}": at(managed_things({ status: 404 }), { code: "no_such_role" }),
};
