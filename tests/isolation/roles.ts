// What each role may do, written by hand from decision record 31 and not read from the server.
const looking = [
  "orders.read",
  "payments.read",
  "customers.read",
  "content.read",
  "promotions.read",
  "markets.read",
  "reports.read",
  "jobs.read",
  "messages.read",
];
const writing = [
  "orders.write",
  "payments.write",
  "refunds.write",
  "customers.write",
  "catalog.write",
  "prices.write",
  "stock.write",
  "content.write",
  "reviews.write",
  "promotions.write",
  "markets.write",
  "jobs.run",
  "messages.write",
];
const leading = ["staff.read", "audit.read", "webhooks.read"];

/** A role of KG's own in the matrix. */
export const ownRole = "stylist";

export const permissionsOf: Record<string, string[]> = {
  admin: [...looking, ...writing, ...leading, "staff.write", "webhooks.write"],
  manager: [...looking, ...writing, ...leading],
  support: [
    "orders.read",
    "orders.write",
    "payments.read",
    "customers.read",
    "content.read",
    "reviews.write",
    "promotions.read",
    "markets.read",
    "jobs.read",
    "messages.read",
  ],
  content: [
    "content.read",
    "content.write",
    "reviews.write",
    "catalog.write",
    "promotions.read",
    "markets.read",
    "jobs.read",
    "jobs.run",
    "messages.read",
    "messages.write",
  ],
  viewer: looking,
  [ownRole]: ["content.read", "content.write", "reports.read"],
};

/** Whether a role includes what a route needs. */
export const includes = (role: string | undefined, permission: string | undefined): boolean =>
  permission === "any" || (permissionsOf[role ?? ""] ?? []).includes(permission ?? "");

export const notManager = { status: 403, code: "manager.not_a_manager" };
export const noAccess = { status: 403, code: "manager.no_access" };
export const roleForbids = { status: 403, code: "manager.role_forbids" };
