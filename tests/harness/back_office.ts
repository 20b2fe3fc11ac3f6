// The back office in a browser: logging in as a manager, and what every test of its pages starts with.
import type { Browser, BrowserContextOptions, Page } from "playwright-core";
import { expect } from "vitest";
import { marque } from "./server.js";
import { Visitor } from "./browser.js";
import type { Market } from "./layouts.js";
import { customerPhones, managerPhones, type Shop, testCode } from "./shop.js";
import { eventually } from "./waiting.js";

/** Every test logs the same people in. */
export const codesAtOnce = {
  OTP_RESEND_SECONDS: "0",
  CODES_PER_HOUR: "100",
  CODES_PER_DAY: "100",
  CODES_PER_BLOCK: "0",
  CODE_PHONES_PER_ADDRESS: "0",
  CODE_PHONES_PER_NETWORK: "0",
};
const testPhones: string[] = [...Object.values(managerPhones), ...Object.values(customerPhones)];

export interface Arrival extends BrowserContextOptions {
  market?: Market;
  language?: string;
}

/** A manager who has logged in by the page, with a code from an SMS. */
export async function manage(browser: Browser, shop: Shop, phone: string, arrival: Arrival = {}): Promise<Visitor> {
  const { market, language = "en", ...options } = arrival;
  const visitor = await Visitor.arrive(browser, shop.origin, options);
  const { page } = visitor;
  await page.addInitScript(
    ([spoken, managed]) => {
      localStorage.setItem("admin_language", spoken ?? "en");
      if (managed && !localStorage.getItem("admin_market")) localStorage.setItem("admin_market", managed);
    },
    [language, market],
  );
  await page.goto("/admin");
  await page.fill("input[name=phone]", phone);
  await page.click("button[type=submit]");
  await page.waitForSelector("[role=group] input");
  const code = testPhones.includes(phone) ? testCode : await eventually("the code was sent", () => shop.smsCode(phone));
  await page.keyboard.type(code);
  await ready(page);
  return visitor;
}

/** The page is alive and has what it asked for. */
export async function ready(page: Page): Promise<void> {
  await page.waitForSelector("html[data-ready]", { state: "attached" });
  await page.waitForSelector("main h1");
  await page.waitForLoadState("networkidle");
}

export async function openOffice(visitor: Visitor, path: string): Promise<Page> {
  const { page } = visitor;
  await page.goto(`/admin${path}`);
  await ready(page);
  return page;
}

/** Gives a phone rights in a market, as whoever runs the server does. */
export async function appoint(shop: Shop, phone: string, market: Market, role: string): Promise<void> {
  const parts = ["staff", "add", phone, "--market", market, "--role", role];
  const { code, stderr } = await marque(parts, shop.databases.environment);
  expect(code, stderr).toBe(0);
}

/** A page does not scroll sideways. */
export async function fits(page: Page): Promise<boolean> {
  return page.evaluate(() => document.documentElement.scrollWidth <= innerWidth);
}

/** Below /admin; what the demo shop has. */
export const pages = [
  "/",
  "/orders",
  "/returns",
  "/products",
  "/products/3",
  "/products/new",
  "/categories",
  "/customers",
  "/reviews",
  "/import",
  "/banners",
  "/promotions",
  "/messages",
  "/messages/texts",
  "/webhooks",
  "/market",
  "/shipping",
  "/staff",
  "/audit",
  "/security",
];

export const names: Record<Market, string> = { kg: "Kyrgyzstan", us: "United States" };
export const button = (page: Page, name: string) => page.getByRole("button", { name, exact: true });
export const dialog = (page: Page) => page.getByRole("dialog");

export async function switchTo(page: Page, market: Market): Promise<void> {
  await page.getByRole("button", { name: /^Switch market/ }).click();
  await page.getByRole("menuitem", { name: names[market] }).click();
  await page.waitForFunction((wanted) => localStorage.getItem("admin_market") === wanted, market);
}
