// Proxies that keep answers, as a shop would put in front: nginx with proxy_cache and its default key, HAProxy with its
// cache. Both decide by the answer's own Cache-Control and Vary.
import type { ChildProcess } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { freePort } from "./postgres.js";
import { ended, isRoot, start } from "./processes.js";
import { open, portOf } from "./sockets.js";
import { eventually } from "./waiting.js";

const nginxConfiguration = (folder: string, port: number, server: number) => `
${isRoot ? "user root;" : ""}
worker_processes 1;
daemon off;
pid ${folder}/pid;
error_log ${folder}/error.log warn;
events { worker_connections 512; }
http {
  access_log off;
  client_body_temp_path ${folder}/t1;
  proxy_temp_path ${folder}/t2;
  fastcgi_temp_path ${folder}/t3;
  uwsgi_temp_path ${folder}/t4;
  scgi_temp_path ${folder}/t5;
  proxy_cache_path ${folder}/cache levels=1:2 keys_zone=shop:20m max_size=500m use_temp_path=off;
  upstream marque { server 127.0.0.1:${server}; keepalive 32; }
  server {
    listen 127.0.0.1:${port};
    location / {
      proxy_pass http://marque;
      proxy_http_version 1.1;
      proxy_set_header Connection "";
      proxy_set_header Host $http_host;
      proxy_set_header X-Forwarded-For $remote_addr;
      proxy_set_header X-Forwarded-Proto $scheme;
      proxy_cache shop;
      proxy_cache_revalidate on;
      proxy_cache_background_update on;
      proxy_cache_use_stale updating;
      add_header X-Cache $upstream_cache_status always;
    }
  }
}
`;

const haproxyConfiguration = (_: string, port: number, server: number) => `
global
  log stdout format raw local0
defaults
  mode http
  timeout connect 2s
  timeout client 5s
  timeout server 5s
cache shop
  total-max-size 64
  max-age 60
  process-vary on
frontend door
  bind 127.0.0.1:${port}
  http-request set-header X-Forwarded-For %[src]
  http-request set-header X-Forwarded-Proto http
  http-request cache-use shop
  http-response cache-store shop
  default_backend shop
backend shop
  server marque 127.0.0.1:${server}
`;

const kinds = {
  nginx: { program: "/usr/sbin/nginx", configuration: nginxConfiguration, arguments: ["-c"] },
  haproxy: { program: "/usr/sbin/haproxy", configuration: haproxyConfiguration, arguments: ["-db", "-f"] },
};

export class CachingProxy {
  private output = "";

  private constructor(
    private readonly child: ChildProcess,
    private readonly directory: string,
    readonly port: number,
  ) {
    child.stdout?.on("data", (piece: Buffer) => (this.output += piece.toString()));
    child.stderr?.on("data", (piece: Buffer) => (this.output += piece.toString()));
  }

  get origin(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  static async start(kind: keyof typeof kinds, origin: string): Promise<CachingProxy> {
    const directory = mkdtempSync(join(tmpdir(), "marque-test-proxy-"));
    mkdirSync(join(directory, "cache"));
    const port = await freePort();
    const file = join(directory, "configuration");
    const { program, configuration, arguments: options } = kinds[kind];
    writeFileSync(file, configuration(directory, port, portOf(origin)));
    const early = kind === "nginx" ? ["-e", join(directory, "error.log")] : [];
    // nginx stops its worker on SIGTERM; killed, it would leave it behind.
    const child = start(program, [...early, ...options, file], { directory, deathSignal: "TERM" });
    const proxy = new CachingProxy(child, directory, port);
    await eventually(`${kind} listens`, async () => {
      (await open(port)).destroy();
      return true;
    }).catch((error) => {
      throw new Error(`${String(error)}\n${proxy.output}`);
    });
    return proxy;
  }

  async stop(): Promise<void> {
    this.child.kill("SIGTERM");
    await ended(this.child);
    rmSync(this.directory, { recursive: true, force: true });
  }
}
