// What a form does while it works: its button rests, and what went wrong stands beside it.
import { sentenceOf } from "@marque/shared/api";
import { useState } from "preact/hooks";
import { words } from "./words_data";

/** Work that runs once at a time and says what went wrong. */
export function useWork() {
  const [isBusy, setBusy] = useState(false);
  const [mistake, setMistake] = useState("");
  const run = async (work: () => Promise<{ error?: unknown }>) => {
    setBusy(true);
    setMistake("");
    try {
      const { error } = await work();
      if (error) setMistake(sentenceOf(error, words.failed));
    } catch {
      setMistake(words.failed);
    } finally {
      setBusy(false);
    }
  };
  return { isBusy, mistake, run };
}
