// What was read of the server and how long it is good; and work: what changes something, says how it went, and asks for
// the second factor where the server wants it.
import { sentenceOf } from "@marque/shared/refusal";
import { QueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { Refused } from "./api";
import { managedMarket } from "./market";
import { say, sayDone } from "./say";
import { proveSecondFactor } from "./second_factor_asked";
import { words } from "./words";

export const queries = new QueryClient({
  defaultOptions: {
    queries: {
      staleTime: 15_000,
      retry: (count, error) => count < 2 && !(error instanceof Refused && error.status < 500),
    },
  },
});

/** What a query is kept under: never one market's under another's. */
export function key(...parts: unknown[]): unknown[] {
  return [managedMarket(), ...parts];
}

/** Reads again what begins with these words. */
export function readAgain(...parts: unknown[]): Promise<void> {
  return queries.invalidateQueries({ queryKey: key(...parts) });
}

interface Answered<T> {
  data?: T;
  error?: unknown;
  response: Response;
}

interface Problem {
  code?: string;
  detail?: string;
  title?: string;
  errors?: Array<{ field: string; message?: string }>;
}

export interface WorkOptions<T> {
  /** Said when it is done. */
  done?: string;
  /** Queries to read again, by their first words. */
  changes?: string[];
  /** Undoes it: shown beside what is said. */
  undo?: () => unknown;
  /** Where mistakes of fields are shown; without it they are said. */
  fields?: (mistakes: Record<string, string>) => void;
  then?: (data: T) => unknown;
}

/** The sentence of a refusal, and its fields in words. */
export function mistakeOf(error: unknown): string {
  const { errors = [], title = "" } = (error ?? {}) as Problem;
  const fields = errors.map(({ field, message = "" }) => `${field}: ${message}`).join("; ");
  return fields || sentenceOf(error, title || words.failed);
}

/** Work that runs once at a time. */
export function useWork() {
  const [isBusy, setBusy] = useState(false);
  const run = async <T>(ask: () => Promise<Answered<T>>, options: WorkOptions<T> = {}): Promise<boolean> => {
    setBusy(true);
    try {
      let { data, error, response } = await ask();
      if (asksForSecondFactor(error) && (await proveSecondFactor())) ({ data, error, response } = await ask());
      if (!response.ok) {
        tell(error, options.fields);
        return false;
      }
      for (const name of options.changes ?? []) void readAgain(name);
      if (options.done) sayDone(options.done, options.undo);
      options.then?.(data as T);
      return true;
    } catch {
      say(words.failed, true);
      return false;
    } finally {
      setBusy(false);
    }
  };
  return { isBusy, run };
}

function asksForSecondFactor(error: unknown): boolean {
  const code = (error as Problem | undefined)?.code ?? "";
  return code === "manager.second_factor_required";
}

function tell(error: unknown, fields?: (mistakes: Record<string, string>) => void): void {
  const { errors = [] } = (error ?? {}) as Problem;
  if (fields && errors.length > 0) {
    fields(Object.fromEntries(errors.map(({ field, message = words.mistake }) => [field, message])));
    return;
  }
  say(mistakeOf(error), true);
}
