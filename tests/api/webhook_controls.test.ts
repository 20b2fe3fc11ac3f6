// Where events may go, and the negative controls of webhooks: each guarantee switched off, and the harm that follows.
// A control asks the same as the test of its guarantee, and must be answered otherwise.
import { existsSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { good, refused } from "../harness/api.js";
import { layouts } from "../harness/layouts.js";
import { type Caller, managerPhones, Shop } from "../harness/shop.js";
import { eventually } from "../harness/waiting.js";
import {
  accepts,
  addEndpoint,
  deliveryNow,
  sendTest,
  untilDelivery,
  untilTried,
  WebhookReceiver,
  webhookSettings,
  base,
} from "../harness/webhooks.js";

const nssWrapper = `/usr/lib/${process.arch === "arm64" ? "aarch64" : "x86_64"}-linux-gnu/libnss_wrapper.so`;

let receiver: WebhookReceiver;
beforeAll(async () => {
  receiver = await WebhookReceiver.start();
});
afterAll(() => receiver?.close());

interface Scene {
  shop: Shop;
  manager: Caller;
}

async function withShop<T>(settings: Record<string, string>, play: (scene: Scene) => Promise<T>): Promise<T> {
  const shop = await Shop.open("one database", { settings });
  try {
    return await play({ shop, manager: await shop.logIn(managerPhones.both) });
  } finally {
    await shop.close();
  }
}

/** What came before is another test's. */
function begin(): void {
  receiver.arrivals.length = 0;
  receiver.react = () => ({ status: 204 });
}

/** Whether the official library takes what came. */
async function isTaken({ manager }: Scene) {
  begin();
  const { endpoint, secret } = await addEndpoint(manager, "kg", receiver.url("/signed"));
  await sendTest(manager, "kg", endpoint.id);
  const [arrival] = await receiver.until("/signed", 1);
  return accepts(secret, arrival ?? { body: "", headers: {} });
}

/** The ids under which one event came three times. */
async function idsOfTries({ manager }: Scene) {
  begin();
  receiver.react = () => ({ status: receiver.to("/ids").length < 2 ? 500 : 204 });
  const { endpoint } = await addEndpoint(manager, "kg", receiver.url("/ids"));
  await sendTest(manager, "kg", endpoint.id);
  return (await receiver.until("/ids", 3)).map(({ id }) => id);
}

/** Where a redirect of the receiver's leads to. */
async function followed({ manager }: Scene) {
  begin();
  receiver.react = ({ path }) =>
    path === "/from" ? { status: 302, headers: { location: receiver.url("/to") } } : { status: 204 };
  const { endpoint } = await addEndpoint(manager, "kg", receiver.url("/from"));
  const sent = await sendTest(manager, "kg", endpoint.id);
  await untilTried(manager, "kg", endpoint.id, sent.id);
  return receiver.to("/to").length > 0;
}

/** What becomes of an event that is refused once. */
async function afterRefusal({ manager }: Scene) {
  begin();
  receiver.react = () => ({ status: receiver.to("/refused").length < 1 ? 500 : 204 });
  const { endpoint } = await addEndpoint(manager, "kg", receiver.url("/refused"));
  const sent = await sendTest(manager, "kg", endpoint.id);
  return eventually("it is over", async () => {
    const { delivery } = await deliveryNow(manager, "kg", endpoint.id, sent.id);
    return delivery.state !== "waiting" && delivery.state;
  });
}

/** Whether something on this machine is reached by a server that was not allowed to: by an endpoint put in by hand. */
async function reachesThisMachine({ shop, manager }: Scene) {
  begin();
  const { endpoint } = await addEndpoint(manager, "kg", "https://hooks.invalid/");
  const url = receiver.url("/inside");
  await shop.databases.sql("kg", "UPDATE webhook_endpoints SET url = $2 WHERE id = $1", [endpoint.id, url]);
  const sent = await sendTest(manager, "kg", endpoint.id);
  await untilTried(manager, "kg", endpoint.id, sent.id);
  return receiver.to("/inside").length > 0;
}

describe("webhooks with every guarantee", () => {
  let scene: Scene;
  beforeAll(async () => {
    const shop = await Shop.open("one database", { settings: webhookSettings });
    scene = { shop, manager: await shop.logIn(managerPhones.both) };
  });
  afterAll(() => scene?.shop.close());

  it("[I6] the official library takes what comes", async () => expect(await isTaken(scene)).toBe(true));
  it("[I6] an event has one id", async () => expect(new Set(await idsOfTries(scene)).size).toBe(1));
  it("[I6] no redirect is followed", async () => expect(await followed(scene)).toBe(false));
  it("[I6] what was refused once arrives", async () => expect(await afterRefusal(scene)).toBe("delivered"));

  it("[I6] an event that could not be signed is delivered when it can", async () => {
    const { shop, manager } = scene;
    begin();
    const { endpoint } = await addEndpoint(manager, "kg", receiver.url("/sealed"));
    const one = [endpoint.id];
    const sealed = "SELECT secret_sealed FROM webhook_endpoints WHERE id = $1";
    const [row] = await shop.databases.sql<{ secret_sealed: string }>("kg", sealed, one);
    const set = (text: string) =>
      shop.databases.sql("kg", "UPDATE webhook_endpoints SET secret_sealed = $2 WHERE id = $1", [...one, text]);
    await set(`sealed:${"00".repeat(60)}`);
    const sent = await sendTest(manager, "kg", endpoint.id);
    const { tries } = await untilTried(manager, "kg", endpoint.id, sent.id);
    expect(tries.at(-1)?.error).toBe("the secret is sealed with another key");
    await set(row?.secret_sealed ?? "");
    await untilDelivery(manager, "kg", endpoint.id, sent.id, "delivered");
  });
});

describe("webhooks with a guarantee switched off", () => {
  const without = <T>(name: string, play: (scene: Scene) => Promise<T>, settings: Record<string, string> = {}) =>
    withShop({ ...webhookSettings, ...settings, MARQUE_BREAK: name }, play);

  it("[I6] control: unsigned_webhooks: what another key signed is refused by the library", async () => {
    expect(await without("unsigned_webhooks", isTaken)).toBe(false);
  });

  it("[I6] control: new_webhook_id: one event comes as several", async () => {
    expect(new Set(await without("new_webhook_id", idsOfTries)).size).toBe(3);
  });

  it("[I6] control: follow_redirects: a receiver sends us wherever it likes", async () => {
    expect(await without("follow_redirects", followed)).toBe(true);
  });

  it("[I6] control: forget_retry: what was refused once never arrives", async () => {
    expect(await without("forget_retry", afterRefusal)).toBe("failed");
  });

  it("[I6] control: any_address: what listens on this machine is reached", async () => {
    expect(await without("any_address", reachesThisMachine, { WEBHOOK_ALLOW_LOOPBACK: "false" })).toBe(true);
  });
});

describe.each(layouts)("where events may go, %s", (layout) => {
  let shop: Shop;
  let manager: Caller;
  beforeAll(async () => {
    shop = await Shop.open(layout, { settings: { ...webhookSettings, WEBHOOK_ALLOW_LOOPBACK: "false" } });
    manager = await shop.logIn(managerPhones.both);
  });
  afterAll(() => shop?.close());

  const inside = [
    "https://127.0.0.1/",
    "https://127.0.0.1:8443/x",
    "https://localhost/",
    "https://LOCALHOST./",
    "https://anything.localhost/",
    "https://2130706433/",
    "https://0x7f000001/",
    "https://017700000001/",
    "https://127.1/",
    "https://0.0.0.0/",
    "https://10.0.0.1/",
    "https://172.16.3.4/",
    "https://192.168.1.1/",
    "https://100.64.0.1/",
    "https://169.254.169.254/latest/meta-data/",
    "https://224.0.0.1/",
    "https://255.255.255.255/",
    "https://[::]/",
    "https://[::1]/",
    "https://[fe80::1]/",
    "https://[fd12:3456::1]/",
    "https://[ff02::1]/",
    "https://[::ffff:10.0.0.1]/",
    "https://[64:ff9b::a9fe:a9fe]/",
    "https://[2002:a00:1::]/",
    "https://[2001:db8::1]/",
    "https://postgres/",
    "https://metadata.google.internal/",
    "https://printer.local/",
    "https://shop.example:25/",
    "https://shop.example:22/",
    "https://name:word@shop.example/",
    "https://shop.example@10.0.0.1/",
    "https://shop.example/#part",
    "http://shop.example/",
    "ftp://shop.example/",
    "file:///etc/passwd",
    "gopher://shop.example/",
    "https://",
    "https:///path",
    "https://shop.example/a b",
    "shop.example",
    `https://shop.example/${"a".repeat(500)}`,
  ];

  it.each(inside)("[I6] %s is refused when it is written, naming the field", async (url) => {
    const answer = await manager.api.POST(base, { params: { query: { market: "kg" } }, body: { url } });
    expect(refused(answer)).toMatchObject({ status: 422, code: "http.invalid_input", errors: [{ field: "url" }] });
  });

  it("[I6] and again before each try, whatever stands in the table", async () => {
    const { endpoint } = await addEndpoint(manager, "us", "https://hooks.invalid/");
    const urls = inside.filter((url) => url.length < 100 && !url.includes(" "));
    const sent = await sendTest(manager, "us", endpoint.id);
    for (const url of urls) {
      await shop.databases.sql("us", "UPDATE webhook_endpoints SET url = $2 WHERE id = $1", [endpoint.id, url]);
      const [now] = await shop.databases.sql<{ tries: number }>(
        "us",
        "UPDATE webhook_deliveries SET available_at = now() WHERE endpoint_id = $1 RETURNING tries",
        [endpoint.id],
      );
      // One under way may still be of the URL before.
      const tried = await eventually(`${url} was tried`, async () => {
        const detail = await deliveryNow(manager, "us", endpoint.id, sent.id);
        return detail.tries.find(({ number }) => number > (now?.tries ?? 0));
      });
      expect(tried.error, url).toMatch(/^the URL must /);
    }
  });

  it("[I6] what listens on this machine is not reached", async () => {
    expect(await reachesThisMachine({ shop, manager })).toBe(false);
  });

  it("[I6] a name that leads nowhere is tried again, and said so", async () => {
    const { endpoint } = await addEndpoint(manager, "kg", "https://hooks.invalid/nowhere");
    const sent = await sendTest(manager, "kg", endpoint.id);
    const { tries } = await untilTried(manager, "kg", endpoint.id, sent.id);
    expect(tries.at(-1)).toMatchObject({ status: null, error: expect.stringMatching(/resolve/) as string });
    good(await manager.api.GET(`${base}/{id}`, { params: { path: { id: endpoint.id }, query: { market: "kg" } } }));
  });
});

describe.runIf(existsSync(nssWrapper))("names whose addresses change", () => {
  it("[I6] are looked at when we connect: a name that turned inside since is not followed", async () => {
    const folder = mkdtempSync(join(tmpdir(), "marque-test-names-"));
    const hosts = join(folder, "hosts");
    // The wrapper reads the file again when its time is another, to the second.
    let changed_s = Math.floor(Date.now() / 1_000);
    const set = (...addresses: string[]) => {
      writeFileSync(hosts, addresses.map((address) => `${address} hooks.shop.test\n`).join(""));
      utimesSync(hosts, ++changed_s, changed_s);
    };
    set("127.0.0.1");
    const names = { LD_PRELOAD: nssWrapper, NSS_WRAPPER_HOSTS: hosts, ASAN_OPTIONS: "verify_asan_link_order=0" };
    try {
      await withShop({ ...webhookSettings, ...names }, async ({ shop, manager }) => {
        const { endpoint } = await addEndpoint(manager, "kg", "https://hooks.invalid/");
        // What a manager may not write, so that no certificate is needed to be reached at all.
        await shop.databases.sql("kg", "UPDATE webhook_endpoints SET url = $2 WHERE id = $1", [
          endpoint.id,
          `https://hooks.shop.test:${receiver.port}/named`,
        ]);
        const errorOf = async () => {
          const sent = await sendTest(manager, "kg", endpoint.id);
          const { tries } = await untilTried(manager, "kg", endpoint.id, sent.id);
          await shop.databases.sql("kg", "UPDATE webhook_deliveries SET state = 'failed', finished_at = now()");
          return tries.at(-1)?.error ?? "";
        };
        // This machine may be reached here: the name is resolved, the connection made, and TLS fails on plain HTTP.
        expect(await errorOf()).toMatch(/SSL|TLS/);
        for (const inside of ["10.0.0.7", "169.254.169.254", "192.168.1.1", "100.64.0.1"]) {
          set(inside);
          expect(await errorOf(), inside).toBe("the address is not public");
        }
        set("127.0.0.1");
        expect(await errorOf()).toMatch(/SSL|TLS/);
      });
      set("127.0.0.1");
      await withShop({ ...webhookSettings, ...names, WEBHOOK_ALLOW_LOOPBACK: "false" }, async ({ manager }) => {
        const { endpoint } = await addEndpoint(manager, "kg", `https://hooks.shop.test:${receiver.port}/named`);
        const sent = await sendTest(manager, "kg", endpoint.id);
        const { tries } = await untilTried(manager, "kg", endpoint.id, sent.id);
        expect(tries.at(-1)?.error).toBe("the address is not public");
      });
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });
});
