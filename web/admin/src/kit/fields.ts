// A form's values and mistakes: what was typed, and what the server said of each field, shown until it is typed anew.
import { useState } from "react";

type Value = string | boolean | string[] | null;

export function useFields<Values extends Record<string, Value | undefined>>(begin: Values) {
  const [values, setValues] = useState(begin);
  const [mistakes, setMistakes] = useState<Record<string, string>>({});
  const set = <Name extends keyof Values & string>(name: Name, value: Values[Name]) => {
    setValues((before) => ({ ...before, [name]: value }));
    setMistakes(({ [name]: _gone, ...rest }) => rest);
  };
  const text = (name: keyof Values & string) => ({
    name,
    value: (values[name] as string | undefined) ?? "",
    error: mistakes[name],
    onChange: (event: { currentTarget: { value: string } }) => set(name, event.currentTarget.value as never),
  });
  const choice = (name: keyof Values & string) => ({
    name,
    value: (values[name] as string | null | undefined) ?? null,
    error: mistakes[name],
    onChange: (value: string | null) => set(name, value as never),
  });
  const choices = (name: keyof Values & string) => ({
    name,
    value: (values[name] as string[] | undefined) ?? [],
    error: mistakes[name],
    onChange: (value: string[]) => set(name, value as never),
  });
  const flag = (name: keyof Values & string) => ({
    name,
    checked: values[name] === true,
    error: mistakes[name],
    onChange: (event: { currentTarget: { checked: boolean } }) => set(name, event.currentTarget.checked as never),
  });
  /** Mistakes of fields that no input shows. */
  const elsewhere = (...shown: string[]) =>
    Object.entries(mistakes)
      .filter(([field]) => !shown.includes(field))
      .map(([field, mistake]) => `${field}: ${mistake}`)
      .join("; ");
  const reset = (next: Values = begin) => {
    setValues(next);
    setMistakes({});
  };
  return { values, mistakes, set, setMistakes, text, choice, choices, flag, elsewhere, reset };
}
