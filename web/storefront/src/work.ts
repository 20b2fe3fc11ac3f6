// What a form does while it works: its button rests, and what went wrong stands beside it.
import { useState } from "preact/hooks";
import { sayingOf } from "./refusal_words_data";
import { words } from "./words_data";

/** Work that runs once at a time and says what went wrong: in general, or as `said`. */
export function useWork() {
  const [isBusy, setBusy] = useState(false);
  const [mistake, setMistake] = useState("");
  const run = async (work: () => Promise<{ error?: unknown; said?: string }>) => {
    setBusy(true);
    setMistake("");
    try {
      const { error, said } = await work();
      if (error) setMistake(said || sayingOf(error, words.failed));
    } catch {
      setMistake(words.failed);
    } finally {
      setBusy(false);
    }
  };
  return { isBusy, mistake, run };
}
