// Reading a PDF back: poppler's pdftotext, which is not the library that wrote it.
import { execFile } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";

/** The text of each page as it is laid out, no-break spaces as plain ones. */
export async function textOfPdf(pdf: Uint8Array): Promise<string[]> {
  const folder = mkdtempSync(join(tmpdir(), "marque-pdf-"));
  try {
    const file = join(folder, "document.pdf");
    writeFileSync(file, pdf);
    const { stdout } = await promisify(execFile)("pdftotext", ["-layout", "-enc", "UTF-8", file, "-"], {
      timeout: 20_000,
    });
    return stdout
      .replaceAll(/[\u00a0\u202f]/g, " ")
      .split("\f")
      .filter((page) => page.trim() !== "");
  } finally {
    rmSync(folder, { recursive: true });
  }
}
