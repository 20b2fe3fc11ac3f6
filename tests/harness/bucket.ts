// A bucket on this machine: keeps objects in memory and takes only requests whose signature Amazon's own signer
// (@smithy/signature-v4) makes of the same request, too.
import { Sha256 } from "@aws-crypto/sha256-js";
import { SignatureV4 } from "@smithy/signature-v4";
import { createHash } from "node:crypto";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

export interface BucketOptions {
  pathStyle: boolean;
  secret: string;
}

export interface StoredObject {
  body: Buffer;
  type: string;
  cacheControl: string;
}

export const bucketName = "pictures-of-the-shop";
export const accessKey = "AKIATESTSONLY0000000";

export class Bucket {
  readonly objects = new Map<string, StoredObject>();
  /** "PUT 200", "GET 404", … in order. */
  readonly answers: string[] = [];
  /** Taken from the front: statuses that requests get instead of what they ask. */
  readonly troubles: number[] = [];
  private constructor(
    private readonly server: Server,
    private readonly options: BucketOptions,
  ) {
    server.on("request", (request, response) => void this.answer(request, response));
  }

  static async start(options: BucketOptions): Promise<Bucket> {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    return new Bucket(server, options);
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }

  /** Settings for a server that keeps its pictures here. `secret` may be another than the bucket's. */
  settings(secret = this.options.secret): Record<string, string> {
    const { port } = this.server.address() as AddressInfo;
    return {
      FILE_STORAGE_PROVIDER: "s3",
      // Names below localhost are this machine's, so the bucket can stand before it.
      FILE_STORAGE_S3_ENDPOINT: `http://${this.options.pathStyle ? "127.0.0.1" : "localhost"}:${port}`,
      FILE_STORAGE_S3_REGION: "eu-central-1",
      FILE_STORAGE_S3_BUCKET: bucketName,
      FILE_STORAGE_S3_ACCESS_KEY: accessKey,
      FILE_STORAGE_S3_SECRET_KEY: secret,
      FILE_STORAGE_S3_PATH_STYLE: String(this.options.pathStyle),
      FILE_STORAGE_S3_TIMEOUT_SECONDS: "2",
    };
  }

  private async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const pieces: Buffer[] = [];
    for await (const piece of request) pieces.push(piece as Buffer);
    const body = Buffer.concat(pieces);
    const status = this.troubles.shift() ?? ((await this.isSigned(request, body)) ? this.carryOut(request, body) : 403);
    this.answers.push(`${request.method} ${status}`);
    const key = this.keyOf(request);
    const object = status === 200 && request.method !== "PUT" ? this.objects.get(key ?? "") : undefined;
    const content =
      object?.body ?? (status >= 400 ? Buffer.from("<Error><Code>Refused</Code></Error>") : Buffer.alloc(0));
    response.writeHead(status, { "Content-Length": status === 204 ? 0 : content.length });
    response.end(request.method === "HEAD" || status === 204 ? undefined : content);
  }

  private keyOf(request: IncomingMessage): string | undefined {
    const path = (request.url ?? "").slice(1);
    if (this.options.pathStyle)
      return path.startsWith(`${bucketName}/`) ? path.slice(bucketName.length + 1) : undefined;
    return request.headers.host?.startsWith(`${bucketName}.`) ? path : undefined;
  }

  private carryOut(request: IncomingMessage, body: Buffer): number {
    const key = this.keyOf(request);
    if (key === undefined) return 404;
    if (request.method === "PUT") {
      const type = request.headers["content-type"] ?? "";
      this.objects.set(key, { body, type, cacheControl: request.headers["cache-control"] ?? "" });
      return 200;
    }
    if (request.method === "DELETE") return this.objects.delete(key) ? 204 : 204;
    return this.objects.has(key) ? 200 : 404;
  }

  private async isSigned(request: IncomingMessage, body: Buffer): Promise<boolean> {
    const given = request.headers.authorization ?? "";
    const [, names = ""] = /SignedHeaders=([^,]*)/.exec(given) ?? [];
    const [, signature] = /Signature=([0-9a-f]{64})$/.exec(given) ?? [];
    const hash = createHash("sha256").update(body).digest("hex");
    const time = String(request.headers["x-amz-date"]);
    if (request.headers["x-amz-content-sha256"] !== hash || !names.split(";").includes("host")) return false;
    const date = new Date(time.replace(/^(....)(..)(..T..)(..)(..Z)$/, "$1-$2-$3:$4:$5"));
    if (Math.abs(date.getTime() - Date.now()) > 15 * 60_000) return false;
    const signer = new SignatureV4({
      service: "s3",
      region: "eu-central-1",
      credentials: { accessKeyId: accessKey, secretAccessKey: this.options.secret },
      sha256: Sha256,
      uriEscapePath: false,
      applyChecksum: false,
    });
    const headers = Object.fromEntries(names.split(";").map((name) => [name, String(request.headers[name])]));
    const { host = "", ...rest } = headers;
    const [hostname = "", port] = host.split(":");
    const expected = await signer.sign(
      {
        method: request.method ?? "",
        protocol: "http:",
        hostname,
        port: Number(port),
        path: request.url ?? "",
        query: {},
        headers: { host, ...rest },
        body,
      },
      { signingDate: date },
    );
    return signature !== undefined && (expected.headers.authorization ?? "").endsWith(`Signature=${signature}`);
  }
}
