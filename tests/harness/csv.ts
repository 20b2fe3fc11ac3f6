// A CSV reader of the tests' own, and what a spreadsheet would take for a formula.

/** Records of RFC 4180 CSV. */
export function records(text: string): string[][] {
  const all: string[][] = [];
  let row: string[] = [];
  let cell = "";
  let quoted = false;
  for (let i = 0; i < text.length; ++i) {
    const letter = text[i];
    if (quoted) {
      if (letter !== '"') cell += letter;
      else if (text[i + 1] === '"') cell += text[++i];
      else quoted = false;
    } else if (letter === '"' && cell === "") {
      quoted = true;
    } else if (letter === "," || letter === "\n") {
      row.push(cell);
      cell = "";
      if (letter === "\n") {
        all.push(row);
        row = [];
      }
    } else if (letter !== "\r") {
      cell += letter;
    }
  }
  return all;
}

/** Cells that a spreadsheet takes for a formula. */
export const formulas = (text: string): string[] =>
  records(text)
    .flat()
    .filter((cell) => /^\s*[=+\-@＝＋－＠]/.test(cell));
