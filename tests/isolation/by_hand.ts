// What the sensitive endpoints must answer, written by hand from the demands and rulings and not from table.ts: one
// mistake cannot hide in both. A row is an actor, a column whose order or which market is asked for.
import type { Endpoint } from "./matrix.js";

const written: Record<Endpoint, string> = {
  // One's own order and nobody else's, whatever one may manage (S1; rulings 5, 12).
  "GET /api/v1/orders/{id}": `
                 own  same_market  other_market  absent
    anonymous    401  401          401           401
    kg_user_a    200  404          404           404
    kg_user_b    200  404          404           404
    us_user      200  404          404           404
    kg_manager   200  404          404           404
    us_manager   200  404          404           404
    both         200  404          404           404
    revoked      200  404          404           404
    admin        200  404          404           404`,
  "POST /api/v1/orders/{id}/cancel": `
                 own  same_market  other_market  absent
    anonymous    401  401          401           401
    kg_user_a    200  404          404           404
    kg_user_b    200  404          404           404
    us_user      200  404          404           404
    kg_manager   200  404          404           404
    us_manager   200  404          404           404
    both         200  404          404           404
    revoked      200  404          404           404
    admin        200  404          404           404`,
  "POST /api/v1/orders/{id}/payment": `
                 own  same_market  other_market  absent
    anonymous    401  401          401           401
    kg_user_a    200  404          404           404
    kg_user_b    200  404          404           404
    us_user      200  404          404           404
    kg_manager   200  404          404           404
    us_manager   200  404          404           404
    both         200  404          404           404
    revoked      200  404          404           404
    admin        200  404          404           404`,
  // A list takes no user and no market from outside: a user_id is an unknown parameter, a market is not looked at.
  "GET /api/v1/orders": `
                 own  same_market  other_market  absent
    anonymous    401  401          401           401
    kg_user_a    200  422          200           200
    kg_user_b    200  422          200           200
    us_user      200  422          200           200
    kg_manager   200  422          200           200
    us_manager   200  422          200           200
    both         200  422          200           200
    revoked      200  422          200           200
    admin        200  422          200           200`,
  // Articles of one's market and of ALL can be ordered (S2:64-76), the other market's cannot (rulings 9, 12). Guests
  // order, too ("guest checkout" of the rulings).
  "POST /api/v1/orders/create": `
                 own  same_market  other_market  absent
    anonymous    201  201          404           404
    kg_user_a    201  201          404           404
    kg_user_b    201  201          404           404
    us_user      201  201          404           404
    kg_manager   201  201          404           404
    us_manager   201  201          404           404
    both         201  201          404           404
    revoked      201  201          404           404
    admin        201  201          404           404`,
  // What an order would cost may be asked without an account, of the same articles.
  "POST /api/v1/orders/quote": `
                 own  same_market  other_market  absent
    anonymous    200  200          404           404
    kg_user_a    200  200          404           404
    kg_user_b    200  200          404           404
    us_user      200  200          404           404
    kg_manager   200  200          404           404
    us_manager   200  200          404           404
    both         200  200          404           404
    revoked      200  200          404           404
    admin        200  200          404           404`,
  // Ruling 15. own: no parameter; same_market: ?market=home; other_market: ?market=the other; absent: ?market=zz.
  "GET /api/v1/manager/orders": `
                 own  same_market  other_market  absent
    anonymous    401  401          401           401
    kg_user_a    403  403          403           403
    kg_user_b    403  403          403           403
    us_user      403  403          403           403
    kg_manager   200  200          403           422
    us_manager   200  200          403           422
    both         200  200          200           422
    revoked      403  403          403           403
    admin        200  200          200           422
    kg_support   200  200          403           422
    kg_content   403  403          403           422
    kg_viewer    200  200          403           422
    kg_stylist   403  403          403           422`,
  "GET /api/v1/manager/market": `
                 own  same_market  other_market  absent
    anonymous    401  401          401           401
    kg_user_a    403  403          403           403
    kg_user_b    403  403          403           403
    us_user      403  403          403           403
    kg_manager   200  200          403           422
    us_manager   200  200          403           422
    both         200  200          200           422
    revoked      403  403          403           403
    admin        200  200          200           422
    kg_support   200  200          403           422
    kg_content   200  200          403           422
    kg_viewer    200  200          403           422
    kg_stylist   200  200          403           422`,
  // Switching (ruling 15): to a market that is not one's own to manage, and to one that does not exist, is 403.
  "POST /api/v1/manager/market": `
                 own  other_market  absent
    anonymous    401  401           401
    kg_user_a    403  403           403
    kg_user_b    403  403           403
    us_user      403  403           403
    kg_manager   200  403           403
    us_manager   200  403           403
    both         200  200           403
    revoked      403  403           403
    admin        200  200           403`,
  // own: one's own as a customer; other_market: the other market's order under the home market; named: the other
  // market's under ?market=the other.
  "GET /api/v1/manager/orders/{id}": `
                 own  same_market  other_market  absent  named
    anonymous    401  401          401           401     401
    kg_user_a    403  403          403           403     403
    kg_user_b    403  403          403           403     403
    us_user      403  403          403           403     403
    kg_manager   200  200          404           404     403
    us_manager   200  200          404           404     403
    both         200  200          404           404     200
    revoked      403  403          403           403     403
    admin        200  200          404           404     200
    kg_support   200  200          404           404     403
    kg_content   403  403          403           403     403
    kg_viewer    200  200          404           404     403
    kg_stylist   403  403          403           403     403`,
  "POST /api/v1/manager/orders/{id}/cancel": `
                 own  same_market  other_market  absent  named
    anonymous    401  401          401           401     401
    kg_user_a    403  403          403           403     403
    kg_user_b    403  403          403           403     403
    us_user      403  403          403           403     403
    kg_manager   200  200          404           404     403
    us_manager   200  200          404           404     403
    both         200  200          404           404     200
    revoked      403  403          403           403     403
    admin        200  200          404           404     200
    kg_support   200  200          404           404     403
    kg_content   403  403          403           403     403
    kg_viewer    403  403          403           403     403
    kg_stylist   403  403          403           403     403`,
  "POST /api/v1/manager/orders/{id}/ship": `
                 own  same_market  other_market  absent  named
    anonymous    401  401          401           401     401
    kg_user_a    403  403          403           403     403
    kg_user_b    403  403          403           403     403
    us_user      403  403          403           403     403
    kg_manager   200  200          404           404     403
    us_manager   200  200          404           404     403
    both         200  200          404           404     200
    revoked      403  403          403           403     403
    admin        200  200          404           404     200
    kg_support   200  200          404           404     403
    kg_content   403  403          403           403     403
    kg_viewer    403  403          403           403     403
    kg_stylist   403  403          403           403     403`,
};

/** "GET /api/v1/orders/{id} as us_user for own" → 200. */
export function writtenByHand(): Map<string, number> {
  const expected = new Map<string, number>();
  for (const [endpoint, text] of Object.entries(written)) {
    const [head = "", ...rows] = text.trim().split("\n");
    const relations = head.trim().split(/\s+/);
    for (const row of rows) {
      const [actor = "", ...statuses] = row.trim().split(/\s+/);
      statuses.forEach((status, i) => expected.set(`${endpoint} as ${actor} for ${relations[i]}`, Number(status)));
    }
  }
  return expected;
}
