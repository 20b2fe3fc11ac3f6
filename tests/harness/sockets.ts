// Plain sockets, for what no HTTP client would send.
import { connect, type Socket } from "node:net";

export interface RawResponse {
  status: number;
  headers: Record<string, string>;
  body: string;
}

export interface Exchange {
  /** Everything received, as Latin-1. */
  text: string;
  responses: RawResponse[];
  /** Whether the server ended the connection. */
  closed: boolean;
}

/** Takes answers apart by Content-Length; interim ones (1xx) are left out. */
export function responsesOf(text: string): RawResponse[] {
  const responses: RawResponse[] = [];
  let rest = text;
  for (;;) {
    const end = rest.indexOf("\r\n\r\n");
    if (end < 0) return responses;
    const [first, ...lines] = rest.slice(0, end).split("\r\n");
    const headers: Record<string, string> = {};
    for (const line of lines) {
      const colon = line.indexOf(":");
      headers[line.slice(0, colon).toLowerCase()] = line.slice(colon + 1).trim();
    }
    const status = Number(first?.split(" ")[1]);
    const length = Number(headers["content-length"] ?? 0);
    if (status >= 200) responses.push({ status, headers, body: rest.slice(end + 4, end + 4 + length) });
    rest = rest.slice(end + 4 + length);
  }
}

export const portOf = (origin: string) => Number(new URL(origin).port);

export function open(port: number): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = connect(port, "127.0.0.1");
    socket.once("error", reject);
    socket.once("connect", () => {
      socket.off("error", reject);
      socket.on("error", () => {});
      resolve(socket);
    });
  });
}

/** Sends bytes (Latin-1) and collects what comes until the server closes, or until nothing came for `quiet_ms`. */
export function exchange(port: number, bytes: string | Buffer, quiet_ms = 5_000): Promise<Exchange> {
  return new Promise((resolve) => {
    const socket = connect(port, "127.0.0.1");
    let text = "";
    const finish = (closed: boolean) => {
      socket.destroy();
      resolve({ text, responses: responsesOf(text), closed });
    };
    socket.setTimeout(quiet_ms, () => finish(false));
    socket.on("data", (piece) => (text += piece.toString("latin1")));
    socket.on("end", () => finish(true));
    socket.on("error", () => finish(true));
    socket.write(typeof bytes === "string" ? Buffer.from(bytes, "latin1") : bytes);
  });
}
