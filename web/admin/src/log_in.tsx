// Logging in by phone: a code is sent, a code is typed. In development the page says what to type.
import { Anchor, Button, Center, Group, PinInput, Paper, Stack, Text, TextInput, Title } from "@mantine/core";
import { inCookie, remember } from "@marque/shared/session";
import { type FormEvent, useState } from "react";
import { api } from "./api";
import { speak } from "./language";
import { LanguageMenu } from "./preferences";
import { mistakeOf } from "./query";
import { words } from "./words";

const own = speak({
  title: ["Log in to the back office", "Вход в кабинет", "Кабинетке кирүү"],
  hint: ["We send a code to your phone.", "Мы отправим код на ваш телефон.", "Телефонуңузга код жөнөтөбүз."],
  phone: ["Phone", "Телефон", "Телефон"],
  send: ["Send the code", "Отправить код", "Код жөнөтүү"],
  sent: ["The code was sent to", "Код отправлен на номер", "Код жөнөтүлгөн номер:"],
  code: ["Code from the message", "Код из сообщения", "Билдирүүдөгү код"],
  logIn: ["Log in", "Войти", "Кирүү"],
  other: ["Use another phone", "Другой номер", "Башка номер"],
  development: [
    "Development: these phones log in with the code 123456; +996 700… and +1 202… are managers.",
    "Разработка: эти номера входят с кодом 123456; +996 700… и +1 202… — менеджеры.",
    "Иштеп чыгуу: бул номерлер 123456 коду менен кирет; +996 700… жана +1 202… — менеджерлер.",
  ],
  developmentCode: ["Development: the code is", "Разработка: код —", "Иштеп чыгуу: код —"],
});

const testPhones = (document.documentElement.dataset.testPhones ?? "").split(" ").filter(Boolean);
const isDevelopment = testPhones.length > 0;

/** The code that development wrote down instead of sending it. */
async function developmentCode(phone: string): Promise<string> {
  if (testPhones.includes(phone)) return "123456";
  const list = (await (await fetch("/dev/sms")).json()) as { items: Array<{ phone: string; message: string }> };
  return list.items.find((item) => item.phone === phone)?.message.match(/\b\d{6}\b/)?.[0] ?? "";
}

interface Sent {
  challenge: string;
  phone: string;
  shownCode: string;
}

export function LogIn({ onDone }: { onDone: () => void }) {
  const [sent, setSent] = useState<Sent>();
  const [phone, setPhone] = useState("");
  const [isBusy, setBusy] = useState(false);
  const [mistake, setMistake] = useState("");

  const work = async (ask: () => Promise<unknown>) => {
    setBusy(true);
    setMistake("");
    try {
      const error = await ask();
      if (error) setMistake(mistakeOf(error));
    } catch {
      setMistake(words.failed);
    } finally {
      setBusy(false);
    }
  };
  const send = (typed: string) =>
    work(async () => {
      const { data, error } = await api.POST("/api/v1/auth/send-verification", { body: { phone: typed } });
      if (data) {
        const shownCode = isDevelopment ? await developmentCode(data.phone).catch(() => "") : "";
        setSent({ challenge: data.challenge_id, phone: data.phone, shownCode });
      }
      return error;
    });
  const verify = (code: string, { challenge, phone }: Sent) =>
    work(async () => {
      const body = { phone, verification_code: code, challenge_id: challenge };
      const { data, error } = await api.POST("/api/v1/auth/verify-code", { body, headers: inCookie });
      if (data) {
        remember(data);
        onDone();
      }
      return error;
    });

  return (
    <Center mih="100dvh" p="md" component="main">
      <Paper withBorder p="xl" w="100%" maw={400} radius="md">
        <Group justify="space-between" mb="lg">
          <Text fw={700} size="lg">
            Marque
          </Text>
          <LanguageMenu />
        </Group>
        <Title order={1} size="h3" mb="md">
          {own.title}
        </Title>
        {sent ? (
          <CodeForm
            sent={sent}
            isBusy={isBusy}
            mistake={mistake}
            onCode={(code) => void verify(code, sent)}
            onBack={() => {
              setMistake("");
              setSent(undefined);
            }}
          />
        ) : (
          <form
            onSubmit={(event: FormEvent) => {
              event.preventDefault();
              void send(phone);
            }}
          >
            <Stack>
              <Text size="sm" c="dimmed">
                {own.hint}
              </Text>
              <TextInput
                label={own.phone}
                name="phone"
                type="tel"
                autoComplete="tel"
                required
                minLength={5}
                maxLength={40}
                value={phone}
                error={mistake}
                onChange={(event) => setPhone(event.currentTarget.value)}
                data-autofocus
                autoFocus
              />
              <Button type="submit" loading={isBusy}>
                {own.send}
              </Button>
              {isDevelopment && <TestPhones onChoose={(chosen) => void send(chosen)} />}
            </Stack>
          </form>
        )}
      </Paper>
    </Center>
  );
}

function TestPhones({ onChoose }: { onChoose: (phone: string) => void }) {
  return (
    <Stack gap="xs" className="aside">
      <Text size="xs" c="dimmed">
        {own.development}
      </Text>
      <Group gap={6}>
        {testPhones.map((phone) => (
          <Button key={phone} size="compact-xs" variant="default" onClick={() => onChoose(phone)}>
            {phone}
          </Button>
        ))}
      </Group>
    </Stack>
  );
}

interface CodeFormProps {
  sent: Sent;
  isBusy: boolean;
  mistake: string;
  onCode: (code: string) => void;
  onBack: () => void;
}

function CodeForm({ sent, isBusy, mistake, onCode, onBack }: CodeFormProps) {
  const [code, setCode] = useState("");
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        onCode(code);
      }}
    >
      <Stack>
        <Text size="sm" c="dimmed">
          {own.sent} {sent.phone}
        </Text>
        <div role="group" aria-label={own.code}>
          <PinInput
            length={6}
            type="number"
            oneTimeCode
            autoFocus
            name="code"
            aria-label={own.code}
            value={code}
            error={mistake !== ""}
            onChange={setCode}
            onComplete={onCode}
          />
        </div>
        {mistake && (
          <Text size="sm" c="var(--sale)" role="alert">
            {mistake}
          </Text>
        )}
        {sent.shownCode && (
          <Text size="sm" className="aside">
            {own.developmentCode} <b>{sent.shownCode}</b>
          </Text>
        )}
        <Button type="submit" loading={isBusy}>
          {own.logIn}
        </Button>
        <Anchor component="button" type="button" size="sm" onClick={onBack}>
          {own.other}
        </Anchor>
      </Stack>
    </form>
  );
}
