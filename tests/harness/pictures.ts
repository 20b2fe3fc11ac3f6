// Pictures made on the spot: PNGs of any size, and what libvips makes of them.
import { execFileSync } from "node:child_process";
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

/** The same picture as JPEG or WebP. */
export function converted(picture: Buffer, suffix: ".jpg" | ".webp"): Buffer {
  return execFileSync("vipsthumbnail", ["stdin", "--size", "400x400", "-o", suffix], { input: picture });
}

/** A JPEG that says where it was taken, in a segment of the kind cameras write. */
export function withMetadata(jpeg: Buffer, text: string): Buffer {
  const note = Buffer.from(`Exif\0\0${text}`, "latin1");
  const segment = Buffer.alloc(4);
  segment.writeUInt16BE(0xffe1, 0);
  segment.writeUInt16BE(note.length + 2, 2);
  return Buffer.concat([jpeg.subarray(0, 2), segment, note, jpeg.subarray(2)]);
}
