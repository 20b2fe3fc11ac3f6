// A TCP proxy that does what networks do to databases: a process of its own, so that it is no part of what is measured.
// Commands come as lines of JSON on its standard input, each answered by a line.
import { createConnection, createServer } from "node:net";
import { createInterface } from "node:readline";

let target = Number(process.argv[2]);
const target_host = "127.0.0.1";
const links = new Set();
let mode = { kind: "pass" };
let attempts = [];

/** Bytes in one direction, each piece leaving in its order and, where they are delayed, at its time. */
class Way {
  constructor(link, from, to, isAnswer) {
    this.link = link;
    this.to = to;
    this.isAnswer = isAnswer;
    this.queue = [];
    this.busy = false;
    from.on("data", (piece) => this.take(piece));
    from.on("end", () => this.take(null));
  }

  take(piece) {
    if (this.link.dead) return;
    // Who gives up before anything came through was never there for the database.
    if (piece === null && mode.kind === "stall" && !this.isAnswer && !this.link.spoken) return this.link.end();
    this.queue.push({ piece, due: Date.now() + (mode.kind === "delay" && this.isAnswer ? mode.ms : 0) });
    this.pump();
  }

  pump() {
    if (this.busy || this.link.dead || mode.kind === "stall" || this.queue.length === 0) return;
    const { piece, due } = this.queue[0];
    const left_ms = due - Date.now();
    this.busy = true;
    if (left_ms > 0) return void setTimeout(() => this.again(), left_ms);
    this.queue.shift();
    this.link.spoken = true;
    if (piece === null) return void this.to.end(() => this.again());
    if (mode.kind === "reset" && this.isAnswer) return this.cut(piece);
    if (mode.kind === "trickle" && piece.length > 1) return this.trickle(piece, 0);
    this.to.write(piece, () => this.again());
  }

  again() {
    this.busy = false;
    this.pump();
  }

  /** Some of the answer, then a reset. */
  cut(piece) {
    this.link.answered += piece.length;
    if (this.link.answered < mode.after) return void this.to.write(piece, () => this.again());
    this.to.write(piece.subarray(0, Math.floor(piece.length / 2)), () => this.link.reset());
  }

  trickle(piece, at) {
    if (this.link.dead) return;
    if (at === piece.length) return this.again();
    this.to.write(piece.subarray(at, at + 1), () => this.trickle(piece, at + 1));
  }
}

class Link {
  constructor(client) {
    this.client = client;
    this.server = createConnection({ host: target_host, port: target });
    this.dead = false; // swallows everything, tells nobody
    this.answered = 0;
    this.spoken = false;
    for (const socket of [client, this.server]) {
      socket.setNoDelay(true);
      socket.on("error", () => this.end());
      socket.on("close", () => this.end());
    }
    this.ways = [new Way(this, client, this.server, false), new Way(this, this.server, client, true)];
    links.add(this);
  }

  end() {
    if (this.dead || !links.delete(this)) return;
    this.client.destroy();
    this.server.destroy();
  }

  reset() {
    if (!links.delete(this)) return;
    this.client.resetAndDestroy();
    this.server.destroy();
  }
}

const listener = createServer({ allowHalfOpen: true }, (client) => {
  attempts.push(Date.now());
  if (mode.kind === "refuse") return void client.resetAndDestroy();
  new Link(client);
});

const commands = {
  /** pass, delay {ms}, stall, reset {after}, trickle, refuse */
  mode(wanted) {
    mode = wanted;
    for (const link of links) {
      link.answered = 0;
      for (const way of link.ways) way.pump();
    }
  },
  /** What is open stays so for ever, and nothing comes through it any more. */
  forget() {
    for (const link of links) link.dead = true;
  },
  /** From here on another port is what it leads to; what was open is reset. */
  lead(port) {
    target = port;
    for (const link of [...links]) link.reset();
  },
  /** When connections were tried, since the last question. */
  attempts() {
    const seen = attempts;
    attempts = [];
    return seen;
  },
};

listener.listen(0, "127.0.0.1", () => {
  console.log(JSON.stringify({ port: listener.address().port }));
  createInterface({ input: process.stdin })
    .on("line", (line) => {
      const { name, value } = JSON.parse(line);
      console.log(JSON.stringify({ done: commands[name](value) ?? null }));
    })
    .on("close", () => process.exit(0));
});
