// Servers that are sent the managed market's events: which, what became of it, their secrets, told once.
import { Alert, Button, Checkbox, Code, CopyButton, Group, Modal, MultiSelect, TextInput } from "@mantine/core";
import { randomUuid } from "@marque/shared/guest";
import { useQuery } from "@tanstack/react-query";
import { useRef, useState } from "react";
import { Link } from "wouter";
import { answer, api, type Schemas } from "../api";
import { count, moment } from "../format";
import { useQuestion } from "../kit/confirm";
import { FormDialog } from "../kit/dialog";
import { Empty } from "../kit/empty";
import { useFields } from "../kit/fields";
import { Listing } from "../kit/listing";
import { Page } from "../kit/page";
import { State } from "../kit/state";
import { speak, wordFor } from "../language";
import { key, useWork } from "../query";
import { useRights } from "../rights";
import { words } from "../words";

type Endpoint = Schemas["WebhookEndpoint"];

const own = speak({
  new: ["New endpoint", "Новый получатель", "Жаңы алуучу"],
  url: ["Address", "Адрес", "Дареги"],
  urlHint: ["https only, on the open internet", "Только https, в открытом интернете", "https гана, ачык интернетте"],
  about: ["What it is for", "Для чего", "Эмне үчүн"],
  types: ["Events", "События", "Окуялар"],
  typesHint: ["None chosen: all of them", "Не выбрано: все", "Тандалбаса: баары"],
  all: ["all events", "все события", "бардык окуялар"],
  waiting: ["Waiting", "В очереди", "Кезекте"],
  last: ["Last delivered", "Последняя доставка", "Акыркы жеткирүү"],
  log: ["Deliveries", "Доставки", "Жеткирүүлөр"],
  test: ["Send a test", "Отправить тест", "Тест жөнөтүү"],
  tested: ["The test event is on its way", "Тестовое событие отправляется", "Тест жөнөтүлүүдө"],
  rotate: ["New secret", "Новый секрет", "Жаңы сыр"],
  rotateText: [
    "The old secret signs beside the new one for a day, so that nothing is lost while you change it.",
    "Старый секрет действует вместе с новым ещё сутки, чтобы ничего не потерялось при замене.",
    "Эски сыр жаңысы менен бирге бир күн иштейт, алмаштырууда эч нерсе жоголбойт.",
  ],
  secret: ["Secret", "Секрет", "Сыр"],
  secretText: [
    "It is shown this once. Keep it where the receiver checks signatures.",
    "Показан один раз. Сохраните его там, где проверяются подписи.",
    "Бир гана жолу көрсөтүлөт. Кол тамгалар текшерилген жерде сактаңыз.",
  ],
  copy: ["Copy", "Скопировать", "Көчүрүү"],
  copied: ["Copied", "Скопировано", "Көчүрүлдү"],
  active: ["Switched on", "Включён", "Күйгүзүлгөн"],
  manager: ["by a manager", "менеджером", "менеджер тарабынан"],
  gone: ["it answered that it is gone", "ответил, что больше не принимает", "мындан ары албайт деп жооп берди"],
  failing: ["it took nothing for three days", "три дня ничего не принимал", "үч күн эч нерсе алган жок"],
  removeText: [
    "The log of its deliveries goes with it.",
    "Вместе с ним удалится журнал доставок.",
    "Жеткирүүлөр журналы да өчөт.",
  ],
  none: ["Nobody is sent events yet", "Событий пока никто не получает", "Окуяларды азырынча эч ким албайт"],
  noneText: [
    "An accounting system, a warehouse or a chat can hear of orders, payments and returns as they happen.",
    "Бухгалтерия, склад или чат могут сразу узнавать о заказах, оплатах и возвратах.",
    "Бухгалтерия, кампа же чат буйрутма, төлөм жана кайтаруулар тууралуу дароо билет.",
  ],
});

