// A Kyrgyz bank's payment gateway, played on this machine: it believes only addresses and calls that are signed, takes
// the money of a buyer who comes to its page, calls the shop, answers questions and gives money back.
import { createHmac, randomUUID } from "node:crypto";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { signedHeader } from "./stripe_events.js";

export const bankSecret = "bank-secret-of-the-tests";

interface Account {
  payment: string;
  amount: number;
  currency: string;
  status: string;
  refunded: number;
}

const hmac = (text: string) => createHmac("sha256", bankSecret).update(text).digest("hex");
const amountText = (minor: number) => (minor / 100).toFixed(2);

/** Settings that let Kyrgyzstan's cards be taken by a bank. */
export function bankSettings(origin: string): Record<string, string> {
  const fields = {
    MERCHANT: "marque-tests",
    SECRET: bankSecret,
    PAGE_URL: `${origin}/pay`,
    STATUS_URL: `${origin}/status`,
    REFUND_URL: `${origin}/refund`,
    RETURN_URL: "https://shop.example/orders/{order}",
    TEST: "true",
    QR_HOST: "qr.bank.example",
    QR_SERVICE: "01",
    QR_ACCOUNT: "1180000000000001",
    QR_NAME: "MARQUE",
  };
  return Object.fromEntries(Object.entries(fields).map(([name, value]) => [`PAYMENT_GATEWAY_KG_${name}`, value]));
}

export class BankDouble {
  readonly accounts = new Map<string, Account>();
  private readonly refunds = new Map<string, string>();
  /** Calls back after each change, when set. */
  origin_of_shop = "";
  private constructor(private readonly server: Server) {
    server.on("request", (request, response) => void this.handle(request, response));
  }

  static async start(): Promise<BankDouble> {
    const server = createServer();
    await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
    return new BankDouble(server);
  }
  get origin(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }
  async close(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((done) => this.server.close(done));
  }

  settings(): Record<string, string> {
    return bankSettings(this.origin);
  }

  /** The parameters of an address of ours, if it is signed as it must be. */
  private believed(search: string): URLSearchParams | undefined {
    const [signed = "", signature] = search.replace(/^\?/, "").split("&signature=");
    const names = [...new URLSearchParams(signed).keys()];
    const sorted = names.every((name, i) => i === 0 || (names[i - 1] ?? "") < name);
    return signature === hmac(signed) && sorted ? new URLSearchParams(signed) : undefined;
  }

  /** A buyer's browser comes to the page and pays, or does not. */
  async visit(address: string, status = "paid"): Promise<Account> {
    const fields = this.believed(new URL(address).search);
    if (!fields) throw new Error(`the bank does not believe ${address}`);
    if (Number(fields.get("expires")) * 1_000 < Date.now()) throw new Error("the page has expired");
    const payment = fields.get("payment") ?? "";
    const account: Account = this.accounts.get(payment) ?? {
      payment,
      amount: Math.round(Number(fields.get("amount")) * 100),
      currency: fields.get("currency") ?? "",
      status: "waiting",
      refunded: 0,
    };
    this.accounts.set(payment, account);
    account.status = status;
    await this.tell(account);
    return account;
  }

  notice(account: Account, more: Record<string, unknown> = {}): string {
    return JSON.stringify({
      event_id: randomUUID(),
      payment: account.payment,
      status: account.status,
      amount: amountText(account.amount),
      currency: account.currency,
      refunded: amountText(account.refunded),
      at: Math.floor(Date.now() / 1_000),
      test: true,
      ...more,
    });
  }

  async tell(account: Account, body = this.notice(account), secret = bankSecret): Promise<Response | undefined> {
    if (!this.origin_of_shop) return undefined;
    return fetch(`${this.origin_of_shop}/api/v1/webhooks/payments/kg`, {
      method: "POST",
      headers: { "Content-Type": "application/json", "X-Signature": signedHeader(body, secret) },
      body,
    });
  }

  private async handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    let text = "";
    for await (const piece of request) text += String(piece);
    const url = new URL(request.url ?? "", this.origin);
    const answer = (status: number, body: string) =>
      response.writeHead(status, { "content-type": "application/json" }).end(body);
    if (url.pathname === "/status") {
      const fields = this.believed(url.search);
      if (!fields) return void answer(403, "{}");
      const account = this.accounts.get(fields.get("payment") ?? "");
      return void (account ? answer(200, this.notice(account)) : answer(404, "{}"));
    }
    if (url.pathname === "/refund") {
      const [, time = "", signature = ""] = String(request.headers["x-signature"]).match(/^t=(\d+),v1=(.*)$/) ?? [];
      if (signature !== hmac(`${time}.${text}`)) return void answer(403, "{}");
      const wanted = JSON.parse(text) as { payment: string; amount: string; refund: string };
      const account = this.accounts.get(wanted.payment);
      const minor = Math.round(Number(wanted.amount) * 100);
      if (!account || account.status !== "paid" || account.refunded + minor > account.amount)
        return void answer(422, JSON.stringify({ status: "failed", reason: "not that much is left" }));
      if (!this.refunds.has(wanted.refund)) {
        account.refunded += minor;
        this.refunds.set(wanted.refund, `r${this.refunds.size + 1}`);
      }
      return void answer(200, JSON.stringify({ status: "succeeded", reference: this.refunds.get(wanted.refund) }));
    }
    answer(404, "{}");
  }
}
