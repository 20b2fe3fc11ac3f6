// What is shipped beside the binary: names in it must be names the server knows.
import { execFileSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { projectFolder } from "../harness/server.js";

const read = (path: string) => readFileSync(join(projectFolder, path), "utf8");
const sources = readdirSync(join(projectFolder, "src"), { recursive: true, encoding: "utf8" })
  .filter((path) => path.endsWith(".cpp"))
  .map((path) => read(join("src", path)))
  .join("\n");

/** Metrics that rules name and the server does not tell. */
const unknownIn = (rules: string) =>
  [...new Set(rules.match(/\bmarque_\w+/g))].filter((name) => !sources.includes(`"${name.replace(/_bucket$/, "")}"`));

describe("packaging", () => {
  it("every alert is of a metric the server tells, and has its lines in the runbook", () => {
    const rules = read("packaging/alerts.yml");
    expect(unknownIn(rules)).toEqual([]);
    const runbook = read("docs/operations.md");
    const alerts = [...rules.matchAll(/alert: (\w+)/g)].map(([, name]) => name);
    expect(alerts.length).toBeGreaterThan(5);
    expect(alerts.filter((name) => !runbook.includes(name ?? ""))).toEqual([]);
    expect(unknownIn("expr: marque_no_such_metric > 0")).toEqual(["marque_no_such_metric"]);
  });

  it("settings the service file names are settings", () => {
    const names = [...read("packaging/marque.service").matchAll(/\b([A-Z][A-Z_]{3,})=/g)].map(([, name]) => name);
    expect(names.length).toBeGreaterThan(3);
    expect(names.filter((name) => !sources.includes(`{"${name}",`))).toEqual([]);
  });

  it("systemd understands the service file", (context) => {
    const verifier = "/usr/bin/systemd-analyze";
    if (!existsSync(verifier)) context.skip();
    const text = read("packaging/marque.service");
    expect(text).toContain("ExecStart=/usr/local/bin/marque serve");
    // The only complaint it may have here is of the binary, which is not installed.
    const output = complaints(verifier, join(projectFolder, "packaging/marque.service"));
    expect(output.filter((line) => !line.includes("/usr/local/bin/marque"))).toEqual([]);
  });
});

function complaints(verifier: string, path: string): string[] {
  try {
    execFileSync(verifier, ["verify", "--man=no", path], { stdio: "pipe", encoding: "utf8" });
    return [];
  } catch (error) {
    const { stderr } = error as { stderr: string };
    return stderr.split("\n").filter((line) => line.includes("marque.service"));
  }
}
