// Inviting, changing and removing somebody, and a role of the market's own: every statement of staff once.
import { type TOTP, URI } from "otpauth";
import { good } from "./api.js";
import { marque } from "./server.js";
import type { Caller, Shop } from "./shop.js";

export async function walkStaff(shop: Shop, manager: Caller): Promise<void> {
  const query = { market: "kg" } as const;
  const role = { params: { path: { code: "stylist" }, query } };
  const permissions = ["content.read", "content.write"];
  good(await manager.api.PUT("/api/v1/manager/roles/{code}", { ...role, body: { name: "Stylist", permissions } }));
  good(await manager.api.GET("/api/v1/manager/roles", { params: { query } }));
  // One whose account lies in the managed market, and one whose account does not.
  for (const phone of ["+996700111019", "+12125550119"]) {
    const header = { "Idempotency-Key": `walk ${phone}`.replace(/ /g, "-") };
    const body = { phone, full_name: "A Stylist", role: "stylist" };
    const { id } = good(await manager.api.POST("/api/v1/manager/staff", { params: { query, header }, body }));
    good(await manager.api.GET("/api/v1/manager/staff", { params: { query } }));
    const member = { params: { path: { id }, query } };
    const invited = await shop.logIn(phone);
    good(await invited.api.GET("/api/v1/manager/me", {}));
    good(await manager.api.PUT("/api/v1/manager/staff/{id}", { ...member, body: { role: "viewer" } }));
    const gone = await manager.api.DELETE("/api/v1/manager/staff/{id}", member);
    if (gone.response.status !== 204) throw new Error(`removing ${id} answered ${gone.response.status}`);
  }
  await walkSecurity(shop);
  const removed = await manager.api.DELETE("/api/v1/manager/roles/{code}", role);
  if (removed.response.status !== 204) throw new Error(`removing the role answered ${removed.response.status}`);
}

/** A second factor from its secret to its end, by hand: codes that are wrong, and a recovery code put in by SQL. */
async function walkSecurity(shop: Shop): Promise<void> {
  const phone = "+996700111018";
  const added = await marque(["staff", "add", phone, "--market", "kg", "--role", "admin"], shop.databases.environment);
  if (added.code !== 0) throw new Error(`marque staff add ended with ${added.code}: ${added.stderr}`);
  const { api } = await shop.logIn(phone);
  const path = "/api/v1/manager/second-factor";
  const query = { market: "kg" } as const;
  const { otpauth_url } = good(await api.POST(path, {}));
  const totp = URI.parse(otpauth_url) as TOTP;
  await api.POST(`${path}/confirm`, { body: { code: "000000" === totp.generate() ? "000001" : "000000" } });
  const { recovery_codes } = good(await api.POST(`${path}/confirm`, { body: { code: totp.generate() } }));
  good(await api.POST(`${path}/verify`, { body: { recovery_code: recovery_codes[0] } }));
  good(await api.GET(path, {}));
  const body = { second_factor_required: false, four_eyes_above: 1, version: 0 };
  good(await api.PUT("/api/v1/manager/security", { params: { query }, body }));
  good(await api.GET("/api/v1/manager/security", { params: { query } }));
  const settings = "/api/v1/manager/market/settings";
  const { version } = good(await api.GET(settings, { params: { query } }));
  good(await api.PUT(settings, { params: { query }, body: { version, seller_tax_id: "01234567890123" } }));
  const gone = await api.DELETE(path, {});
  if (gone.response.status !== 204) throw new Error(`removing the factor answered ${gone.response.status}`);
  good(await api.GET("/api/v1/manager/audit", { params: { query } }));
}
