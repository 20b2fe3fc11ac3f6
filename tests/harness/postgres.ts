// A throw-away PostgreSQL cluster of Debian's package: Unix socket and a loopback port, killed by
// process id at the end.
import type { ChildProcess } from "node:child_process";
import {
  chownSync,
  cpSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { basename, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import pg from "pg";
import { keepLog } from "./evidence.js";
import { childrenOf, ended, isRoot, runWell, start } from "./processes.js";
import { eventually } from "./waiting.js";

/** Name and password of the role that stands in DATABASE_URL: an ordinary user that may create roles. */
export const owner = { user: "shop", password: "shop-password" };

export interface ClusterOptions {
  /** A cluster for crash tests keeps PostgreSQL's own durability; others trade it for speed. */
  durable?: boolean;
  settings?: Record<string, string>;
  /** Another major version than Debian's, out of an npm package (postgres-13 and the like in package.json). */
  version?: number;
  /** The folder it lies in; the system's for temporary files unless told. */
  within?: string;
}

/** Where a running cluster is; plain data, so that it reaches the test files. */
export interface ClusterAddress {
  socketDirectory: string;
  port: number;
}

export const logFile = (address: ClusterAddress) => join(address.socketDirectory, "data/log/postgres.log");

export function binaries(): string {
  const base = "/usr/lib/postgresql";
  const versions = existsSync(base) ? readdirSync(base).filter((name) => Number(name) >= 14) : [];
  const newest = versions.sort((a, b) => Number(b) - Number(a))[0];
  if (newest === undefined) throw new Error(`the tests need PostgreSQL 14 or newer under ${base}`);
  return join(base, newest, "bin");
}

/** The programs of a version that Debian does not have, copied to where PostgreSQL's user may read them. */
function binariesFromNpm(version: number, directory: string): string {
  const source = join(dirname(fileURLToPath(import.meta.url)), `../node_modules/postgres-${version}/native`);
  const copy = join(directory, "native");
  cpSync(source, copy, { recursive: true });
  // npm packages hold no links; this one lists them.
  const links = JSON.parse(readFileSync(join(copy, "pg-symlinks.json"), "utf8")) as {
    source: string;
    target: string;
  }[];
  for (const link of links) {
    const target = join(directory, link.target);
    if (!existsSync(target)) symlinkSync(basename(link.source), target);
  }
  return join(copy, "bin");
}

export async function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.on("error", reject);
    probe.listen(0, "127.0.0.1", () => {
      const address = probe.address();
      probe.close(() =>
        typeof address === "object" && address ? resolve(address.port) : reject(new Error("no port")),
      );
    });
  });
}

/** One user must give a password, so that a wrong one can be tried. */
const hostAccess = `local all all trust
local replication postgres trust
host all locked 127.0.0.1/32 scram-sha-256
host all all 127.0.0.1/32 trust
`;

/**
 * After a kill every file would be synchronised one by one before recovery; one call for
 * the file system does the same.
 */
const durableSettings = { recovery_init_sync_method: "syncfs", autovacuum: "off" };
/** One log file, which a test can have its own database's statements written to. */
const logSettings = {
  logging_collector: "on",
  log_directory: "log",
  log_filename: "postgres.log",
  log_file_mode: "0644",
};
const quickSettings = { fsync: "off", full_page_writes: "off", synchronous_commit: "on", autovacuum: "off" };

export class PostgresCluster {
  private postmaster: ChildProcess | undefined;
  private programs = binaries();

  private constructor(
    private readonly directory: string,
    readonly port: number,
  ) {}

  get address(): ClusterAddress {
    return { socketDirectory: this.directory, port: this.port };
  }

  static async create(options: ClusterOptions = {}): Promise<PostgresCluster> {
    const cluster = await PostgresCluster.at(options.within);
    const { directory } = cluster;
    if (options.version !== undefined) cluster.programs = binariesFromNpm(options.version, directory);
    const data = cluster.dataDirectory;
    await runWell(
      join(cluster.programs, "initdb"),
      ["-D", data, "-U", "postgres", "--auth=trust", "--no-sync", "-E", "UTF8", "--locale=C.UTF-8"],
      { asPostgres: true, directory },
    );
    cluster.configure({ ...(options.durable ? durableSettings : quickSettings), ...options.settings });
    writeFileSync(join(data, "pg_hba.conf"), hostAccess);
    await cluster.start();
    await cluster.admin(`CREATE ROLE ${owner.user} LOGIN CREATEROLE PASSWORD '${owner.password}'`);
    const readsAll = options.version === 13 ? "" : "IN ROLE pg_read_all_data";
    await cluster.admin(`CREATE ROLE keeper LOGIN BYPASSRLS ${readsAll} PASSWORD '${owner.password}'`);
    await cluster.admin(`CREATE ROLE locked LOGIN PASSWORD 'right-password'`);
    return cluster;
  }

