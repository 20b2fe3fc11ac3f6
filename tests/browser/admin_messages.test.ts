// The back office where the shop speaks to others: texts of messages that managers write anew, and servers that are
// sent events, with the log of what they answered.
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import type { Browser } from "playwright-core";
import { Webhook } from "standardwebhooks";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { button, codesAtOnce, dialog, manage, openOffice } from "../harness/back_office.js";
import { openBrowser, type Visitor } from "../harness/browser.js";
import { type Market, markets } from "../harness/layouts.js";
import { managerPhones, Shop } from "../harness/shop.js";

interface Taken {
  headers: Record<string, string>;
  body: string;
}

let shop: Shop;
let browser: Browser;
let receiver: Server;
const taken: Taken[] = [];

beforeAll(async () => {
  shop = await Shop.open("one database", { settings: { ...codesAtOnce, WEBHOOK_ALLOW_LOOPBACK: "true" } });
  browser = await openBrowser();
  receiver = createServer((request, response) => {
    let body = "";
    request.on("data", (piece: Buffer) => (body += piece.toString()));
    request.on("end", () => {
      taken.push({ headers: request.headers as Record<string, string>, body });
      response.end("taken");
    });
  });
  await new Promise<void>((resolve) => receiver.listen(0, "127.0.0.1", resolve));
});
afterAll(async () => {
  receiver?.close();
  await browser?.close();
  await shop?.close();
});

/** What the browser complained of, but for refusals that are meant. */
const trouble = (visitor: Visitor) => visitor.trouble.filter((line) => !line.includes("status of 422"));

describe.each<Market>(markets)("what %s tells others", (market) => {
  it("an endpoint is made, its secret told once, a test arrives, and its answer stands in the log", async () => {
    const visitor = await manage(browser, shop, managerPhones.both, { market });
    const page = await openOffice(visitor, "/webhooks");
    await button(page, "New endpoint").first().click();
    const url = `http://127.0.0.1:${(receiver.address() as AddressInfo).port}/${market}`;
    await page.fill("input[name=url]", "http://10.0.0.1/");
    await dialog(page).getByRole("button", { name: "Save" }).click();
    await page.locator("input[name=url][aria-invalid=true]").waitFor();
    await page.fill("input[name=url]", url);
    expect(await visitor.findings()).toEqual([]);
    await dialog(page).getByRole("button", { name: "Save" }).click();
    const secret = (await dialog(page).locator("code, pre").first().textContent()) ?? "";
    expect(secret).toMatch(/^whsec_/);
    await page.keyboard.press("Escape");
    await button(page, "Send a test").click();
    await page.getByRole("link", { name: url }).click();
    const row = page.getByRole("row").nth(1);
    await row.getByText("webhook.test").waitFor();
    await expect
      .poll(async () => {
        await page.reload();
        await page.getByRole("row").nth(1).waitFor();
        return page.getByRole("row").nth(1).textContent();
      })
      .toContain("Delivered");
    const event =
      taken.find(({ body }) => body.includes("webhook.test") && body.includes(`"${market}"`)) ?? taken.at(-1);
    new Webhook(secret).verify(event?.body ?? "", event?.headers ?? {});
    await page.getByRole("row").nth(1).getByRole("button", { name: "Details" }).click();
    await dialog(page).getByText("taken").waitFor();
    expect(await visitor.findings()).toEqual([]);
    expect(trouble(visitor)).toEqual([]);
    await visitor.leave();
  });

  it("a text is written anew, shown, kept, and goes back to what it was", async () => {
    const visitor = await manage(browser, shop, managerPhones.both, { market });
    const page = await openOffice(visitor, "/messages/texts?language=en");
    const row = page.getByRole("row", { name: /Order received/ });
    await row.getByRole("button", { name: "Edit" }).click();
    await page.fill("textarea[name=body]", "Dear customer, {no_such_thing}");
    await dialog(page).getByRole("button", { name: "Save" }).click();
    await page.locator("textarea[name=body][aria-invalid=true]").waitFor();
    await page.fill("textarea[name=body]", "We pack {order_number} with care.");
    await dialog(page).getByRole("button", { name: "Show it" }).click();
    await dialog(page)
      .locator(".written")
      .getByText(/We pack MQ-\d{8}-\w{5} with care\./)
      .waitFor();
    expect(await visitor.findings()).toEqual([]);
    await dialog(page).getByRole("button", { name: "Save" }).click();
    await row.getByText("own", { exact: true }).waitFor();
    await row.getByRole("button", { name: "Usual text" }).click();
    await dialog(page).getByRole("button", { name: "Usual text" }).click();
    await row.getByText("usual", { exact: true }).waitFor();
    expect(trouble(visitor)).toEqual([]);
    await visitor.leave();
  });

  it("quiet hours are set", async () => {
    const visitor = await manage(browser, shop, managerPhones.both, { market });
    const page = await openOffice(visitor, "/messages");
    await button(page, "Quiet hours and SMS").click();
    await page.fill("input[name=quiet_from]", "22:15");
    await dialog(page).getByRole("button", { name: "Save" }).click();
    await dialog(page).waitFor({ state: "hidden" });
    await page.reload();
    await button(page, "Quiet hours and SMS").click();
    expect(await page.inputValue("input[name=quiet_from]")).toBe("22:15");
    expect(await visitor.findings()).toEqual([]);
    expect(trouble(visitor)).toEqual([]);
    await visitor.leave();
  });
});