export default function Webhooks() {
  const { market, may } = useRights();
  const mayWrite = may("webhooks.write");
  const [edited, setEdited] = useState<Endpoint | "new">();
  const [secret, setSecret] = useState<string>();
  const { ask, dialog } = useQuestion();
  const { run } = useWork();
  const { data, error, refetch } = useQuery({
    queryKey: key("webhooks"),
    queryFn: () => answer(api.GET("/api/v1/manager/webhooks", {})),
  });
  const options = { done: words.saved, changes: ["webhooks"] };
  const rotate = ({ id, version }: Endpoint) =>
    ask({
      title: own.rotate,
      text: own.rotateText,
      submit: own.rotate,
      act: () =>
        run(
          () =>
            api.POST("/api/v1/manager/webhooks/{id}/rotate-secret", { params: { path: { id } }, body: { version } }),
          { ...options, then: (made) => setSecret(made.secret) },
        ),
    });
  const remove = ({ id, url }: Endpoint) =>
    ask({
      title: `${words.remove}: ${url}`,
      text: own.removeText,
      act: () => run(() => api.DELETE("/api/v1/manager/webhooks/{id}", { params: { path: { id } } }), options),
    });
  const test = ({ id }: Endpoint) =>
    run(() => api.POST("/api/v1/manager/webhooks/{id}/test", { params: { path: { id } } }), {
      ...options,
      done: own.tested,
    });
  const begin = mayWrite && <Button onClick={() => setEdited("new")}>{own.new}</Button>;
  return (
    <Page title={words.webhooks} actions={begin}>
      <Listing
        label={words.webhooks}
        rows={data?.items}
        error={error}
        retry={refetch}
        id={({ id }) => id}
        link={({ id }) => `/webhooks/${id}`}
        empty={
          <Empty title={own.none} text={own.noneText}>
            {begin}
          </Empty>
        }
        columns={[
          {
            title: own.url,
            cell: ({ id, url, description, event_types }) => (
              <>
                <Link href={`/webhooks/${id}`} className="wraps">
                  {url}
                </Link>
                <div className="quiet small wraps">
                  {[description, event_types.length ? event_types.join(", ") : own.all].filter(Boolean).join(" · ")}
                </div>
              </>
            ),
          },
          {
            title: words.status,
            cell: ({ is_active, disabled_reason }) => (
              <>
                <State
                  name={is_active ? "active" : "inactive"}
                  tone={disabled_reason === "failing" ? "bad" : undefined}
                />
                {disabled_reason && <div className="quiet small">{wordFor(own, disabled_reason)}</div>}
              </>
            ),
          },
          { title: own.waiting, cell: ({ waiting }) => count(waiting), isNumber: true, wideOnly: true },
          {
            title: own.last,
            wideOnly: true,
            cell: ({ last_delivered_at: at }) =>
              at ? <span className="nowrap">{moment(at, market?.time_zone)}</span> : "–",
          },
          mayWrite && {
            title: "",
            cell: (endpoint) => (
              <Group gap={6} justify="flex-end">
                {endpoint.is_active && (
                  <Button size="compact-sm" variant="default" onClick={() => void test(endpoint)}>
                    {own.test}
                  </Button>
                )}
                <Button size="compact-sm" variant="default" onClick={() => rotate(endpoint)}>
                  {own.rotate}
                </Button>
                <Button size="compact-sm" variant="default" onClick={() => setEdited(endpoint)}>
                  {words.edit}
                </Button>
                <Button size="compact-sm" variant="default" onClick={() => remove(endpoint)}>
                  {words.remove}
                </Button>
              </Group>
            ),
          },
        ]}
      />
      {edited && (
        <Edit
          endpoint={edited === "new" ? undefined : edited}
          onSecret={setSecret}
          onClose={() => setEdited(undefined)}
        />
      )}
      {secret && <Secret secret={secret} onClose={() => setSecret(undefined)} />}
      {dialog}
    </Page>
  );
}

function Secret({ secret, onClose }: { secret: string; onClose: () => void }) {
  return (
    <Modal opened onClose={onClose} title={own.secret} size="lg" closeButtonProps={{ "aria-label": words.close }}>
      <div className="stack">
        <Alert>{own.secretText}</Alert>
        <Code block>{secret}</Code>
        <Group justify="flex-end">
          <CopyButton value={secret}>
            {({ copied, copy }) => <Button onClick={copy}>{copied ? own.copied : own.copy}</Button>}
          </CopyButton>
        </Group>
      </div>
    </Modal>
  );
}

interface EditProps {
  endpoint: Endpoint | undefined;
  onSecret: (secret: string) => void;
  onClose: () => void;
}

function Edit({ endpoint, onSecret, onClose }: EditProps) {
  const { run } = useWork();
  const wish = useRef(randomUuid());
  const types = useQuery({
    queryKey: key("webhook-types"),
    queryFn: () => answer(api.GET("/api/v1/manager/webhooks/event-types", {})),
    staleTime: Infinity,
  });
  const fields = useFields({
    url: endpoint?.url ?? "https://",
    description: endpoint?.description ?? "",
    event_types: endpoint?.event_types ?? [],
    is_active: endpoint?.is_active ?? true,
  });
  const send = () => {
    const { url, description, event_types, is_active } = fields.values;
    const body = { url: url.trim(), description, event_types, is_active };
    const options = { done: words.saved, changes: ["webhooks"], fields: fields.setMistakes };
    if (endpoint) {
      const { id, version } = endpoint;
      return run(
        () => api.PUT("/api/v1/manager/webhooks/{id}", { params: { path: { id } }, body: { ...body, version } }),
        options,
      );
    }
    // Where an answer was lost, the next try is told the same secret.
    const params = { header: { "Idempotency-Key": wish.current } };
    return run(() => api.POST("/api/v1/manager/webhooks", { params, body }), {
      ...options,
      then: (made) => onSecret(made.secret),
    });
  };
  return (
    <FormDialog
      title={endpoint ? words.edit : own.new}
      isOpen
      onClose={onClose}
      onSubmit={send}
      submit={words.save}
      size="lg"
    >
      <TextInput
        label={own.url}
        description={own.urlHint}
        type="url"
        required
        maxLength={500}
        data-autofocus
        {...fields.text("url")}
      />
      <TextInput label={own.about} maxLength={200} {...fields.text("description")} />
      <MultiSelect
        label={own.types}
        description={own.typesHint}
        data={(types.data?.items ?? []).map(({ type }) => type).filter((type) => type !== "webhook.test")}
        searchable
        {...fields.choices("event_types")}
      />
      <Checkbox label={own.active} {...fields.flag("is_active")} />
    </FormDialog>
  );
}
