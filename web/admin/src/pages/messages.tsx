// What was written to customers and what became of it; the words it is written in; when telephones are left alone.
import { Button, Group, MultiSelect, Select, TextInput } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { Link } from "wouter";
import { answer, api, type Schemas } from "../api";
import { moment } from "../format";
import { FormDialog } from "../kit/dialog";
import { Empty } from "../kit/empty";
import { useFields } from "../kit/fields";
import { Listing, Tabs, useFilter } from "../kit/listing";
import { Page } from "../kit/page";
import { cut, usePagesOf } from "../kit/pages_of";
import { State } from "../kit/state";
import { speak } from "../language";
import { key, useWork } from "../query";
import { useRights } from "../rights";
import { words } from "../words";
import { channelWords, kindWords } from "./message_words";

type Line = Schemas["MessageLine"];
type Settings = Schemas["MessageSettings"];

const own = speak({
  message: ["Message", "Сообщение", "Билдирүү"],
  to: ["To", "Кому", "Кимге"],
  way: ["Way", "Канал", "Канал"],
  texts: ["Texts", "Тексты", "Тексттер"],
  hours: ["Quiet hours and SMS", "Тихие часы и SMS", "Тынч саат жана SMS"],
  from: ["Quiet from", "Тишина с", "Тынчтык башталат"],
  until: ["until", "до", "чейин"],
  hoursText: [
    "At night no SMS rings: what is not urgent leaves in the morning. Codes and mail are not held back.",
    "Ночью SMS не беспокоят: несрочное уйдёт утром. Коды и письма не задерживаются.",
    "Түнкүсүн SMS тынчсыздандырбайт: шашылыш эмеси эртең менен кетет. Коддор жана каттар кармалбайт.",
  ],
  sms: ["Sent by SMS", "Отправлять по SMS", "SMS менен жөнөтүлөт"],
  noMail: [
    "No mail server is set up: mail is not sent.",
    "Почтовый сервер не настроен: письма не отправляются.",
    "Почта сервери жок: каттар жөнөтүлбөйт.",
  ],
  waiting: ["Waiting", "В очереди", "Кезекте"],
  sent: ["Sent", "Отправлено", "Жөнөтүлдү"],
  refused: ["Refused", "Отклонено", "Кабыл алынган жок"],
  expired: ["Too late", "Устарело", "Кечикти"],
  dropped: ["Not wanted", "Не нужно получателю", "Алуучуга кереги жок"],
  none: ["Nothing was written to anybody yet", "Сообщений пока не было", "Азырынча билдирүү болгон жок"],
  noneText: [
    "Customers hear of orders, payments and returns; what they were told stands here.",
    "Покупатели узнают о заказах, оплатах и возвратах; отправленное видно здесь.",
    "Кардарлар буйрутма, төлөм жана кайтаруулар тууралуу билишет; жөнөтүлгөнү ушул жерде.",
  ],
});

const tones = { waiting: "warn", sent: "good", refused: "bad", expired: "bad", dropped: "quiet" } as const;
const states = {
  waiting: own.waiting,
  sent: own.sent,
  refused: own.refused,
  expired: own.expired,
  dropped: own.dropped,
};
type StateName = keyof typeof states;

export default function Messages() {
  const { market, may } = useRights();
  const filter = useFilter();
  const [isChanging, setChanging] = useState(false);
  const settings = useQuery({
    queryKey: key("message-settings"),
    queryFn: () => answer(api.GET("/api/v1/manager/messages/settings", {})),
  });
  const state = (Object.keys(states) as StateName[]).find((each) => each === filter.address.get("state"));
  const channel = (["sms", "mail"] as const).find((each) => each === filter.address.get("channel"));
  const wanted = { ...(state ? { state } : {}), ...(channel ? { channel } : {}) };
  const lines = usePagesOf<Line>(["messages", wanted], (cursor) =>
    answer(api.GET("/api/v1/manager/messages", { params: { query: { ...wanted, ...cut(cursor) } } })),
  );
  return (
    <Page
      title={words.messages}
      actions={
        <>
          {may("messages.write") && (
            <Button variant="default" disabled={!settings.data} onClick={() => setChanging(true)}>
              {own.hours}
            </Button>
          )}
          <Button component={Link} href="/messages/texts">
            {own.texts}
          </Button>
        </>
      }
    >
      {settings.data?.has_mail === false && <p className="quiet">{own.noMail}</p>}
      <Listing
        label={words.messages}
        {...lines}
        id={({ id }) => id}
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
              aria-label={own.way}
              placeholder={own.way}
              clearable
              data={[
                { value: "sms", label: channelWords.sms },
                { value: "mail", label: channelWords.mail },
              ]}
              value={channel ?? null}
              onChange={(next) => filter.change({ channel: next })}
            />
          </>
        }
        empty={<Empty title={own.none} text={own.noneText} />}
        columns={[
          {
            title: own.message,
            cell: ({ kind, channel: way, error }) => (
              <>
                <b>{kindWords[kind]}</b>
                <div className="quiet small wraps">{[channelWords[way], error].filter(Boolean).join(" · ")}</div>
              </>
            ),
          },
          { title: own.to, cell: ({ address }) => <span className="nowrap">{address}</span> },
          {
            title: words.date,
            wideOnly: true,
            cell: ({ created_at }) => <span className="nowrap">{moment(created_at, market?.time_zone)}</span>,
          },
          { title: words.status, cell: ({ state: at }) => <State name={at} tone={tones[at]} label={states[at]} /> },
        ]}
      />
      {isChanging && settings.data && <Change settings={settings.data} onClose={() => setChanging(false)} />}
    </Page>
  );
}

function Change({ settings, onClose }: { settings: Settings; onClose: () => void }) {
  const { run } = useWork();
  const fields = useFields({
    quiet_from: settings.quiet_from,
    quiet_until: settings.quiet_until,
    sms_kinds: settings.sms_kinds,
  });
  const send = () => {
    const body = {
      ...fields.values,
      sms_kinds: fields.values.sms_kinds as Array<keyof typeof kindWords>,
      version: settings.version,
    };
    return run(() => api.PUT("/api/v1/manager/messages/settings", { body }), {
      done: words.saved,
      changes: ["message-settings"],
      fields: fields.setMistakes,
    });
  };
  return (
    <FormDialog
      title={own.hours}
      text={`${own.hoursText} ${settings.time_zone}`}
      isOpen
      onClose={onClose}
      onSubmit={send}
      submit={words.save}
    >
      <Group grow align="start">
        <TextInput type="time" label={own.from} required {...fields.text("quiet_from")} />
        <TextInput type="time" label={own.until} required {...fields.text("quiet_until")} />
      </Group>
      <MultiSelect
        label={own.sms}
        data={Object.entries(kindWords).map(([value, label]) => ({ value, label }))}
        searchable
        {...fields.choices("sms_kinds")}
      />
    </FormDialog>
  );
}
