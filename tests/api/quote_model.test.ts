// [A9] Random carts under random rules: the binary's amounts beside those of a model with whole numbers of any size, to
// the minor unit. MARQUE_TEST_QUOTES says how many carts, MARQUE_TEST_SEED which.
import { spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { describe, expect, it } from "vitest";
import { binary } from "../harness/server.js";
import { type ModelAnswer, type ModelCart, modelQuote, type ModelRules } from "../harness/quote_model.js";
import { Random } from "../harness/random_catalogue.js";
import { randomCart, randomRules } from "../harness/random_quotes.js";

const seed = Number(process.env.MARQUE_TEST_SEED ?? Math.floor(Math.random() * 1e9));
const carts = Number(process.env.MARQUE_TEST_QUOTES ?? 40_000);
const cartsOfRules = 200;

/** The answers of `marque quote-check`, one a cart, as they come. */
class Quotes {
  private readonly process;
  private readonly lines;
  constructor(breaks = "") {
    this.process = spawn(binary, ["quote-check"], {
      env: { ...process.env, ENVIRONMENT: "development", MARQUE_BREAK: breaks },
      stdio: ["pipe", "pipe", "inherit"],
    });
    this.lines = createInterface({ input: this.process.stdout })[Symbol.asyncIterator]();
  }
  async ask(rules: ModelRules, asked: ModelCart[]): Promise<ModelAnswer[]> {
    this.process.stdin.write(
      [{ rules }, ...asked.map((cart) => ({ cart }))].map((line) => `${JSON.stringify(line)}\n`).join(""),
    );
    const answers: ModelAnswer[] = [];
    while (answers.length < asked.length) {
      const { value, done } = await this.lines.next();
      if (done) throw new Error("quote-check ended early");
      answers.push(JSON.parse(value) as ModelAnswer);
    }
    return answers;
  }
  close(): void {
    this.process.stdin.end();
  }
}

/** How many of the carts came out otherwise than the model says; the first of them. */
async function compare(quotes: Quotes, random: Random, count: number) {
  let wrong = 0;
  let first: unknown;
  const seen = { refused: 0, discounted: 0, taxed: 0, free: 0 };
  for (let done = 0; done < count; done += cartsOfRules) {
    const rules = randomRules(random);
    const asked = Array.from({ length: Math.min(cartsOfRules, count - done) }, () => randomCart(random, rules));
    const answers = await quotes.ask(rules, asked);
    answers.forEach((answer, i) => {
      const expected = modelQuote(rules, asked[i]!);
      if (answer.refusal) ++seen.refused;
      if (answer.discount > 0) ++seen.discounted;
      if (answer.tax + answer.tax_included > 0) ++seen.taxed;
      if (!answer.refusal && answer.shipping === 0) ++seen.free;
      if (JSON.stringify(answer) === JSON.stringify(expected)) return;
      first ??= { rules, cart: asked[i], answer, expected };
      ++wrong;
    });
  }
  return { wrong, first, seen };
}

describe("quotes against a model", () => {
  it(`[A9] [R88] [R11] ${carts} random carts agree to the minor unit`, async () => {
    console.log(`seed ${seed}`);
    const quotes = new Quotes();
    try {
      const { wrong, first, seen } = await compare(quotes, new Random(seed), carts);
      expect(wrong, `seed ${seed}: ${JSON.stringify(first, null, 1)}`).toBe(0);
      for (const kind of Object.values(seen)) expect(kind).toBeGreaterThan(carts / 50);
      console.log(JSON.stringify(seen));
    } finally {
      quotes.close();
    }
  }, 1_800_000);

  it("[A9] negative control: with doubles some carts are a minor unit off", async () => {
    const quotes = new Quotes("float_money");
    try {
      expect((await compare(quotes, new Random(seed), 4_000)).wrong).toBeGreaterThan(0);
    } finally {
      quotes.close();
    }
  });
});
