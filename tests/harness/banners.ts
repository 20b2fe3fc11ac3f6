// Steps of tests about banners: hanging one up, and what the database has counted.
import { good } from "./api.js";
import type { Market } from "./layouts.js";
import { managerPictures, sent } from "./media.js";
import { png } from "./pictures.js";
import { type Caller, managerPhones, type Shop } from "./shop.js";
import { eventually } from "./waiting.js";

export const bannersPath = "/api/v1/manager/banners";

export const aBanner = {
  banner_type: "hero" as const,
  title: "Winter sale",
  image_url: "/media/demo/banner.svg",
  link_url: "/category/coats",
};

export async function hangUp(manager: Caller, market: Market, banner: object = {}) {
  return good(await manager.api.POST(bannersPath, { params: { query: { market } }, body: { ...aBanner, ...banner } }));
}

/** Views and clicks of a banner as the market's database has them. */
export async function countsOf(shop: Shop, market: Market, id: string): Promise<{ views: number; clicks: number }> {
  const [row] = await shop.databases.sql<{ view_count: string; click_count: string }>(
    market,
    "SELECT view_count, click_count FROM banner_counts WHERE market = $1 AND banner_id = $2",
    [market.toUpperCase(), id],
  );
  return { views: Number(row?.view_count ?? 0), clicks: Number(row?.click_count ?? 0) };
}

/** Every statement of banners once, for the test that wants each to have run. */
export async function walkBanners(shop: Shop): Promise<void> {
  const manager = await shop.logIn(managerPhones.both);
  const picture = await sent(shop.origin, manager.token, managerPictures("banner", "kg"), "image/png", png(32, 20));
  const { id } = await hangUp(manager, "kg", { start_date: "2026-01-01T00:00", image_url: picture.url });
  const params = { path: { id }, query: { market: "kg" } };
  good(await manager.api.GET(`${bannersPath}/{id}`, { params }));
  good(await manager.api.PUT(`${bannersPath}/{id}`, { params, body: { ...aBanner, version: 1 } }));
  await eventually("the banner is seen", async () => {
    const { items } = good(await shop.guest("kg").GET("/api/v1/banners", {}));
    return items.some((item) => item.id === id);
  });
  await shop.guest("kg").POST("/api/v1/banners/{id}/view", { params: { path: { id } } });
  await eventually("the view is counted", async () => (await countsOf(shop, "kg", id)).views === 1);
  await manager.api.DELETE(`${bannersPath}/{id}`, { params });
}
