// What was sent to one endpoint, each try with its answer; sending again, one or a time.
import { Button, Code, Group, Modal, Select, Skeleton, Table, TextInput } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useParams } from "wouter";
import { answer, api, type Schemas } from "../api";
import { moment } from "../format";
import { FormDialog } from "../kit/dialog";
import { Empty } from "../kit/empty";
import { useFields } from "../kit/fields";
import { Listing, Tabs, useFilter } from "../kit/listing";
import { Page } from "../kit/page";
import { cut, usePagesOf } from "../kit/pages_of";
import { State, stateWords } from "../kit/state";
import { speak, wordFor } from "../language";
import { key, useWork } from "../query";
import { useRights } from "../rights";
import { words } from "../words";

type Delivery = Schemas["WebhookDelivery"];

const own = speak({
  event: ["Event", "Событие", "Окуя"],
  cause: ["Why", "Причина", "Себеби"],
  redelivery: ["sent again", "повторно", "кайра"],
  replay: ["replayed", "повтор за период", "мезгил боюнча кайра"],
  test: ["test", "тест", "тест"],
  tries: ["Tries", "Попытки", "Аракеттер"],
  answer: ["Answer", "Ответ", "Жооп"],
  next: ["Next try", "Следующая попытка", "Кийинки аракет"],
  again: ["Send again", "Отправить снова", "Кайра жөнөтүү"],
  details: ["Details", "Подробно", "Толук"],
  body: ["What is sent", "Что отправляется", "Эмне жөнөтүлөт"],
  took: ["Took, ms", "Время, мс", "Убакыт, мс"],
  replayTitle: ["Send the events of a time again", "Отправить события за период", "Мезгилдин окуяларын жөнөтүү"],
  replayText: [
    "Each goes under its own number: who has it already can tell. A thousand at most.",
    "Каждое событие сохранит свой номер, чтобы получатель узнал повтор. Не больше тысячи.",
    "Ар бир окуя өз номери менен кетет. Миңден көп эмес.",
  ],
  from: ["From", "С", "Баштап"],
  to: ["To", "По", "Чейин"],
  sent: ["The events are on their way", "События отправляются", "Окуялар жөнөтүлүүдө"],
  type: ["Type of event", "Тип события", "Окуянын түрү"],
  delivered: ["Delivered", "Доставлено", "Жеткирилди"],
  waiting: ["Waiting", "В очереди", "Кезекте"],
  none: ["Nothing was sent yet", "Пока ничего не отправлено", "Азырынча эч нерсе жөнөтүлгөн жок"],
  noneText: [
    "Send a test, or wait for the next order.",
    "Отправьте тест или дождитесь заказа.",
    "Тест жөнөтүңүз же буйрутманы күтүңүз.",
  ],
});

const tones = { delivered: "good", waiting: "warn", failed: "bad" } as const;
const states = { waiting: own.waiting, delivered: own.delivered, failed: stateWords.failed };

export default function Webhook() {
  const { id = "" } = useParams<{ id: string }>();
  const { market, may } = useRights();
  const mayWrite = may("webhooks.write");
  const filter = useFilter();
  const [shown, setShown] = useState<string>();
  const [isReplaying, setReplaying] = useState(false);
  const { run } = useWork();
  const endpoint = useQuery({
    queryKey: key("webhooks", id),
    queryFn: () => answer(api.GET("/api/v1/manager/webhooks/{id}", { params: { path: { id } } })),
  });
  const types = useQuery({
    queryKey: key("webhook-types"),
    queryFn: () => answer(api.GET("/api/v1/manager/webhooks/event-types", {})),
    staleTime: Infinity,
  });
  const state = (["waiting", "delivered", "failed"] as const).find((each) => each === filter.address.get("state"));
  const event_type = filter.address.get("type") ?? undefined;
  const wanted = { ...(state ? { state } : {}), ...(event_type ? { event_type } : {}) };
  const deliveries = usePagesOf<Delivery>(["webhook-deliveries", id, wanted], (cursor) =>
    answer(
      api.GET("/api/v1/manager/webhooks/{id}/deliveries", {
        params: { path: { id }, query: { ...wanted, ...cut(cursor) } },
      }),
    ),
  );
  const again = (delivery: string) =>
    run(
      () =>
        api.POST("/api/v1/manager/webhooks/{id}/deliveries/{delivery}/redeliver", {
          params: { path: { id, delivery } },
        }),
      { done: words.saved, changes: ["webhook-deliveries", "webhooks"] },
    );
  const isActive = endpoint.data?.is_active ?? false;
  return (
    <Page
      title={<span className="wraps">{endpoint.data?.url ?? words.webhooks}</span>}
      back="/webhooks"
      actions={
        mayWrite &&
        isActive && (
          <Button variant="default" onClick={() => setReplaying(true)}>
            {own.replayTitle}
          </Button>
        )
      }
    >
      <Listing
        label={words.webhooks}
        {...deliveries}
        id={(delivery) => delivery.id}
        filter={filter}
        above={
          <>
            <Tabs
              label={words.status}
              value={state}
              names={states}
              onChange={(next) => filter.change({ state: next })}
            />
            <Select
              size="xs"
              aria-label={own.type}
              placeholder={own.type}
              clearable
              data={(types.data?.items ?? []).map(({ type }) => type)}
              value={event_type ?? null}
              onChange={(type) => filter.change({ type })}
            />
          </>
        }
        empty={<Empty title={own.none} text={own.noneText} />}
        columns={[
          {
            title: own.event,
            cell: ({ event_type: type, cause }) => (
              <>
                <code>{type}</code>
                {cause !== "event" && <div className="quiet small">{wordFor(own, cause)}</div>}
              </>
            ),
          },
          {
            title: words.date,
            wideOnly: true,
            cell: ({ occurred_at }) => <span className="nowrap">{moment(occurred_at, market?.time_zone)}</span>,
          },
          { title: words.status, cell: ({ state: at }) => <State name={at} tone={tones[at]} label={states[at]} /> },
          { title: own.tries, cell: ({ tries }) => tries, isNumber: true, wideOnly: true },
          {
            title: own.answer,
            wideOnly: true,
            cell: ({ last_status, last_error }) => (
              <span className="small wraps">{[last_status, last_error].filter(Boolean).join(" · ") || "–"}</span>
            ),
          },
          {
            title: "",
            cell: (delivery) => (
              <Group gap={6} justify="flex-end">
                <Button size="compact-sm" variant="default" onClick={() => setShown(delivery.id)}>
                  {own.details}
                </Button>
                {mayWrite && isActive && delivery.state !== "waiting" && (
                  <Button size="compact-sm" variant="default" onClick={() => void again(delivery.id)}>
                    {own.again}
                  </Button>
                )}
              </Group>
            ),
          },
        ]}
      />
      {shown && <Details endpoint={id} delivery={shown} onClose={() => setShown(undefined)} />}
      {isReplaying && <Replay id={id} onClose={() => setReplaying(false)} />}
    </Page>
  );
}

