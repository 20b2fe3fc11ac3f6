// Fields of a form that say what is wrong with them, and choices that are more than a word.
import type { ComponentChildren, JSX } from "preact";
import { useId } from "preact/hooks";

interface FieldParts {
  name: string;
  label: string;
  mistake?: string;
}

function Labelled({ label, mistake, children }: Omit<FieldParts, "name"> & { children: (id: string) => JSX.Element }) {
  const id = useId();
  return (
    <label class="field">
      <span>{label}</span>
      {children(id)}
      {mistake && (
        <span class="mistake" id={id}>
          {mistake}
        </span>
      )}
    </label>
  );
}

type InputParts = FieldParts & JSX.InputHTMLAttributes<HTMLInputElement>;

export function Field({ name, label, mistake, ...rest }: InputParts) {
  return (
    <Labelled label={label} mistake={mistake}>
      {(id) => <input {...rest} name={name} aria-invalid={!!mistake} aria-describedby={mistake ? id : undefined} />}
    </Labelled>
  );
}

type SelectParts = FieldParts & { value: string; onChoose: (value: string) => void; children: ComponentChildren };

export function Select({ name, label, mistake, value, onChoose, children }: SelectParts) {
  return (
    <Labelled label={label} mistake={mistake}>
      {(id) => (
        <select
          name={name}
          value={value}
          aria-invalid={!!mistake}
          aria-describedby={mistake ? id : undefined}
          onChange={(event) => onChoose(event.currentTarget.value)}
        >
          {children}
        </select>
      )}
    </Labelled>
  );
}

interface OptionParts {
  name: string;
  value: string;
  chosen: boolean;
  onChoose: () => void;
  disabled?: boolean;
  title: string;
  note?: string;
  price?: string;
}

export function Option({ name, value, chosen, onChoose, disabled, title, note, price }: OptionParts) {
  return (
    <label class="option">
      <input type="radio" name={name} value={value} checked={chosen} disabled={disabled} onChange={onChoose} />
      <span>
        {title}
        {note && <span class="label">{note}</span>}
      </span>
      {price && <span>{price}</span>}
    </label>
  );
}

export function Part({ title, children }: { title: string; children: ComponentChildren }) {
  return (
    <fieldset class="part">
      <legend>{title}</legend>
      <div class="stack">{children}</div>
    </fieldset>
  );
}
