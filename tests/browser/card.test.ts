// Cards on the order's page: Stripe's own fields in the United States, the bank's page in Kyrgyzstan; both played. Only
// the page on which a card is paid may load anything from Stripe, and where nobody takes cards none are offered.
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, expect, it } from "vitest";
import { openBrowser, Visitor } from "../harness/browser.js";
import { type Market } from "../harness/layouts.js";
import { PaymentShop } from "../harness/payments.js";
import { customerPhones, testCode } from "../harness/shop.js";

let money: PaymentShop;
let browser: Browser;
beforeAll(async () => {
  money = await PaymentShop.open("one database", { STRIPE_PUBLISHABLE_KEY: "pk_test_browsers" });
  browser = await openBrowser();
});
afterAll(async () => {
  await browser?.close();
  await money?.close();
});

/** Stripe's script, as far as the page uses it; the card is entered by a click, at Stripe. */
const stripeScript = `window.Stripe = (key) => ({
  elements: ({ clientSecret, locale }) => ({
    clientSecret,
    create: () => ({
      mount: (place) => place.append(key + " " + locale),
      on: (event, call) => setTimeout(call),
    }),
  }),
  confirmPayment: async ({ elements }) => {
    const answer = await fetch("https://api.stripe.com/confirm?secret=" + elements.clientSecret);
    return answer.ok ? {} : { error: { message: "Your card was declined." } };
  },
});`;

async function openOrder(visitor: Visitor, market: Market, id: string): Promise<Page> {
  const page = await visitor.open(`/orders/${id}?market=${market}&lang=en`);
  await page.fill("input[name=phone]", customerPhones[market]);
  await page.click(".stack > .button");
  await page.fill("input[name=code]", testCode);
  await page.click(".stack > .button");
  await page.waitForSelector("[data-pay]");
  return page;
}

it("the United States: Stripe's fields on the order's page, a declined card, a good one, one charge", async () => {
  const order = await money.order("us");
  const visitor = await Visitor.arrive(browser, money.shop.origin);
  const { page } = visitor;
  let how: "declined" | "good" = "declined";
  await page.route("https://js.stripe.com/**", (route) =>
    route.fulfill({ contentType: "text/javascript", body: stripeScript }),
  );
  await page.route("https://api.stripe.com/**", async (route) => {
    const secret = new URL(route.request().url()).searchParams.get("secret") ?? "";
    money.stripe.pay(secret.split("_secret")[0] ?? "", how);
    const headers = { "Access-Control-Allow-Origin": "*" };
    await route.fulfill({ status: how === "good" ? 200 : 402, headers, body: "{}" });
  });
  await openOrder(visitor, "us", order.id);
  await page.click("[data-pay]");
  await page.waitForSelector("[data-confirm]:not(:disabled)");
  expect(await page.textContent("[data-stripe-fields]")).toBe("pk_test_browsers en");
  expect(await visitor.findings()).toEqual([]);
  await page.click("[data-confirm]");
  await page.waitForFunction(() => document.querySelector("form [role=alert]")?.textContent?.includes("declined"));
  how = "good";
  await page.waitForSelector("[data-confirm]:not(:disabled)");
  await page.click("[data-confirm]");
  await page.waitForSelector("[data-payment=paid]");
  const row = await money.until("us", order.id, "paid");
  expect(row.captured_minor).toBe(row.amount_minor);
  // What Stripe refused is an error on the console; nothing was blocked.
  expect(visitor.trouble.filter((line) => !line.includes("402"))).toEqual([]);
  await visitor.leave();
});

it("Kyrgyzstan: to the bank's page and back", async () => {
  const order = await money.order("kg");
  const visitor = await Visitor.arrive(browser, money.shop.origin);
  const { page } = visitor;
  await page.route(`${money.bank.origin}/pay**`, async (route) => {
    await money.bank.visit(route.request().url());
    await route.fulfill({ contentType: "text/html", body: "<title>The bank</title>" });
  });
  await openOrder(visitor, "kg", order.id);
  await page.click("[data-pay]");
  await page.waitForURL(`${money.bank.origin}/pay**`);
  await visitor.open(`/orders/${order.id}?market=kg&lang=en`);
  await page.waitForSelector("[data-payment=paid]");
  await money.until("kg", order.id, "paid");
  await visitor.leave();
});

it("only the page on which a card is paid lets anything of Stripe's in", async () => {
  const policy = async (path: string) =>
    (await fetch(`${money.shop.origin}${path}`)).headers.get("content-security-policy") ?? "";
  expect(await policy("/orders/1?market=us")).toContain("https://js.stripe.com");
  for (const path of ["/?market=us", "/checkout?market=us", "/orders?market=us", "/orders/1?market=kg"])
    expect(await policy(path), path).not.toContain("stripe");
});

it("control: without Stripe's key for browsers the shop's pages take no cards there", async () => {
  const bare = await PaymentShop.open("one database");
  try {
    const frame = async (market: Market) => (await fetch(`${bare.shop.origin}/checkout?market=${market}`)).text();
    expect(await frame("us")).toContain('data-cards=""');
    expect(await frame("kg")).toContain('data-cards="local_bank"');
  } finally {
    await bare.close();
  }
});
