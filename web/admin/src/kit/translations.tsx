// The same text in the market's languages, side by side.
import { SimpleGrid, TextInput, Textarea } from "@mantine/core";
import { languageNames, type Language } from "../language";

interface TranslationsProps {
  label: string;
  languages: string[];
  values: Record<string, string>;
  onChange: (values: Record<string, string>) => void;
  isLong?: boolean;
  required?: boolean;
  maxLength?: number;
  /** What the server said, by language. */
  mistakes?: Record<string, string>;
}

export function Translations(props: TranslationsProps) {
  const { label, languages, values, onChange, isLong = false, required = false, maxLength = 200, mistakes } = props;
  return (
    <SimpleGrid cols={{ base: 1, sm: Math.min(languages.length, 3) }} spacing="sm">
      {languages.map((language) => {
        const common = {
          label: `${label} · ${languageNames[language as Language] ?? language}`,
          value: values[language] ?? "",
          lang: language,
          required,
          maxLength,
          error: mistakes?.[language],
          onChange: (event: { currentTarget: { value: string } }) =>
            onChange({ ...values, [language]: event.currentTarget.value }),
        };
        return isLong ? (
          <Textarea key={language} autosize minRows={3} maxRows={10} {...common} />
        ) : (
          <TextInput key={language} {...common} />
        );
      })}
    </SimpleGrid>
  );
}

/** Only what was written. */
export function written(values: Record<string, string>): Record<string, string> {
  return Object.fromEntries(Object.entries(values).filter(([, text]) => text.trim() !== ""));
}
