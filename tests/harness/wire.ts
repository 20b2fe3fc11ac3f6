// Requests whose answers are looked at as they come over the wire: nothing is decompressed, followed or kept.
import { Agent, request as httpRequest } from "node:http";
import { brotliDecompressSync, gunzipSync } from "node:zlib";

export interface WireAnswer {
  status: number;
  headers: Record<string, string>;
  bytes: Buffer;
}

/** A browser's connections: reused, and no more than a few at once. */
export class Wire {
  private readonly agent = new Agent({ keepAlive: true, maxSockets: 32 });

  constructor(readonly origin: string) {}

  ask(path: string, headers: Record<string, string> = {}, method = "GET"): Promise<WireAnswer> {
    return new Promise((resolve, reject) => {
      const asked = httpRequest(`${this.origin}${path}`, { method, headers, agent: this.agent }, (answer) => {
        const pieces: Buffer[] = [];
        answer.on("data", (piece: Buffer) => pieces.push(piece));
        answer.on("error", reject);
        answer.on("end", () => {
          const fields = Object.entries(answer.headers).map(([name, value]) => [name, String(value)]);
          resolve({
            status: answer.statusCode ?? 0,
            headers: Object.fromEntries(fields) as Record<string, string>,
            bytes: Buffer.concat(pieces),
          });
        });
      });
      asked.on("error", reject);
      asked.end();
    });
  }

  close(): void {
    this.agent.destroy();
  }
}

/** What a browser would see of an answer. */
export function decoded({ headers, bytes }: WireAnswer): string {
  switch (headers["content-encoding"]) {
    case undefined:
      return bytes.toString();
    case "br":
      return brotliDecompressSync(bytes).toString();
    case "gzip":
      return gunzipSync(bytes).toString();
    default:
      throw new Error(`a coding nobody asked for: ${headers["content-encoding"]}`);
  }
}
