// The caller's second factor, and what this market asks of its managers.
import { Button, Checkbox, Code, CopyButton, Group, Skeleton, Text, TextInput } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { encode } from "uqr";
import { answer, api, type Schemas } from "../api";
import { amountOf, moment } from "../format";
import { useQuestion } from "../kit/confirm";
import { useFields } from "../kit/fields";
import { Card, Page } from "../kit/page";
import { State } from "../kit/state";
import { speak } from "../language";
import { key, useWork } from "../query";
import { useRights } from "../rights";
import { words } from "../words";

const own = speak({
  mine: ["Your second factor", "Ваш второй фактор", "Сиздин экинчи фактор"],
  off: [
    "A code from an authenticator app protects refunds, rights and exports, should your phone number be stolen.",
    "Код из приложения-аутентификатора защитит возвраты, права и выгрузки, если ваш номер украдут.",
    "Аутентификатор колдонмосунун коду номериңиз уурдалса да акчаны жана укуктарды коргойт.",
  ],
  begin: ["Set up", "Настроить", "Жөндөө"],
  scan: [
    "Scan this with an authenticator app, then type the code it shows.",
    "Отсканируйте в приложении-аутентификаторе и введите показанный код.",
    "Муну аутентификатор колдонмосу менен сканерлеп, көрсөткөн кодду жазыңыз.",
  ],
  byHand: ["Or type this secret", "Или введите этот ключ", "Же бул ачкычты жазыңыз"],
  code: ["Code from the app", "Код из приложения", "Колдонмодогу код"],
  confirm: ["Confirm", "Подтвердить", "Ырастоо"],
  keep: [
    "Keep these recovery codes where only you find them. Each works once, and they are not shown again.",
    "Сохраните эти коды восстановления. Каждый сработает один раз, больше они не покажутся.",
    "Бул калыбына келтирүү коддорун сактаңыз. Ар бири бир жолу иштейт, кайра көрсөтүлбөйт.",
  ],
  kept: ["I have kept them", "Я сохранил", "Сактадым"],
  on: ["Set up", "Настроен", "Жөндөлгөн"],
  left: ["Recovery codes left", "Осталось кодов восстановления", "Калган коддор"],
  proved: ["Proved until", "Подтверждён до", "Ырасталган убакыт:"],
  takeAway: ["Switch off", "Отключить", "Өчүрүү"],
  marketRules: ["Rules of this market", "Правила этого рынка", "Ушул рыноктун эрежелери"],
  required: [
    "Managers need a second factor for refunds, rights and exports",
    "Менеджерам нужен второй фактор для возвратов, прав и выгрузок",
    "Менеджерлерге акча кайтаруу, укук жана экспорт үчүн экинчи фактор керек",
  ],
  fourEyes: [
    "Refunds above this need a second manager",
    "Возвраты выше этой суммы подтверждает второй менеджер",
    "Мындан чоң кайтарууну экинчи менеджер ырастайт",
  ],
  fourEyesHint: ["Empty: never", "Пусто: никогда", "Бош: эч качан"],
});

export default function Security() {
  const { may } = useRights();
  return (
    <Page title={words.security}>
      <div className="columns">
        <div className="stack">
          <OwnFactor />
        </div>
        {may("markets.read") && (
          <div className="stack">
            <MarketRules />
          </div>
        )}
      </div>
    </Page>
  );
}

function OwnFactor() {
  const { run, isBusy } = useWork();
  const { ask, dialog } = useQuestion();
  const [enrolment, setEnrolment] = useState<Schemas["Enrolment"]>();
  const [recovery, setRecovery] = useState<string[]>();
  const factor = useQuery({
    queryKey: key("second-factor"),
    queryFn: () => answer(api.GET("/api/v1/manager/second-factor", {})),
  });
  const begin = () =>
    run<Schemas["Enrolment"]>(() => api.POST("/api/v1/manager/second-factor", {}), { then: setEnrolment });
  const takeAway = () =>
    ask({
      title: own.takeAway,
      submit: own.takeAway,
      act: () =>
        run(() => api.DELETE("/api/v1/manager/second-factor", {}), { done: words.saved, changes: ["second-factor"] }),
    });
  if (!factor.data) return <Skeleton h={160} />;
  const { is_enrolled, recovery_codes_left, valid_until } = factor.data;
  return (
    <Card title={own.mine} aside={<State name={is_enrolled ? "active" : "inactive"} />}>
      {recovery ? (
        <Recovery codes={recovery} onKept={() => setRecovery(undefined)} />
      ) : enrolment ? (
        <Enrol
          enrolment={enrolment}
          onDone={(codes) => {
            setEnrolment(undefined);
            setRecovery(codes);
          }}
        />
      ) : is_enrolled ? (
        <>
          <Text size="sm">
            {own.left}: {recovery_codes_left}
          </Text>
          {valid_until && (
            <Text size="sm" c="dimmed">
              {own.proved} {moment(valid_until)}
            </Text>
          )}
          <Button mt="sm" size="xs" variant="default" onClick={takeAway}>
            {own.takeAway}
          </Button>
        </>
      ) : (
        <>
          <Text size="sm" c="dimmed" mb="sm">
            {own.off}
          </Text>
          <Button loading={isBusy} onClick={() => void begin()}>
            {own.begin}
          </Button>
        </>
      )}
      {dialog}
    </Card>
  );
}

