// Who may ask what of managers' promotions and shipping.
import { type BodyOf, managed_object, managed_things, type Rule } from "./rules.js";
import { canary, plant } from "./rows.js";
import type { Factory } from "./world.js";

/** A market's own promotions; nobody's articles are of the category they are for. */
export const promotions: Factory = {
  name: "promotions",
  async make(world, owner) {
    const row = await plant(world.databases, owner.home, "promotions", canary(owner.home), {
      kind: "percentage",
      milli_percent: 1_000,
      categories: ["no-such-thing"],
    });
    return { id: String(row.id), market: owner.home, table: "promotions" };
  },
};

const promotionOf: BodyOf = ({ actor }) => ({
  name: actor.mark,
  kind: "fixed",
  amount: "1.00",
  categories: ["no-such-thing"],
});
const missing = "promotions.not_found";

/** What a path names and a manager writes. */
const managed_at = (path: Record<string, string>, body: unknown, status: number): Rule => {
  const rule = managed_things({ body: () => body, status });
  return { ...rule, ask: async (cell) => ({ ...(await rule.ask(cell)), path }) };
};
const option = { kind: "courier", price_rule: "flat", days_from: 1, days_to: 2 };
const point = { zone: "no-such-zone", address: "1 Street", city: "City", region: "ZZ" };

export const commerce: Record<string, Rule> = {
  "GET /api/v1/manager/promotions": managed_things({ query: { limit: "100" } }),
  "POST /api/v1/manager/promotions": managed_things({ body: promotionOf }),
  "GET /api/v1/manager/promotions/{id}": managed_object(promotions, missing),
  "PUT /api/v1/manager/promotions/{id}": managed_object(promotions, missing, {
    body: (cell) => ({ ...(promotionOf(cell) as object), version: 1 }),
  }),
  "POST /api/v1/manager/promotions/{id}/end": managed_object(promotions, missing),
  "GET /api/v1/manager/shipping": managed_things(),
  // Regions of another zone, a zone and a region that are not there: what is written shows promotions.test.ts.
  "PUT /api/v1/manager/shipping/zones/{code}": managed_at({ code: "no-such-zone" }, { regions: [] }, 422),
  "PUT /api/v1/manager/shipping/zones/{zone}/options/{code}": managed_at(
    { zone: "no-such-zone", code: "no-such-way" },
    option,
    404,
  ),
  "PUT /api/v1/manager/shipping/pickup-points/{code}": managed_at({ code: "no-such-point" }, point, 422),
};
