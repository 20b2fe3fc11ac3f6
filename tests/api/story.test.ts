// One real sale, end to end, in both layouts, with the bug of S1 planted; and the proof that the story can fail.
import { describe, expect, it } from "vitest";
import { type Databases, layouts } from "../harness/layouts.js";
import { Shop } from "../harness/shop.js";
import { plantBug, type Story, tellStory } from "../harness/story.js";

async function storyWith(
  layout: (typeof layouts)[number],
  settings: Record<string, string>,
  prepare: (databases: Databases) => Promise<void>,
): Promise<Story> {
  let openSession = "";
  const shop = await Shop.open(layout, {
    settings,
    prepare: async (databases) => {
      openSession = await plantBug(databases);
      await prepare(databases);
    },
  });
  try {
    return await tellStory(shop, openSession);
  } finally {
    await shop.close();
  }
}

const asItIs = async () => {};

/** What a careless administrator could do: policies stay, but nothing obeys them. */
async function switchOffRowSecurity(databases: Databases): Promise<void> {
  await databases.everywhere(`
    DO $$ DECLARE name text; BEGIN
      FOR name IN SELECT c.oid::regclass::text FROM pg_class c
                  WHERE c.relrowsecurity LOOP
        EXECUTE 'ALTER TABLE ' || name || ' DISABLE ROW LEVEL SECURITY';
      END LOOP;
    END $$`);
}

describe.each(layouts)("story, %s", (layout) => {
  it(
    "[R3] [R5] [R6] [R22] [R23] [R24] [R37] [R82] [R94] [R106] " +
      "a sale in Bishkek and one in Chicago, each in its own market only",
    async () => {
      const story = await storyWith(layout, {}, asItIs);
      expect(story.violations).toEqual([]);
      expect(story.orders.kg?.order_number).toMatch(/^MQ-\d{8}-[2-9A-HJ-NP-Z]{5}$/);
      expect(story.orders.us?.order_number).toMatch(/^MQ-\d{8}-[2-9A-HJ-NP-Z]{5}$/);
    },
  );

  it("negative control: without row-level security the story is untrue", async () => {
    const story = await storyWith(layout, { MARQUE_BREAK: "serve_open" }, switchOffRowSecurity);
    const telling = layout === "one database" ? /sees a SKU twice, at two prices/ : /of an old login reads the profile/;
    expect(story.violations.filter((sentence) => telling.test(sentence))).not.toEqual([]);
  });

  it("negative control: with the token's market trusted the story is untrue", async () => {
    const story = await storyWith(layout, { MARQUE_BREAK: "trust_market_hint" }, asItIs);
    expect(story.violations).toContain("the moved customer's order landed in KG");
  });
});
