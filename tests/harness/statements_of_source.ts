// Every SQL statement that the C++ source declares, found by its text.
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { projectFolder } from "./server.js";

function sourceFiles(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return sourceFiles(path);
    return /\.(h|cpp)$/.test(entry.name) && !/_test\.cpp$|_fixture\.h$|^scratch_/.test(entry.name) ? [path] : [];
  });
}

/** One line, so that a log's copy compares. */
export const plain = (sql: string) => sql.replace(/\s+/g, " ").trim();

/** Name and text of every Statement<…>{"name", SQL}, with the SQL raw or as one or several ordinary literals. */
export function statementsOfSource(): Map<string, string> {
  const found = new Map<string, string>();
  const folders = ["features", "work", "app"].map((name) => join(projectFolder, "src", name));
  for (const file of folders.flatMap(sourceFiles)) {
    const text = readFileSync(file, "utf8");
    for (const match of text.matchAll(/"([a-z_]+\.[a-z_]+)",\s*(?:R"\(([^]*?)\)"|((?:"(?:[^"\\]|\\.)*"\s*)+))\}/g)) {
      const literal =
        match[2] ?? [...(match[3] ?? "").matchAll(/"((?:[^"\\]|\\.)*)"/g)].map((piece) => piece[1]).join("");
      if (/\b(SELECT|INSERT|UPDATE|DELETE|WITH)\b/.test(literal)) found.set(match[1] ?? "", plain(literal));
    }
  }
  return found;
}