/** Drawn here: the secret is told to nobody. */
function QrCode({ text }: { text: string }) {
  const { data, size } = encode(text, { border: 2 });
  const path = data.flatMap((row, y) => row.map((isDark, x) => (isDark ? `M${x} ${y}h1v1h-1z` : ""))).join("");
  return (
    <svg className="qr" viewBox={`0 0 ${size} ${size}`} role="img" aria-label="QR" shapeRendering="crispEdges">
      <rect width={size} height={size} fill="#fff" />
      <path d={path} fill="#000" />
    </svg>
  );
}

function Enrol({ enrolment, onDone }: { enrolment: Schemas["Enrolment"]; onDone: (codes: string[]) => void }) {
  const { run, isBusy } = useWork();
  const fields = useFields({ code: "" });
  const confirm = () =>
    run<Schemas["Confirmed"]>(
      () => api.POST("/api/v1/manager/second-factor/confirm", { body: { code: fields.values.code.trim() } }),
      {
        changes: ["second-factor"],
        fields: fields.setMistakes,
        then: ({ recovery_codes }) => onDone(recovery_codes),
      },
    );
  return (
    <form
      className="stack"
      onSubmit={(event) => {
        event.preventDefault();
        void confirm();
      }}
    >
      <Text size="sm">{own.scan}</Text>
      <QrCode text={enrolment.otpauth_url} />
      <Text size="sm" c="dimmed">
        {own.byHand}: <Code className="secret">{enrolment.secret}</Code>
      </Text>
      <Group align="end">
        <TextInput
          label={own.code}
          inputMode="numeric"
          autoComplete="one-time-code"
          required
          maxLength={6}
          autoFocus
          {...fields.text("code")}
        />
        <Button type="submit" loading={isBusy}>
          {own.confirm}
        </Button>
      </Group>
    </form>
  );
}

function Recovery({ codes, onKept }: { codes: string[]; onKept: () => void }) {
  return (
    <div className="stack">
      <Text size="sm">{own.keep}</Text>
      <Code block>{codes.join("\n")}</Code>
      <Group>
        <CopyButton value={codes.join("\n")}>
          {({ copied, copy }) => (
            <Button variant="default" onClick={copy}>
              {copied ? words.copied : words.copy}
            </Button>
          )}
        </CopyButton>
        <Button onClick={onKept}>{own.kept}</Button>
      </Group>
    </div>
  );
}

function MarketRules() {
  const rules = useQuery({
    queryKey: key("security"),
    queryFn: () => answer(api.GET("/api/v1/manager/security", {})),
  });
  if (!rules.data) return <Skeleton h={160} />;
  return <RulesForm key={rules.data.version} rules={rules.data} />;
}

function RulesForm({ rules }: { rules: Schemas["Security"] }) {
  const { may } = useRights();
  const { run, isBusy } = useWork();
  const isReadOnly = !may("markets.write");
  const fields = useFields({
    second_factor_required: rules.second_factor_required,
    four_eyes_above: rules.four_eyes_above === null ? "" : String(rules.four_eyes_above),
  });
  const { second_factor_required, four_eyes_above } = fields.values;
  const save = () =>
    run(
      () =>
        api.PUT("/api/v1/manager/security", {
          body: { second_factor_required, four_eyes_above: amountOf(four_eyes_above), version: rules.version },
        }),
      { done: words.saved, changes: ["security", "second-factor"], fields: fields.setMistakes },
    );
  return (
    <Card title={own.marketRules}>
      <form
        className="stack"
        onSubmit={(event) => {
          event.preventDefault();
          void save();
        }}
      >
        <Checkbox label={own.required} disabled={isReadOnly} {...fields.flag("second_factor_required")} />
        <TextInput
          label={own.fourEyes}
          description={own.fourEyesHint}
          inputMode="decimal"
          readOnly={isReadOnly}
          {...fields.text("four_eyes_above")}
        />
        {!isReadOnly && (
          <div>
            <Button type="submit" loading={isBusy}>
              {words.save}
            </Button>
          </div>
        )}
      </form>
    </Card>
  );
}
