// Whoever needs the second factor asks here; the dialog of the frame answers.

type Asker = () => Promise<boolean>;
let asker: Asker = () => Promise.resolve(false);

export function answerWith(next: Asker): void {
  asker = next;
}

/** Whether the second factor was proved just now. */
export function proveSecondFactor(): Promise<boolean> {
  return asker();
}
