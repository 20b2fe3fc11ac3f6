// Uploaded pictures lie ready in several widths; others are there in one size only. As the server's pages name them.

const widths = [160, 320, 640, 1080, 1600];
const uploaded = /^(\/media\/pictures\/.+)\/(\d+)$/;

/** The same picture, no wider than wanted where there is a narrower one. */
export function sized(address: string, width: number): string {
  const [, folder, own] = uploaded.exec(address) ?? [];
  return folder && Number(own) > width ? `${folder}/${width}` : address;
}

export function sizesOf(address: string): string | undefined {
  const [, folder, own] = uploaded.exec(address) ?? [];
  if (!folder) return undefined;
  const narrower = widths.filter((width) => width >= 320 && width < Number(own));
  return [...narrower, Number(own)].map((width) => `${folder}/${width} ${width}w`).join(", ");
}
