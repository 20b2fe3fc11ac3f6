// The words of every message in each language of the market: its own where it has some, shown as they will be.
import { Button, Group, Select, Textarea, TextInput } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { answer, api, type Schemas } from "../api";
import { useQuestion } from "../kit/confirm";
import { FormDialog } from "../kit/dialog";
import { useFields } from "../kit/fields";
import { Listing, Tabs, useFilter } from "../kit/listing";
import { Page } from "../kit/page";
import { State } from "../kit/state";
import { languageNames, speak, wordFor } from "../language";
import { key, useWork } from "../query";
import { useRights } from "../rights";
import { words } from "../words";
import { channelWords, kindWords } from "./message_words";

type Template = Schemas["MessageTemplate"];

const own = speak({
  title: ["Texts of messages", "Тексты сообщений", "Билдирүүлөрдүн тексттери"],
  message: ["Message", "Сообщение", "Билдирүү"],
  language: ["Language", "Язык", "Тил"],
  ours: ["own", "свой текст", "өз текст"],
  default: ["usual", "обычный", "кадимки"],
  subject: ["Subject", "Тема", "Тема"],
  body: ["Text", "Текст", "Текст"],
  filled: ["Filled in:", "Подставляется:", "Толтурулат:"],
  show: ["Show it", "Показать", "Көрсөтүү"],
  test: ["Send it to me", "Отправить мне", "Мага жөнөтүү"],
  tested: ["It is on its way to you", "Отправлено вам", "Сизге жөнөтүлдү"],
  back: ["Usual text", "Вернуть обычный", "Кадимкиге кайтаруу"],
});

export default function MessageTexts() {
  const { market, may } = useRights();
  const mayWrite = may("messages.write");
  const filter = useFilter();
  const [edited, setEdited] = useState<Template>();
  const { ask, dialog } = useQuestion();
  const { run } = useWork();
  const channel = (["app", "sms", "mail"] as const).find((each) => each === filter.address.get("channel")) ?? "mail";
  const spoken = market?.languages ?? [];
  const language = spoken.find((each) => each === filter.address.get("language")) ?? spoken[0];
  const wanted = { channel, ...(language ? { language } : {}) };
  const { data, error, refetch } = useQuery({
    queryKey: key("message-texts", wanted),
    queryFn: () => answer(api.GET("/api/v1/manager/messages/templates", { params: { query: wanted } })),
  });
  const back = ({ kind, channel: way, language: spokenIn, version }: Template) =>
    ask({
      title: `${own.back}: ${kindWords[kind]}`,
      submit: own.back,
      act: () =>
        run(
          () =>
            api.DELETE("/api/v1/manager/messages/templates/{kind}/{channel}/{language}", {
              params: { path: { kind, channel: way, language: spokenIn }, query: { version } },
            }),
          { done: words.saved, changes: ["message-texts"] },
        ),
    });
  return (
    <Page title={own.title} back="/messages">
      <Listing
        label={own.title}
        rows={data?.items}
        error={error}
        retry={refetch}
        id={({ kind, channel: way, language: spokenIn }) => `${kind} ${way} ${spokenIn}`}
        above={
          <>
            <Tabs
              label={own.message}
              value={channel}
              names={{ mail: channelWords.mail, sms: channelWords.sms, app: channelWords.app }}
              onChange={(next) => filter.change({ channel: next })}
              hasAll={false}
            />
            <Select
              size="xs"
              aria-label={own.language}
              allowDeselect={false}
              data={spoken.map((each) => ({ value: each, label: wordFor(languageNames, each) }))}
              value={language ?? null}
              onChange={(next) => filter.change({ language: next })}
            />
          </>
        }
        empty={null}
        columns={[
          {
            title: own.message,
            cell: ({ kind, subject, body }) => (
              <>
                <b>{kindWords[kind]}</b>
                <div className="quiet small wraps">{subject || body}</div>
              </>
            ),
          },
          {
            title: words.status,
            cell: ({ is_default }) => (
              <State name="text" tone={is_default ? "quiet" : "calm"} label={is_default ? own.default : own.ours} />
            ),
          },
          {
            title: "",
            cell: (template) => (
              <Group gap={6} justify="flex-end">
                {mayWrite && !template.is_default && (
                  <Button size="compact-sm" variant="default" onClick={() => back(template)}>
                    {own.back}
                  </Button>
                )}
                <Button size="compact-sm" variant="default" onClick={() => setEdited(template)}>
                  {mayWrite ? words.edit : own.show}
                </Button>
              </Group>
            ),
          },
        ]}
      />
      {edited && <Edit template={edited} mayWrite={mayWrite} onClose={() => setEdited(undefined)} />}
      {dialog}
    </Page>
  );
}

function Edit({ template, mayWrite, onClose }: { template: Template; mayWrite: boolean; onClose: () => void }) {
  const { run, isBusy } = useWork();
  const [shown, setShown] = useState<Schemas["MessagePreview"]>();
  const { kind, channel, language, version, placeholders } = template;
  const path = { kind, channel, language };
  const fields = useFields({ subject: template.subject, body: template.body });
  // What is sent is what is kept.
  const isChanged = fields.values.subject !== template.subject || fields.values.body !== template.body;
  const show = () =>
    run(
      () =>
        api.POST("/api/v1/manager/messages/templates/{kind}/{channel}/{language}/preview", {
          params: { path },
          body: fields.values,
        }),
      { fields: fields.setMistakes, then: setShown },
    );
  const test = () =>
    run(
      () =>
        api.POST("/api/v1/manager/messages/templates/{kind}/{channel}/{language}/test", {
          params: { path },
        }),
      { fields: fields.setMistakes, done: own.tested, changes: ["messages"] },
    );
  const send = () =>
    mayWrite
      ? run(
          () =>
            api.PUT("/api/v1/manager/messages/templates/{kind}/{channel}/{language}", {
              params: { path },
              body: { ...fields.values, version },
            }),
          { done: words.saved, changes: ["message-texts"], fields: fields.setMistakes },
        )
      : Promise.resolve(true);
  return (
    <FormDialog
      title={`${kindWords[kind]} · ${channelWords[channel]}`}
      text={`${own.filled} ${placeholders.map((each) => `{${each}}`).join(", ")}`}
      isOpen
      onClose={onClose}
      onSubmit={send}
      submit={mayWrite ? words.save : words.close}
      size="lg"
    >
      {channel !== "sms" && (
        <TextInput label={own.subject} required readOnly={!mayWrite} maxLength={200} {...fields.text("subject")} />
      )}
      <Textarea
        label={own.body}
        required
        readOnly={!mayWrite}
        autosize
        minRows={4}
        maxRows={14}
        maxLength={4000}
        {...fields.text("body")}
      />
      <Group gap="xs">
        <Button size="xs" variant="default" loading={isBusy} onClick={() => void show()}>
          {own.show}
        </Button>
        {mayWrite && channel !== "app" && (
          <Button size="xs" variant="default" loading={isBusy} disabled={isChanged} onClick={() => void test()}>
            {own.test}
          </Button>
        )}
      </Group>
      {shown && (
        <div className="card written-card" role="status">
          <div className="card-body">
            {shown.subject && <b>{shown.subject}</b>}
            <p className="written">{shown.text}</p>
          </div>
        </div>
      )}
    </FormDialog>
  );
}