  /** An empty folder of PostgreSQL's user, and a port. */
  private static async at(within = tmpdir()): Promise<PostgresCluster> {
    const directory = mkdtempSync(join(within, "marque-test-pg-"));
    if (isRoot) {
      const [uid, gid] = (await runWell("sh", ["-c", "id -u postgres; id -g postgres"])).trim().split("\n").map(Number);
      chownSync(directory, uid ?? 0, gid ?? 0);
    }
    return new PostgresCluster(directory, await freePort());
  }

  private configure(settings: Record<string, string>): void {
    const all = {
      max_connections: "400",
      listen_addresses: "127.0.0.1",
      unix_socket_directories: this.directory,
      port: String(this.port),
      ...logSettings,
      ...settings,
    };
    const lines = Object.entries(all).map(([name, value]) => `${name} = '${value}'\n`);
    writeFileSync(join(this.dataDirectory, "postgresql.auto.conf"), lines.join(""));
  }

  /** A copy of a running cluster's files as pg_basebackup makes it, not started yet. */
  static async copyOf(running: ClusterAddress): Promise<PostgresCluster> {
    const cluster = await PostgresCluster.at();
    const [host, port] = [`--host=${running.socketDirectory}`, `--port=${running.port}`];
    const arguments_ = [host, port, "--username=postgres", "--checkpoint=fast", "--wal-method=none", "--no-sync"];
    await runWell(join(binaries(), "pg_basebackup"), [...arguments_, `--pgdata=${cluster.dataDirectory}`], {
      asPostgres: true,
      directory: cluster.directory,
    });
    return cluster;
  }

  /** Starts a copy and lets it catch up from a folder of archived log, up to a moment that PostgreSQL named. */
  async recover(archive: string, until: string): Promise<void> {
    this.configure({
      ...durableSettings,
      restore_command: `cp ${archive}/%f %p`,
      recovery_target_time: until,
      recovery_target_action: "promote",
    });
    writeFileSync(join(this.dataDirectory, "recovery.signal"), "");
    await this.start();
    await eventually("it has recovered", () => this.admin("SELECT pg_current_wal_lsn()").then(() => true), {
      timeout_ms: 60_000,
    });
  }

  private get dataDirectory(): string {
    return join(this.directory, "data");
  }

  async start(): Promise<void> {
    const child = start(join(this.programs, "postgres"), ["-D", this.dataDirectory], {
      asPostgres: true,
      deathSignal: "QUIT",
      directory: this.directory,
    });
    this.postmaster = child;
    let log = "";
    const keep = (piece: Buffer) => (log = (log + piece.toString()).slice(-20_000));
    const wholeLog = () =>
      log + (existsSync(logFile(this.address)) ? readFileSync(logFile(this.address), "utf8").slice(-20_000) : "");
    child.stdout?.on("data", keep);
    child.stderr?.on("data", keep);
    await eventually(
      "PostgreSQL takes connections",
      async () => {
        if (child.exitCode !== null) throw new Error(`PostgreSQL ended with ${child.exitCode}:\n${wholeLog()}`);
        await this.admin("SELECT 1");
        return true;
      },
      { timeout_ms: 30_000 },
    ).catch((error) => {
      throw new Error(`PostgreSQL did not start:\n${wholeLog()}`, { cause: error });
    });
  }

  /** One statement as superuser on the maintenance database. */
  async admin(sql: string): Promise<void> {
    const client = new pg.Client({ host: this.directory, port: this.port, user: "postgres", database: "postgres" });
    await client.connect();
    try {
      await client.query(sql);
    } finally {
      await client.end();
    }
  }

