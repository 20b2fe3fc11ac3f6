// Rules of endpoints that guests may ask about articles, too.
import { type Cell, type Rule, sold_article } from "./rules.js";

/** An article named in the body, as in sold_article(), where nobody need be logged in. */
export const asked_article = (body: (sku: string, cell: Cell) => unknown, code: string): Rule => ({
  ...sold_article(body, { code }),
  name: "asked_article",
  access: "guest",
  async ask(cell) {
    const headers: Record<string, string> = cell.actor.token === undefined ? { "X-Market": cell.actor.home } : {};
    return { ...(await sold_article(body, { code }).ask(cell)), headers };
  },
  expect(cell) {
    const sold = cell.relation === "own" || cell.relation === "same_market";
    if (!sold) return { status: 404, code };
    return { status: cell.operation.success, market: cell.actor.home };
  },
});
