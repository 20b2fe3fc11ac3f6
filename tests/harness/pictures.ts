// Pictures made on the spot: PNGs of any size, and what libvips makes of them.
import { execFileSync, spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { crc32, deflateSync } from "node:zlib";

function chunk(type: string, data: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(type, "latin1"), data]);
  const out = Buffer.alloc(body.length + 8);
  out.writeUInt32BE(data.length, 0);
  body.copy(out, 4);
  out.writeUInt32BE(crc32(body), body.length + 4);
  return out;
}

const signature = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);

function pngOf(width: number, height: number, bits: number, colour: number, lines: Buffer): Buffer {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header.set([bits, colour], 8);
  return Buffer.concat([
    signature,
    chunk("IHDR", header),
    chunk("IDAT", deflateSync(lines, { level: 9 })),
    chunk("IEND", Buffer.alloc(0)),
  ]);
}

/** A PNG with a colour gradient. */
export function png(width: number, height: number): Buffer {
  const lines = Buffer.alloc(height * (1 + width * 3));
  for (let y = 0; y < height; ++y)
    for (let x = 0; x < width; ++x) lines.set([x & 255, y & 255, (x + y) & 255], y * (1 + width * 3) + 1 + x * 3);
  return pngOf(width, height, 8, 2, lines);
}

/** Few bytes that ask for a picture of many: black, one bit a point. */
export function bomb(side: number): Buffer {
  return pngOf(side, side, 1, 0, Buffer.alloc(side * (1 + Math.ceil(side / 8))));
}

/** The same picture in another format, fitted into a size. */
export function converted(picture: Buffer, suffix: string, size = "400x400"): Buffer {
  return execFileSync("vipsthumbnail", ["stdin", "--size", size, "-o", suffix], { input: picture, maxBuffer: 2 ** 27 });
}

/** What libvips finds in a picture: every field of its header, by name. */
export function headerOf(picture: Buffer): Record<string, string> {
  const text = execFileSync("vipsheader", ["-a", "stdin"], { input: picture, maxBuffer: 2 ** 24 }).toString("latin1");
  const fields: Record<string, string> = {};
  for (const line of text.split("\n").reverse()) {
    const colon = line.indexOf(": ");
    if (colon > 0) fields[line.slice(0, colon)] = line.slice(colon + 2);
  }
  return fields;
}

/** Whether libvips can draw all of a picture. */
export function isWhole(picture: Buffer): boolean {
  const command = ["stdin[fail_on=error]", "--size", "32x32", "-o", ".png"];
  return spawnSync("vipsthumbnail", command, { input: picture }).status === 0;
}

