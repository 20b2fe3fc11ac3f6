// A real mail server beside the shop, what came to it, and the steps that a customer's e-mail address takes.
import type { ChildProcess } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { good, raw } from "./api.js";
import type { Market } from "./layouts.js";
import { ended, run, start } from "./processes.js";
import { projectFolder } from "./server.js";
import type { Caller, Shop } from "./shop.js";
import { eventually } from "./waiting.js";

export interface Mail {
  from: string;
  to: string[];
  tls: boolean;
  user: string | null;
  headers: Array<[string, string]>;
  defects: string[];
  subject: string;
  text: string;
  html: string;
  raw: string;
}

export const mailUser = "shop";
export const mailPassword = "tests-only-password";
export const site = "https://shop.example";

export class MailServer {
  readonly mails: Mail[] = [];
  port = 0;
  private errors = "";

  private constructor(
    private readonly child: ChildProcess,
    private readonly directory: string,
  ) {}

  static async start(): Promise<MailServer> {
    const directory = mkdtempSync(join(tmpdir(), "marque-test-mail-"));
    const [certificate, key] = [join(directory, "certificate.pem"), join(directory, "key.pem")];
    const names = ["-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1"];
    const made = await run("openssl", [
      ...["req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-keyout", key, "-out", certificate],
      ...names,
    ]);
    if (made.code !== 0) throw new Error(made.stderr);
    const script = join(projectFolder, "tests/harness/mail_server.py");
    const arguments_ = [script, certificate, key, mailUser, mailPassword];
    const child = start("/usr/bin/python3", arguments_, { deathSignal: "KILL", directory });
    const server = new MailServer(child, directory);
    server.listen();
    try {
      await eventually("the mail server listens", () => server.port > 0);
    } catch (error) {
      await server.close();
      throw new Error(server.errors, { cause: error });
    }
    return server;
  }

  private listen(): void {
    let rest = "";
    this.child.stderr?.on("data", (piece: Buffer) => (this.errors += piece.toString()));
    this.child.stdout?.on("data", (piece: Buffer) => {
      const lines = (rest + piece.toString()).split("\n");
      rest = lines.pop() ?? "";
      for (const line of lines) {
        const said = JSON.parse(line) as Mail & { port?: number };
        if (said.port) this.port = said.port;
        else this.mails.push(said);
      }
    });
  }

  /** What the shop must know of it. */
  get settings(): Record<string, string> {
    return {
      SMTP_URL: `smtp://localhost:${this.port}`,
      SMTP_USER: mailUser,
      SMTP_PASSWORD: mailPassword,
      SMTP_CA_FILE: join(this.directory, "certificate.pem"),
      SMTP_TIMEOUT_SECONDS: "4",
      MAIL_FROM: "news@shop.example",
      MAIL_FROM_KG: "kabar@shop.example",
      PUBLIC_URL: site,
    };
  }

  to(address: string): Mail[] {
    return this.mails.filter((mail) => mail.to.includes(address));
  }

  /** The one mail to an address whose subject or text says something. */
  async mail(address: string, what: string): Promise<Mail> {
    return eventually(`a mail to ${address} of ${what}`, () =>
      this.to(address).find((mail) => mail.subject.includes(what) || mail.text.includes(what)),
    );
  }

  async close(): Promise<void> {
    this.child.kill("SIGKILL");
    await ended(this.child);
    rmSync(this.directory, { recursive: true, force: true });
  }
}

export const header = (mail: Mail, name: string) =>
  mail.headers.find(([each]) => each.toLowerCase() === name.toLowerCase())?.[1];

/** The first link of a mail that leads to a path, as a path of the server under test. */
export function linkIn(mail: Mail, path: string): string {
  const link = mail.text.split(/\s+/).find((word) => word.startsWith(site + path));
  if (!link) throw new Error(`no link to ${path} in:\n${mail.text}`);
  return link.slice(site.length);
}

/** Gives an account an e-mail address and shows that it is theirs, as a person would by the mail's link. */
export async function confirmEmail(shop: Shop, post: MailServer, caller: Caller, email: string): Promise<void> {
  good(await caller.api.PUT("/api/v1/profile", { body: { email } }));
  const mail = await post.mail(email, "/mail/confirm/");
  const answer = await raw(shop.origin, "POST", linkIn(mail, "/mail/confirm/"));
  if (answer.status !== 200) throw new Error(`not confirmed: ${answer.status} ${answer.text}`);
}

/** Nothing is on its way any more: every event is worked off, and no message that may leave now waits. */
export async function settled(shop: Shop, market: Market, waiting = 0): Promise<void> {
  const events = "SELECT count(*) FROM outbox WHERE market = $1 AND done_at IS NULL";
  const messages = "SELECT count(*) FROM outgoing_messages WHERE market = $1 AND state = 'waiting'";
  const code = [market.toUpperCase()];
  await eventually(
    `nothing is on its way in ${market}`,
    async () =>
      (await shop.databases.count(market, events, code)) === 0 &&
      (await shop.databases.count(market, messages, code)) === waiting,
    { timeout_ms: 30_000 },
  );
}

/** Quiet hours that hold now, or that are over, by the market's own clock. */
export async function setQuiet(shop: Shop, manager: Caller, market: Market, quiet: boolean): Promise<void> {
  const path = "/api/v1/manager/messages/settings";
  const params = { query: { market } };
  const { version, sms_kinds } = good(await manager.api.GET(path, { params }));
  const zone = "SELECT time_zone FROM markets WHERE code = $1";
  const [row] = await shop.databases.sql<{ time_zone: string }>(market, zone, [market.toUpperCase()]);
  const at = (hours: number) =>
    new Date(Date.now() + hours * 3_600_000).toLocaleTimeString("en-GB", {
      timeZone: row?.time_zone,
      hour: "2-digit",
      minute: "2-digit",
    });
  const body = { quiet_from: at(quiet ? -2 : 2), quiet_until: at(quiet ? 2 : 4), sms_kinds: sms_kinds as [], version };
  const set = good(await manager.api.PUT(path, { params, body }));
  if (set.is_quiet !== quiet) throw new Error(`quiet is ${set.is_quiet}`);
}
