// Signatures of webhooks: our binary's verdict beside that of Stripe's official library.
import { execFileSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import Stripe from "stripe";
import { describe, expect, it } from "vitest";
import { randomOf } from "../harness/checker.js";
import { binary } from "../harness/server.js";
import { signedHeader, webhookSecret } from "../harness/stripe_events.js";

describe("signatures", () => {
  const headers_count = Number(process.env.MARQUE_TEST_HEADERS ?? 2_000);
  const mutations_count = Number(process.env.MARQUE_TEST_MUTATIONS ?? 20_000);

  /** What our binary says of each message. */
  function verdicts(messages: Array<{ now: number; header: string; body: string }>): string[] {
    const hex = (text: string) => Buffer.from(text, "utf8").toString("hex");
    const input = messages.map((one) => [one.now, webhookSecret, hex(one.header), hex(one.body)].join("\t")).join("\n");
    const output = execFileSync(binary, ["signature-check"], { input: `${input}\n`, maxBuffer: 2 ** 27 });
    return output.toString().trimEnd().split("\n");
  }
  const official = (now: number, header: string, body: string): boolean => {
    try {
      Stripe.webhooks.constructEvent(body, header, webhookSecret, undefined, undefined, now * 1_000);
      return true;
    } catch {
      return false;
    }
  };

  it("[D1] are believed as the official library believes them, whatever is changed in header or body", async () => {
    const seed = Number(process.env.MARQUE_TEST_SEED ?? randomBytes(4).readUInt32LE());
    const random = randomOf(seed);
    const below = (bound: number) => Math.floor(random() * bound);
    const pick = <T>(list: T[]) => list[below(list.length)] as T;
    const now = 1_800_000_000;
    const originals = Array.from({ length: headers_count }, (_, i) => {
      const body = JSON.stringify({
        id: `evt_${i}`,
        object: "event",
        amount: below(1e9),
        text: "сом".repeat(below(5)),
      });
      return { now: now + below(601) - 300, header: signedHeader(body, webhookSecret, now), body };
    });
    const bitFlipped = (text: string) => {
      const bytes = Buffer.from(text, "latin1");
      const at = below(bytes.length);
      bytes[at] = (bytes[at] ?? 0) ^ (1 << below(7));
      return bytes.toString("latin1");
    };
    const structural: Array<(header: string, body: string) => [string, string]> = [
      (header, body) => [header.split(",").toReversed().join(","), body],
      (header, body) => [`${header},v1=${"0".repeat(64)}`, body],
      (header, body) => [`v1=${"f".repeat(64)},${header}`, body],
      (header, body) => [header.replace("v1=", "v0="), body],
      (header, body) => [`${header},${pick(["v1", "v1=", "t", "t=", "", "=", "v2=x"])}`, body],
      (header, body) => [`${pick(["v1", "v1=", "t", "t=", "", "=", "v2=x"])},${header}`, body],
      (header, body) => [header.replace("t=", pick(["t= ", "t=0", "t=+", "t=-", "t=\t", "T=", "t==", "t=1"])), body],
      (header, body) => [header.replace(/t=(\d+)/, (_, time) => `t=${time}${pick(["x", ".5", " ", "e3", "0"])}`), body],
      (header, body) => [header.replace(",", pick([", ", " ,", ",,", ";"])), body],
      (header, body) => [header.toUpperCase(), body],
      (header, body) => [header.slice(0, below(header.length)), body],
      (header, body) => [header + pick(["=", "=x", "00", " "]), body],
      (header, body) => [header, body + pick([" ", "\n", "}"])],
      (header, body) => [header, body.slice(0, below(body.length))],
      (header, body) => [header, JSON.stringify(JSON.parse(body), null, 1)],
      (header, body) => [header.replace(/t=\d+/, `t=${now - 301 + below(3)}`), body],
    ];
    const mutations = Array.from({ length: mutations_count }, () => {
      const { header, body } = pick(originals);
      const moment = now + below(601) - 300;
      if (random() < 0.4) return { now: moment, header: bitFlipped(header), body };
      if (random() < 0.3) return { now: moment, header, body: bitFlipped(body) };
      const [changed, altered] = pick(structural)(header, body);
      return { now: moment, header: changed, body: altered };
    });
    const all = [...originals, ...mutations].filter(
      ({ header, body }) => !/[\0\n\r\t]/.test(header) && !body.includes("\0"),
    );
    const ours = verdicts(all);
    let believed = 0;
    const differing = all.flatMap((one, i) => {
      const good_here = ours[i] === "good";
      believed += Number(good_here);
      return good_here === official(one.now, one.header, one.body) ? [] : [{ ...one, ours: ours[i] }];
    });
    console.log(`[D1] seed ${seed}: ${originals.length} headers, ${mutations.length} mutations, ${believed} believed`);
    expect(differing.slice(0, 3)).toEqual([]);
    expect(believed).toBeGreaterThanOrEqual(originals.length);
  });

  it("[D2] the table of exact verdicts", async () => {
    const body = JSON.stringify({ id: "evt_1", object: "event" });
    const now = 1_800_000_000;
    const at = (time: number) => signedHeader(body, webhookSecret, time);
    const signature = at(now).split("v1=")[1] ?? "";
    const cases: Array<[string, string, string, string]> = [
      ["now", at(now), body, "good"],
      ["300 seconds old", at(now - 300), body, "good"],
      ["301 seconds old", at(now - 301), body, "too_old"],
      ["300 seconds ahead", at(now + 300), body, "good"],
      ["301 seconds ahead", at(now + 301), body, "from_the_future"],
      ["several signatures, the last one good", `t=${now},v1=${"0".repeat(64)},v1=${signature}`, body, "good"],
      ["several signatures, the first one good", `t=${now},v1=${signature},v1=${"0".repeat(64)}`, body, "good"],
      ["only the old scheme", `t=${now},v0=${signature}`, body, "no_signature"],
      ["no header", "", body, "no_header"],
      ["no time", `v1=${signature}`, body, "malformed"],
      ["a body written anew", at(now), JSON.stringify(JSON.parse(body), null, 2), "wrong"],
      ["no body", at(now), "", "malformed"],
      ["half a signature", `t=${now},v1=${signature.slice(0, 32)}`, body, "wrong"],
      ["in capitals", `t=${now},v1=${signature.toUpperCase()}`, body, "wrong"],
    ];
    const ours = verdicts(cases.map(([, header, text]) => ({ now, header, body: text })));
    expect(Object.fromEntries(cases.map(([name], i) => [name, ours[i]]))).toEqual(
      Object.fromEntries(cases.map(([name, , , verdict]) => [name, verdict])),
    );
  });
});