function Details({ endpoint, delivery, onClose }: { endpoint: string; delivery: string; onClose: () => void }) {
  const { market } = useRights();
  const { data } = useQuery({
    queryKey: key("webhook-deliveries", endpoint, "one", delivery),
    queryFn: () =>
      answer(
        api.GET("/api/v1/manager/webhooks/{id}/deliveries/{delivery}", {
          params: { path: { id: endpoint, delivery } },
        }),
      ),
  });
  return (
    <Modal
      opened
      onClose={onClose}
      title={data?.delivery.event_type ?? own.details}
      size="xl"
      closeButtonProps={{ "aria-label": words.close }}
    >
      {data ? (
        <div className="stack">
          <div className="table-scroll" tabIndex={0} role="region" aria-label={own.tries}>
            <Table>
              <Table.Thead>
                <Table.Tr>
                  <Table.Th>{words.date}</Table.Th>
                  <Table.Th>{own.took}</Table.Th>
                  <Table.Th>{own.answer}</Table.Th>
                </Table.Tr>
              </Table.Thead>
              <Table.Tbody>
                {data.tries.map(({ number, started_at, duration_ms, status, error, answer: said }) => (
                  <Table.Tr key={number}>
                    <Table.Td className="nowrap">{moment(started_at, market?.time_zone)}</Table.Td>
                    <Table.Td>{duration_ms}</Table.Td>
                    <Table.Td className="wraps">{[status, error, said].filter(Boolean).join(" · ")}</Table.Td>
                  </Table.Tr>
                ))}
              </Table.Tbody>
            </Table>
          </div>
          {data.delivery.next_try_at && (
            <p className="small">
              {own.next}: {moment(data.delivery.next_try_at, market?.time_zone)}
            </p>
          )}
          <p className="quiet small">webhook-id: {data.delivery.event_id}</p>
          <Code block aria-label={own.body} tabIndex={0}>
            {pretty(data.body)}
          </Code>
        </div>
      ) : (
        <Skeleton h={160} />
      )}
    </Modal>
  );
}

function pretty(body: string): string {
  try {
    return JSON.stringify(JSON.parse(body), undefined, 2);
  } catch {
    return body;
  }
}

function Replay({ id, onClose }: { id: string; onClose: () => void }) {
  const { run } = useWork();
  const [begin] = useState(() => new Date(Date.now() - 86_400_000));
  const local = (at: Date) => new Date(at.getTime() - at.getTimezoneOffset() * 60_000).toISOString().slice(0, 16);
  const fields = useFields({ from: local(begin), to: local(new Date(begin.getTime() + 86_460_000)) });
  const send = () => {
    const at = (text: string) => new Date(text).toISOString();
    const body = { from: at(fields.values.from), to: at(fields.values.to) };
    return run(() => api.POST("/api/v1/manager/webhooks/{id}/replay", { params: { path: { id } }, body }), {
      done: own.sent,
      changes: ["webhook-deliveries", "webhooks"],
      fields: fields.setMistakes,
    });
  };
  return (
    <FormDialog
      title={own.replayTitle}
      text={own.replayText}
      isOpen
      onClose={onClose}
      onSubmit={send}
      submit={own.again}
    >
      <Group grow align="start">
        <TextInput type="datetime-local" label={own.from} required {...fields.text("from")} />
        <TextInput type="datetime-local" label={own.to} required {...fields.text("to")} />
      </Group>
    </FormDialog>
  );
}
