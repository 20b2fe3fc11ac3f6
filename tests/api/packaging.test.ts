// What is shipped beside the binary: names in it must be names the server knows.
import { execFileSync } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, inject, it } from "vitest";
import { Databases } from "../harness/layouts.js";
import { binary, MarqueServer, projectFolder } from "../harness/server.js";

interface Panel {
  gridPos: { x: number; y: number };
  targets: Array<{ expr: string }>;
}

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

  it("every panel of the dashboard shows metrics the server tells, and every metric alerts look at has one", () => {
    const { panels } = JSON.parse(read("packaging/grafana.json")) as { panels: Panel[] };
    const shown = panels.flatMap(({ targets }) => targets.map(({ expr }) => expr)).join("\n");
    expect(panels.length).toBeGreaterThan(10);
    expect(unknownIn(shown)).toEqual([]);
    const watched = read("packaging/alerts.yml").match(/\bmarque_\w+/g) ?? [];
    expect(watched.filter((name) => !shown.includes(name))).toEqual([]);
    const places = panels.map(({ gridPos: { x, y } }) => `${x} ${y}`);
    expect(new Set(places).size, "no panel lies on another").toBe(panels.length);
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

  it("a Debian package holds the server, its pages and its service, and what is in it serves", async () => {
    const folder = mkdtempSync(join(tmpdir(), "marque-deb-"));
    try {
      const parts = [binary, join(projectFolder, "build/web"), "0~test", folder];
      const made = execFileSync(join(projectFolder, "packaging/build-deb"), parts, { encoding: "utf8" }).trim();
      const field = (name: string) => execFileSync("dpkg-deb", ["--field", made, name], { encoding: "utf8" }).trim();
      expect(field("Package")).toBe("marque");
      const needed = field("Depends").split(",");
      expect(needed.length).toBeGreaterThan(15);
      const shown = execFileSync("dpkg-query", ["--show", "--showformat", "${Package}, ${Provides}\n"], {
        encoding: "utf8",
      });
      const installed = new Set(shown.split(/,|\n/).map((each) => each.trim().split(" ")[0]));
      const lacking = needed.filter((each) => !each.split("|").some((one) => installed.has(one.trim().split(" ")[0])));
      expect(lacking, "this machine has what set-up installs").toEqual([]);
      const root = join(folder, "root");
      execFileSync("dpkg-deb", ["--extract", made, root]);
      expect(statSync(join(root, "etc/marque/.env")).mode & 0o777, "settings are for root alone").toBe(0o600);
      const service = readFileSync(join(root, "lib/systemd/system/marque.service"), "utf8");
      const program = service.match(/^ExecStart=(\S+) serve$/m)?.[1] ?? "";
      // Commands that are run by hand beside the settings are told the same as the service.
      const given = (text: string) => [...text.matchAll(/\b([A-Z_]+=\S+)/g)].map(([, setting]) => setting);
      const byHand = readFileSync(join(root, "etc/marque/.env"), "utf8").replace(/^#.*$/gm, "");
      const byService = [...service.matchAll(/^Environment=.*$/gm)].join(" ").replaceAll("Environment=", "");
      expect(given(byHand).sort()).toEqual(given(byService).sort());
      expect(given(byHand)).toHaveLength(4);
      const pages = service.match(/WEB_DIR=(\S+)/)?.[1] ?? "";
      const databases = await Databases.copy("one database", inject("cluster"));
      const settings = { ...databases.environment, WEB_DIR: join(root, pages) };
      const server = await MarqueServer.start(settings, [], { program: join(root, program) });
      try {
        for (const path of ["/", "/admin", "/api/v1/home"]) {
          const { status } = await fetch(server.origin + path);
          expect([path, status]).toEqual([path, 200]);
        }
      } finally {
        await server.stop();
        await databases.drop();
      }
    } finally {
      rmSync(folder, { recursive: true });
    }
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
