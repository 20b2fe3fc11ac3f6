// The dialog that asks for the second factor when the server wants it, and lets the work go on afterwards.
import { Anchor, Button, Modal, Stack, Text, TextInput } from "@mantine/core";
import { useEffect, useRef, useState } from "react";
import { api } from "./api";
import { speak } from "./language";
import { mistakeOf } from "./query";
import { answerWith } from "./second_factor_asked";
import { words } from "./words";

const own = speak({
  title: ["Confirm that it is you", "Подтвердите, что это вы", "Бул сиз экениңизди ырастаңыз"],
  hint: [
    "This needs the code that your authenticator app shows now.",
    "Нужен код из вашего приложения-аутентификатора.",
    "Аутентификатор колдонмоңуздагы код керек.",
  ],
  code: ["Code from the app", "Код из приложения", "Колдонмодогу код"],
  recovery: ["Recovery code", "Код восстановления", "Калыбына келтирүү коду"],
  useRecovery: ["Use a recovery code", "Ввести код восстановления", "Калыбына келтирүү кодун колдонуу"],
  useApp: ["Use the app", "Ввести код из приложения", "Колдонмонун кодун колдонуу"],
  confirm: ["Confirm", "Подтвердить", "Ырастоо"],
});

export function SecondFactorDialog() {
  const [isOpen, setOpen] = useState(false);
  const [code, setCode] = useState("");
  const [isRecovery, setRecovery] = useState(false);
  const [mistake, setMistake] = useState("");
  const [isBusy, setBusy] = useState(false);
  const resolve = useRef<(proved: boolean) => void>(() => undefined);

  useEffect(() => {
    answerWith(
      () =>
        new Promise<boolean>((done) => {
          resolve.current = done;
          setCode("");
          setMistake("");
          setRecovery(false);
          setOpen(true);
        }),
    );
  }, []);

  const end = (proved: boolean) => {
    setOpen(false);
    resolve.current(proved);
  };
  const verify = async () => {
    setBusy(true);
    const body = isRecovery ? { recovery_code: code.trim() } : { code: code.trim() };
    const { error } = await api.POST("/api/v1/manager/second-factor/verify", { body });
    setBusy(false);
    if (error) setMistake(mistakeOf(error));
    else end(true);
  };
  return (
    <Modal
      zIndex={400}
      opened={isOpen}
      onClose={() => end(false)}
      title={own.title}
      closeButtonProps={{ "aria-label": words.close }}
    >
      <form
        onSubmit={(event) => {
          event.preventDefault();
          void verify();
        }}
      >
        <Stack>
          <Text size="sm" c="dimmed">
            {own.hint}
          </Text>
          <TextInput
            label={isRecovery ? own.recovery : own.code}
            name="second-factor"
            value={code}
            error={mistake}
            required
            data-autofocus
            autoComplete="one-time-code"
            inputMode={isRecovery ? "text" : "numeric"}
            maxLength={isRecovery ? 40 : 6}
            onChange={(event) => setCode(event.currentTarget.value)}
          />
          <Button type="submit" loading={isBusy}>
            {own.confirm}
          </Button>
          <Anchor component="button" type="button" size="sm" onClick={() => setRecovery(!isRecovery)}>
            {isRecovery ? own.useApp : own.useRecovery}
          </Anchor>
        </Stack>
      </form>
    </Modal>
  );
}