/** The colour of one point of a picture, drawn by libvips: [red, green, blue]. */
export function pointOf(picture: Buffer, x: "left" | "right", y: "top" | "bottom"): number[] {
  const folder = mkdtempSync(join(tmpdir(), "marque-point-"));
  try {
    const file = join(folder, "picture");
    writeFileSync(file, picture);
    const { width, height } = headerOf(picture);
    const at = [x === "left" ? 4 : Number(width) - 5, y === "top" ? 4 : Number(height) - 5];
    return execFileSync("vips", ["getpoint", file, ...at.map(String)])
      .toString()
      .trim()
      .split(" ")
      .map(Number);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** A PNG whose upper left quarter is red, on blue: turned or mirrored it looks different. */
export function quartered(width: number, height: number): Buffer {
  const lines = Buffer.alloc(height * (1 + width * 3));
  for (let y = 0; y < height; ++y)
    for (let x = 0; x < width; ++x) {
      const red = x < width / 2 && y < height / 2;
      lines.set(red ? [220, 0, 0] : [0, 0, 220], y * (1 + width * 3) + 1 + x * 3);
    }
  return pngOf(width, height, 8, 2, lines);
}

/** A PNG through which one sees. */
export function clear(width: number, height: number): Buffer {
  return pngOf(width, height, 8, 6, Buffer.alloc(height * (1 + width * 4)));
}

/** A PNG that no compression makes small. */
export function noise(width: number, height: number, seed: number): Buffer {
  const lines = Buffer.alloc(height * (1 + width * 3));
  let state = seed;
  for (let i = 0; i < lines.length; ++i) {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    lines[i] = i % (1 + width * 3) === 0 ? 0 : state >>> 24;
  }
  return pngOf(width, height, 8, 2, lines);
}

/** A PNG of two frames (APNG): a chunk that says so, which old programs skip. */
export function movingPng(): Buffer {
  const still = png(20, 20);
  const afterHeader = signature.length + 25;
  const frames = Buffer.alloc(8);
  frames.writeUInt32BE(2, 0);
  return Buffer.concat([still.subarray(0, afterHeader), chunk("acTL", frames), still.subarray(afterHeader)]);
}

/** A WebP of two frames, put together from two still ones. */
export function movingWebp(): Buffer {
  const part = (type: string, data: Buffer) => {
    const head = Buffer.alloc(8);
    head.write(type, 0, "latin1");
    head.writeUInt32LE(data.length, 4);
    return Buffer.concat([head, data, Buffer.alloc(data.length % 2)]);
  };
  const [width, height] = [40, 30];
  const extended = Buffer.alloc(10);
  extended[0] = 2; // moves
  extended.writeUIntLE(width - 1, 4, 3);
  extended.writeUIntLE(height - 1, 7, 3);
  const frame = (shade: number) => {
    const head = Buffer.alloc(16);
    head.writeUIntLE(width - 1, 6, 3);
    head.writeUIntLE(height - 1, 9, 3);
    head.writeUIntLE(100, 12, 3);
    const still = converted(noise(width, height, shade), ".webp[strip]", `${width}x${height}`);
    const start = still.indexOf("VP8 ", 12, "latin1");
    const end = start + 8 + still.readUInt32LE(start + 4);
    return part("ANMF", Buffer.concat([head, still.subarray(start, end + (end % 2))]));
  };
  const chunks = [part("VP8X", extended), part("ANIM", Buffer.alloc(6)), frame(1), frame(2)];
  const body = Buffer.concat([Buffer.from("WEBP", "latin1"), ...chunks]);
  return part("RIFF", body);
}

/** A JPEG that says where it was taken, in a segment of the kind cameras write. */
export function withMetadata(jpeg: Buffer, text: string): Buffer {
  const note = Buffer.from(`Exif\0\0${text}`, "latin1");
  const segment = Buffer.alloc(4);
  segment.writeUInt16BE(0xffe1, 0);
  segment.writeUInt16BE(note.length + 2, 2);
  return Buffer.concat([jpeg.subarray(0, 2), segment, note, jpeg.subarray(2)]);
}

/** EXIF as a camera writes it: how it was held, whose it is, and where on earth it was. */
export function withExif(jpeg: Buffer, { orientation, make }: { orientation: number; make: string }): Buffer {
  const tiff = Buffer.alloc(512);
  let free = 8 + 2 + 3 * 12 + 4;
  const entry = (at: number, tag: number, type: number, count: number, value: number | Buffer) => {
    tiff.writeUInt16BE(tag, at);
    tiff.writeUInt16BE(type, at + 2);
    tiff.writeUInt32BE(count, at + 4);
    if (typeof value === "number") {
      if (type === 3) tiff.writeUInt16BE(value, at + 8);
      else tiff.writeUInt32BE(value, at + 8);
    } else if (value.length <= 4) value.copy(tiff, at + 8);
    else {
      tiff.writeUInt32BE(free, at + 8);
      value.copy(tiff, free);
      free += value.length + (value.length % 2);
    }
  };
  const text = (word: string) => Buffer.from(`${word}\0`, "latin1");
  const degrees = (...parts: number[]) => {
    const bytes = Buffer.alloc(24);
    parts.forEach((part, i) => {
      bytes.writeUInt32BE(part, i * 8);
      bytes.writeUInt32BE(1, i * 8 + 4);
    });
    return bytes;
  };
  tiff.write("MM", 0, "latin1");
  tiff.writeUInt16BE(42, 2);
  tiff.writeUInt32BE(8, 4);
  tiff.writeUInt16BE(3, 8);
  const makeText = text(make);
  entry(10, 0x010f, 2, makeText.length, makeText);
  entry(22, 0x0112, 3, 1, orientation);
  const gps = free;
  entry(34, 0x8825, 4, 1, gps);
  free = gps + 2 + 4 * 12 + 4;
  tiff.writeUInt16BE(4, gps);
  entry(gps + 2, 1, 2, 2, text("N"));
  entry(gps + 14, 2, 5, 3, degrees(42, 52, 29));
  entry(gps + 26, 3, 2, 2, text("E"));
  entry(gps + 38, 4, 5, 3, degrees(74, 34, 11));
  const body = Buffer.concat([Buffer.from("Exif\0\0", "latin1"), tiff.subarray(0, free)]);
  const head = Buffer.alloc(4);
  head.writeUInt16BE(0xffe1, 0);
  head.writeUInt16BE(body.length + 2, 2);
  return Buffer.concat([jpeg.subarray(0, 2), head, body, jpeg.subarray(2)]);
}

/** A ZIP archive with one stored file. */
export function zip(name: string, content: string): Buffer {
  const data = Buffer.from(content);
  const common = Buffer.alloc(22);
  common.writeUInt16LE(20, 0);
  common.writeUInt32LE(crc32(data), 10);
  common.writeUInt32LE(data.length, 14);
  common.writeUInt32LE(data.length, 18);
  const lengths = Buffer.alloc(4);
  lengths.writeUInt16LE(name.length, 0);
  const local = Buffer.concat([Buffer.from("PK\x03\x04", "latin1"), common, lengths, Buffer.from(name), data]);
  const made = Buffer.from([20, 0]);
  const central = Buffer.concat([
    ...[Buffer.from("PK\x01\x02", "latin1"), made, common, lengths],
    ...[Buffer.alloc(14), Buffer.from(name)],
  ]);
  const end = Buffer.alloc(18);
  end.writeUInt16LE(1, 4);
  end.writeUInt16LE(1, 6);
  end.writeUInt32LE(central.length, 8);
  end.writeUInt32LE(local.length, 12);
  return Buffer.concat([local, central, Buffer.from("PK\x05\x06", "latin1"), end]);
}
