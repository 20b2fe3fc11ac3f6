// Three PostgreSQL nodes kept by Patroni, with etcd and HAProxy, all from Debian and with the files of packaging/ on
// ports of the test's. Nodes are killed by process id; whatever is left ends with this process.
import type { ChildProcess } from "node:child_process";
import { chownSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { binaries, type ClusterAddress, freePort, owner } from "./postgres.js";
import { childrenOf, ended, isRoot, runWell, start } from "./processes.js";
import { projectFolder } from "./server.js";
import { eventually } from "./waiting.js";
import pg from "pg";

const names = ["one", "two", "three"] as const;
export type NodeName = (typeof names)[number];

interface Node {
  name: NodeName;
  directory: string;
  port: number;
  rest: number;
  patroni?: ChildProcess;
}

/** A text of packaging/ with some of its words changed; a word that is not there is a mistake of the test. */
function packaged(file: string, changes: Array<[string | RegExp, string]>): string {
  let text = readFileSync(join(projectFolder, "packaging", file), "utf8");
  for (const [what, by] of changes) {
    const pattern = typeof what === "string" ? what : new RegExp(what, "g");
    if (text.search(pattern) < 0 && !text.includes(String(what))) {
      throw new Error(`packaging/${file} has no ${String(what)}`);
    }
    text = text.replaceAll(pattern, by);
  }
  return text;
}

export class PatroniCluster {
  private readonly helpers: ChildProcess[] = [];
  private readonly nodes: Node[] = [];
  private output = "";
  private etcd = 0;
  private door = 0;
  private ids = { uid: 0, gid: 0 };

  private constructor(private readonly directory: string) {}

  static async create(): Promise<PatroniCluster> {
    const cluster = new PatroniCluster(mkdtempSync(join(tmpdir(), "marque-test-patroni-")));
    try {
      await cluster.begin();
    } catch (error) {
      const { output } = cluster;
      await cluster.destroy();
      throw new Error(`the cluster did not come up:\n${output.slice(-6_000)}`, { cause: error });
    }
    return cluster;
  }

  /** Where the leader is found, whichever node that is. */
  get address(): ClusterAddress {
    return { socketDirectory: "127.0.0.1", port: this.door };
  }

  /** All nodes in one URL; libpq finds the one that leads. */
  urlOfAll(database: string): string {
    const hosts = this.nodes.map((node) => `127.0.0.1:${node.port}`).join(",");
    return `postgresql://${owner.user}:${owner.password}@${hosts}/${database}?target_session_attrs=primary`;
  }

  portOf(name: NodeName): number {
    return this.node(name).port;
  }

  private own(path: string): string {
    mkdirSync(path, { recursive: true });
    if (isRoot) chownSync(path, this.ids.uid, this.ids.gid);
    return path;
  }

  private keep(child: ChildProcess): ChildProcess {
    const take = (piece: Buffer) => (this.output = (this.output + piece.toString()).slice(-60_000));
    child.stdout?.on("data", take);
    child.stderr?.on("data", take);
    return child;
  }

  private async begin(): Promise<void> {
    if (isRoot) {
      const [uid, gid] = (await runWell("sh", ["-c", "id -u postgres; id -g postgres"])).trim().split("\n").map(Number);
      this.ids = { uid: uid ?? 0, gid: gid ?? 0 };
    }
    this.own(this.directory);
    this.guard();
    await this.startEtcd();
    for (const name of names) {
      const directory = this.own(join(this.directory, name));
      this.nodes.push({ name, directory, port: await freePort(), rest: await freePort() });
    }
    for (const node of this.nodes) this.configure(node);
    // The first one makes the cluster; the others copy it.
    this.startNode("one");
    await this.untilLeader(["one"]);
    this.startNode("two");
    this.startNode("three");
    await this.startDoor();
    await this.untilStandbys(2);
    await this.admin(`CREATE ROLE ${owner.user} LOGIN CREATEROLE PASSWORD '${owner.password}'`);
  }

  /** Patroni's postmasters are nobody's children: should this process be killed, somebody must end them. */
  private guard(): void {
    const script = `trap 'for f in "$1"/*/data/postmaster.pid; do kill -9 "$(head -n 1 "$f")"; done; exit' TERM
      while :; do sleep 1000 & wait $!; done`;
    this.helpers.push(start("sh", ["-c", script, "guard", this.directory], { deathSignal: "TERM" }));
  }

  private async startEtcd(): Promise<void> {
    const [clients, peers] = [await freePort(), await freePort()];
    this.etcd = clients;
    const [mine, theirs] = [`http://127.0.0.1:${clients}`, `http://127.0.0.1:${peers}`];
    const child = start(
      "/usr/bin/etcd",
      [
        "--name=test",
        `--data-dir=${this.own(join(this.directory, "etcd"))}`,
        `--listen-client-urls=${mine}`,
        `--advertise-client-urls=${mine}`,
        `--listen-peer-urls=${theirs}`,
        `--initial-advertise-peer-urls=${theirs}`,
        `--initial-cluster=test=${theirs}`,
        "--unsafe-no-fsync",
        "--log-level=error",
      ],
      { deathSignal: "KILL", directory: this.directory },
    );
    this.helpers.push(this.keep(child));
    await eventually("etcd answers", async () => (await fetch(`${mine}/health`)).ok);
  }

  private configure(node: Node): void {
    const text = packaged("patroni.yml", [
      ["name: one", `name: ${node.name}`],
      ["127.0.0.1:8008", `127.0.0.1:${node.rest}`],
      ["127.0.0.1:2379", `127.0.0.1:${this.etcd}`],
      ["127.0.0.1:5432", `127.0.0.1:${node.port}`],
      ["/var/lib/postgresql/15/marque", join(node.directory, "data")],
      ["/usr/lib/postgresql/15/bin", binaries()],
      ["/var/run/postgresql", node.directory],
      [/all 127.0.0.1\/32 scram-sha-256/, "all 127.0.0.1/32 trust"],
    ]);
    writeFileSync(join(node.directory, "patroni.yml"), text);
  }

  private async startDoor(): Promise<void> {
    this.door = await freePort();
    const file = join(this.directory, "haproxy.cfg");
    const text = packaged("haproxy-postgresql.cfg", [
      ["127.0.0.1:5000", `127.0.0.1:${this.door}`],
      ["log /dev/log local0", "log stdout format raw local0"],
      ...this.nodes.map((node, i): [string, string] => [
        `127.0.0.1:${5432 + i} port ${8008 + i}`,
        `127.0.0.1:${node.port} port ${node.rest}`,
      ]),
    ]);
    writeFileSync(file, text);
    const child = start("/usr/sbin/haproxy", ["-db", "-f", file], { directory: this.directory, deathSignal: "KILL" });
    this.helpers.push(this.keep(child));
    await eventually("the leader is reached through HAProxy", async () => {
      await this.admin("SELECT 1");
      return true;
    });
  }

  private node(name: NodeName): Node {
    return this.nodes.find((each) => each.name === name) as Node;
  }

  startNode(name: NodeName): void {
    const node = this.node(name);
    node.patroni = this.keep(
      start("/usr/bin/patroni", [join(node.directory, "patroni.yml")], {
        asPostgres: true,
        deathSignal: "KILL",
        directory: node.directory,
        environment: { HOME: node.directory },
      }),
    );
  }

  private async says(node: Node, path: string): Promise<boolean> {
    try {
      return (
        (await fetch(`http://127.0.0.1:${node.rest}${path}`, { signal: AbortSignal.timeout(2_000) })).status === 200
      );
    } catch {
      return false;
    }
  }

  /** The node among these that leads, once one does. */
  async untilLeader(among: readonly NodeName[] = names, timeout_ms = 60_000): Promise<NodeName> {
    return eventually<NodeName>(
      "a leader",
      async () => {
        for (const name of among) if (await this.says(this.node(name), "/primary")) return name;
        return undefined;
      },
      { timeout_ms, interval_ms: 50 },
    );
  }

  /** Waits until so many standbys stream, one of them in the leader's confidence where commits wait for one. */
  async untilStandbys(count: number, synchronous = true): Promise<void> {
    await eventually(
      `${count} standbys`,
      async () => {
        const rows = await this.admin<{ sync_state: string }>(
          "SELECT sync_state FROM pg_stat_replication WHERE state = 'streaming'",
        );
        const inConfidence = rows.some((row) => row.sync_state === "sync");
        return rows.length >= count && inConfidence === synchronous;
      },
      { timeout_ms: 60_000, interval_ms: 100 },
    );
  }

  /** One statement as superuser at the leader. */
  async admin<Row extends pg.QueryResultRow = pg.QueryResultRow>(sql: string): Promise<Row[]> {
    const client = new pg.Client({ host: "127.0.0.1", port: this.door, user: "postgres", database: "postgres" });
    client.on("error", () => {});
    await client.connect();
    try {
      return (await client.query<Row>(sql)).rows;
    } finally {
      await client.end();
    }
  }

  private postmaster(node: Node): number | undefined {
    const file = join(node.directory, "data/postmaster.pid");
    return existsSync(file) ? Number(readFileSync(file, "utf8").split("\n")[0]) : undefined;
  }

  /** kill -9 of a node's Patroni and of its PostgreSQL with all its children. */
  async kill(name: NodeName): Promise<void> {
    const node = this.node(name);
    const postmaster = this.postmaster(node);
    node.patroni?.kill("SIGKILL");
    for (const pid of postmaster === undefined ? [] : [postmaster, ...childrenOf(postmaster)]) {
      try {
        process.kill(pid, "SIGKILL");
      } catch {
        // It was just ending anyway.
      }
    }
    if (node.patroni) await ended(node.patroni);
    node.patroni = undefined;
  }

  /** The processes that receive the leader's log at all nodes but one. */
  private async receivers(leader: NodeName): Promise<number[]> {
    const pids: number[] = [];
    for (const node of this.nodes.filter((each) => each.name !== leader && each.patroni)) {
      const listed = await runWell("ps", ["-o", "pid=,args=", "--ppid", String(this.postmaster(node))]);
      for (const line of listed.split("\n")) if (line.includes("walreceiver")) pids.push(Number.parseInt(line, 10));
    }
    return pids;
  }

  /** From here on the standbys take nothing; what returns ends their receivers, with what was still on its way. */
  async stopReceivers(leader: NodeName): Promise<() => void> {
    const pids = await this.receivers(leader);
    if (pids.length === 0) throw new Error("no standby receives anything");
    for (const pid of pids) process.kill(pid, "SIGSTOP");
    return () => {
      for (const pid of pids) process.kill(pid, "SIGKILL");
    };
  }

  /** Changes what all nodes agree on, as `patronictl edit-config` does. */
  async agree(changes: Record<string, unknown>): Promise<void> {
    const leader = await this.untilLeader();
    const answer = await fetch(`http://127.0.0.1:${this.node(leader).rest}/config`, {
      method: "PATCH",
      body: JSON.stringify(changes),
    });
    if (!answer.ok) throw new Error(`Patroni answered ${answer.status}: ${await answer.text()}`);
  }

  /** Ends the leader's term at once, where a test does not want to wait for its time to be over. */
  async forgetLeader(): Promise<void> {
    const key = Buffer.from("/service/marque/leader").toString("base64");
    await fetch(`http://127.0.0.1:${this.etcd}/v3/kv/deleterange`, { method: "POST", body: JSON.stringify({ key }) });
  }

  tail(): string {
    return this.output.slice(-6_000);
  }

  async destroy(): Promise<void> {
    for (const node of this.nodes) await this.kill(node.name);
    for (const child of this.helpers) child.kill("SIGKILL");
    for (const child of this.helpers) await ended(child);
    rmSync(this.directory, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 });
  }
}