  /** kill -9 of the postmaster and all its children: what a crash of the machine's memory would leave. */
  async crash(): Promise<void> {
    const child = this.postmaster;
    if (child?.pid === undefined) throw new Error("the cluster is not running");
    const victims = [child.pid, ...childrenOf(child.pid)];
    for (const pid of victims) {
      try {
        process.kill(pid, "SIGKILL");
      } catch {
        // A child that was just ending anyway.
      }
    }
    await ended(child);
    // A new postmaster refuses to start while one of the old backends still holds the shared memory.
    await eventually("all backends are gone", () =>
      victims.every((pid) => !existsSync(`/proc/${pid}`) || isZombie(pid)),
    );
    this.postmaster = undefined;
  }

  /** A restart as an administrator makes it: connections are cut, nothing is lost. The moment it was there again. */
  async restart(): Promise<number> {
    const child = this.postmaster;
    if (child === undefined) throw new Error("the cluster is not running");
    child.kill("SIGINT");
    await ended(child);
    await this.start();
    return Date.now();
  }

  /** Stops the process that writes the log on behalf of commits that do not wait for it. */
  async stopLogWriter(): Promise<void> {
    const listed = await runWell("ps", ["-o", "pid=,args=", "--ppid", String(this.postmaster?.pid)]);
    const line = listed.split("\n").find((entry) => entry.includes("walwriter"));
    process.kill(Number.parseInt(line ?? "", 10), "SIGSTOP");
  }

  async destroy(): Promise<void> {
    if (this.postmaster) {
      this.postmaster.kill("SIGQUIT");
      await ended(this.postmaster);
    }
    if (existsSync(logFile(this.address))) keepLog("postgres")(readFileSync(logFile(this.address), "utf8"));
    rmSync(this.directory, { recursive: true, force: true });
  }
}

/** The state letter of /proc/PID/stat stands behind the name in brackets. */
function isZombie(pid: number): boolean {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    return stat.slice(stat.lastIndexOf(")") + 2, stat.lastIndexOf(")") + 3) === "Z";
  } catch {
    return true;
  }
}

/** The cluster as a test file sees it: making databases, URLs and superuser connections. */
export class PostgresAccess {
  constructor(private readonly address: ClusterAddress) {}

  pool(database: string, user = "postgres", max = 4): pg.Pool {
    const pool = new pg.Pool({ host: this.address.socketDirectory, port: this.address.port, user, database, max });
    // Crash tests kill the server under idle connections; a later query shows the trouble.
    pool.on("error", () => {});
    return pool;
  }

  async createDatabase(name: string, template?: string): Promise<void> {
    const maintenance = this.pool("postgres", "postgres", 1);
    try {
      await maintenance.query(`CREATE DATABASE ${name} OWNER ${owner.user}${template ? ` TEMPLATE ${template}` : ""}`);
      if (!template) await this.giveSchema(name);
    } finally {
      await maintenance.end();
    }
  }

  /** Debian's template gives schema public to the database's owner through pg_database_owner from PostgreSQL 15 on. */
  private async giveSchema(name: string): Promise<void> {
    const pool = this.pool(name, "postgres", 1);
    try {
      await pool.query(`ALTER SCHEMA public OWNER TO ${owner.user}`);
    } finally {
      await pool.end();
    }
  }

  /** A statement about the whole cluster. */
  async asSuperuser(text: string): Promise<void> {
    const maintenance = this.pool("postgres", "postgres", 1);
    try {
      await maintenance.query(text);
    } finally {
      await maintenance.end();
    }
  }

  async dropDatabase(name: string): Promise<void> {
    const maintenance = this.pool("postgres", "postgres", 1);
    try {
      await maintenance.query(`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`);
    } finally {
      await maintenance.end();
    }
  }

  /** Through the Unix socket, as on a machine that runs both. */
  url(database: string): string {
    const host = encodeURIComponent(this.address.socketDirectory);
    return `postgresql://${owner.user}:${owner.password}@${host}:${this.address.port}/${database}`;
  }

  /** Through TCP, for the forms of URLs people write. */
  tcpUrl(
    database: string,
    { scheme = "postgresql", user = owner.user, password = owner.password, query = "" } = {},
  ): string {
    return `${scheme}://${user}:${password}@127.0.0.1:${this.address.port}/${database}${query}`;
  }
}
