// A question before what cannot be undone.
import { useState } from "react";
import { words } from "../words";
import { FormDialog } from "./dialog";

interface Question {
  title: string;
  text?: string;
  submit?: string;
  act: () => Promise<boolean>;
}

/** `ask` opens the question; `dialog` has to stand somewhere on the page. */
export function useQuestion() {
  const [question, setQuestion] = useState<Question>();
  const dialog = question ? (
    <FormDialog
      title={question.title}
      text={question.text}
      isOpen
      onClose={() => setQuestion(undefined)}
      onSubmit={question.act}
      submit={question.submit ?? words.remove}
      isDangerous
    />
  ) : null;
  return { ask: setQuestion, dialog };
}
