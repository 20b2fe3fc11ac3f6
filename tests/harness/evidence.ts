// What a run leaves behind to be searched: every log, and everything personal or secret that tests put into the shop.
// Test files run in processes of their own, so both are kept in a folder that the last one to leave reads.
import { appendFileSync, existsSync, mkdirSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

const folderVariable = "MARQUE_TEST_EVIDENCE";

/** Called once, before any test file is started. */
export function collectEvidenceIn(folder: string): void {
  mkdirSync(folder, { recursive: true });
  process.env[folderVariable] = folder;
}

export type SecretKind = "phone" | "code" | "token" | "address" | "card";

export interface Secret {
  kind: SecretKind;
  value: string;
}

const noted = new Set<string>();
let listening = true;

/** For a test file that sends made-up values by the thousand: they turn up in paths, which are logged. */
export function noteNoSecrets(): void {
  listening = false;
}

/** Remembers something that must be in no log. */
export function noteSecret(kind: SecretKind, value: string): void {
  const folder = process.env[folderVariable];
  const key = `${kind} ${value}`;
  if (!listening || folder === undefined || noted.has(key)) return;
  noted.add(key);
  appendFileSync(join(folder, `secrets-${process.pid}.jsonl`), `${JSON.stringify({ kind, value })}\n`);
}

let logs = 0;

/** A log of its own: what it returns takes the pieces as they come. */
export function keepLog(name: string): (piece: string) => void {
  const folder = process.env[folderVariable];
  if (folder === undefined) return () => {};
  const file = join(folder, `log-${name}-${process.pid}-${++logs}.log`);
  return (piece) => appendFileSync(file, piece);
}

const isLuhn = (digits: string) =>
  [...digits]
    .reverse()
    .map((digit, i) => (i % 2 === 0 ? Number(digit) : ((Number(digit) * 2) % 10) + (Number(digit) >= 5 ? 1 : 0)))
    .reduce((sum, digit) => sum + digit, 0) %
    10 ===
  0;

/** Judges a member of a request or an answer by its name and by its looks. */
function noteMember(name: string, value: string): void {
  const digits = value.replace(/[\s()-]/g, "");
  if (/phone/.test(name) && /^\+?\d{9,15}$/.test(digits)) noteSecret("phone", digits);
  if (/code$/.test(name) && /^\d{6}$/.test(value)) noteSecret("code", value);
  if (name === "message") for (const code of value.match(/\b\d{6}\b/g) ?? []) noteSecret("code", code);
  if (/token$/.test(name) && /^[\w-]+(\.[\w-]+)+$/.test(value) && value.length >= 30) noteSecret("token", value);
  if (/address|street|line_?[12]$/.test(name) && value.length >= 8 && value.includes(" ")) noteSecret("address", value);
  if (!/(^|_)ids?$/.test(name) && /^\d{13,19}$/.test(digits) && isLuhn(digits)) noteSecret("card", digits);
}

/** Remembers what is personal or secret anywhere in a JSON value. */
export function noteSecretsOf(value: unknown, name = ""): void {
  if (typeof value === "string") noteMember(name, value);
  if (value === null || typeof value !== "object") return;
  const inList = Array.isArray(value);
  for (const [key, member] of Object.entries(value)) noteSecretsOf(member, inList ? name : key);
}

export function noteSecretsOfText(text: string): void {
  if (!text.startsWith("{") && !text.startsWith("[")) return;
  try {
    noteSecretsOf(JSON.parse(text));
  } catch {
    // Tests send broken bodies on purpose.
  }
}

export interface Leak extends Secret {
  log: string;
  line: string;
}

/** What to look for: the part of a token that makes it one, the digits of a phone. */
function needleOf({ kind, value }: Secret): string {
  if (kind === "token") return value.split(".").at(-1) ?? value;
  return kind === "phone" ? value.replace("+", "") : value;
}

/**
 * A line as it is searched. Times and the process ids of PostgreSQL are digits of no meaning; the line by which a
 * development server greets its developer, with the phones he configured for it, is no log line.
 */
function searchable(line: string): string {
  if (line === "    log in           code 123456 (development only) with") return "";
  if (/^ {6}\+\d{11,12} +(customer|manager) [A-Z, ]+$/.test(line)) return "";
  return line
    .replace(/^\{"time":"[^"]*",/, "{")
    .replace(/^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d+ \S+ \[\d+\]/, "")
    .replace(/"duration_ms":"[^"]*"/, "");
}

/** PostgreSQL's own log where a test had it write down statements with their values. */
const isAskedFor = (line: string) =>
  /LOG: {2}(statement|execute)|DETAIL: {2}([Pp]arameters: |Failing row contains|Key \()/.test(line) ||
  line.startsWith("\t");

export function leaksIn(log: string, text: string, secrets: Iterable<Secret>): Leak[] {
  const leaks: Leak[] = [];
  const lines = text
    .split("\n")
    .filter((line) => line !== "" && !isAskedFor(line))
    .map((line) => ({ line, searched: searchable(line) }));
  const all = lines.map((each) => each.searched).join("\n");
  for (const secret of secrets) {
    const needle = needleOf(secret);
    if (needle.length < 6 || !all.includes(needle)) continue;
    const short = secret.kind === "code" || secret.kind === "phone";
    const pattern = new RegExp(`(?<![0-9A-Za-z])${needle.replace(/[^0-9A-Za-z]/g, "\\$&")}(?![0-9A-Za-z])`);
    for (const { line, searched } of lines) {
      if (short ? pattern.test(searched) : searched.includes(needle)) leaks.push({ ...secret, log, line });
    }
  }
  return leaks;
}

export interface Search {
  secrets: Map<SecretKind, number>;
  logs: number;
  lines: number;
  leaks: Leak[];
}

/** Looks through everything the run has left behind. */
export function searchEvidence(): Search {
  const result: Search = { secrets: new Map(), logs: 0, lines: 0, leaks: [] };
  const folder = process.env[folderVariable];
  if (folder === undefined || !existsSync(folder)) return result;
  const files = readdirSync(folder);
  const secrets = new Map<string, Secret>();
  for (const file of files.filter((name) => name.startsWith("secrets-"))) {
    for (const line of readFileSync(join(folder, file), "utf8").split("\n")) {
      if (line) secrets.set(line, JSON.parse(line) as Secret);
    }
  }
  for (const { kind } of secrets.values()) result.secrets.set(kind, (result.secrets.get(kind) ?? 0) + 1);
  for (const file of files.filter((name) => name.startsWith("log-"))) {
    const text = readFileSync(join(folder, file), "utf8");
    result.logs += 1;
    result.lines += text.split("\n").length - 1;
    result.leaks.push(...leaksIn(file, text, secrets.values()));
  }
  return result;
}
