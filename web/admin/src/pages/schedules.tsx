// What begins by itself each day in the managed market: when, what became of it last, begin it now, change its time.
import { Button, Checkbox, Group, TextInput } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { answer, api, type Schemas } from "../api";
import { moment } from "../format";
import { FormDialog } from "../kit/dialog";
import { useFields } from "../kit/fields";
import { Card } from "../kit/page";
import { State } from "../kit/state";
import { List } from "../kit/table";
import { speak } from "../language";
import { key, useWork } from "../query";
import { useRights } from "../rights";
import { words } from "../words";

type Schedule = Schemas["JobSchedule"];

export const routineNames = speak({
  revenue_snapshot: ["Revenue of the day before", "Выручка за прошлый день", "Мурунку күндүн кирешеси"],
  prune: ["Throw away what is old", "Удаление устаревшего", "Эскиргенди өчүрүү"],
});

const own = speak({
  eachDay: ["Each day", "Каждый день", "Күн сайын"],
  work: ["Work", "Задача", "Тапшырма"],
  at: ["At", "Время", "Убакыт"],
  next: ["Next", "Следующий запуск", "Кийинки"],
  report: ["Last report", "Последний отчёт", "Акыркы отчёт"],
  now: ["Begin now", "Запустить сейчас", "Азыр баштоо"],
  started: ["The job has begun", "Задача запущена", "Тапшырма башталды"],
  active: ["Begins by itself", "Запускается сама", "Өзү башталат"],
  clocks: ["By the market's clocks:", "По времени рынка:", "Рыноктун убактысы боюнча:"],
  eventsDays: ["Days that told events are kept", "Сколько дней хранить события", "Окуялар канча күн сакталат"],
  smsDays: ["Days that sent SMS are kept", "Сколько дней хранить SMS", "SMS канча күн сакталат"],
});

export function Schedules({ onReport }: { onReport: (id: string) => void }) {
  const { market, may } = useRights();
  const { run, isBusy } = useWork();
  const [edited, setEdited] = useState<Schedule>();
  const { data, error, refetch } = useQuery({
    queryKey: key("job-schedules"),
    queryFn: () => answer(api.GET("/api/v1/manager/job-schedules", {})),
  });
  const begin = (kind: Schedule["kind"]) =>
    run(() => api.POST("/api/v1/manager/jobs", { body: { kind } }), {
      done: own.started,
      changes: ["jobs", "job-schedules"],
    });
  return (
    <Card title={own.eachDay}>
      <List
        label={own.eachDay}
        rows={data?.items}
        error={error}
        retry={refetch}
        id={({ kind }) => kind}
        empty={null}
        columns={[
          {
            title: own.work,
            cell: ({ kind, is_active }) => (
              <>
                <b>{routineNames[kind]}</b> {!is_active && <State name="inactive" />}
              </>
            ),
          },
          { title: own.at, cell: ({ at_time }) => at_time },
          {
            title: own.next,
            wideOnly: true,
            cell: ({ next_at, is_active }) =>
              is_active ? <span className="nowrap">{moment(next_at, market?.time_zone)}</span> : "–",
          },
          {
            title: "",
            cell: (schedule) => (
              <Group gap={6} justify="flex-end">
                {schedule.last_job_id && (
                  <Button
                    size="compact-sm"
                    variant="default"
                    onClick={() => schedule.last_job_id && onReport(schedule.last_job_id)}
                  >
                    {own.report}
                  </Button>
                )}
                {may("jobs.run") && (
                  <Button
                    size="compact-sm"
                    variant="default"
                    loading={isBusy}
                    onClick={() => void begin(schedule.kind)}
                  >
                    {own.now}
                  </Button>
                )}
                {may("markets.write") && (
                  <Button size="compact-sm" variant="default" onClick={() => setEdited(schedule)}>
                    {words.edit}
                  </Button>
                )}
              </Group>
            ),
          },
        ]}
      />
      {edited && <Change schedule={edited} onClose={() => setEdited(undefined)} />}
    </Card>
  );
}

function Change({ schedule, onClose }: { schedule: Schedule; onClose: () => void }) {
  const { run } = useWork();
  const { kind, version } = schedule;
  const days = (number: number | null) => (number === null ? "" : String(number));
  const fields = useFields({
    at_time: schedule.at_time,
    is_active: schedule.is_active,
    events_days: days(schedule.events_days),
    sms_days: days(schedule.sms_days),
  });
  const { at_time, is_active, events_days, sms_days } = fields.values;
  const number = (text: string) => (text.trim() === "" ? null : Number(text));
  const send = () =>
    run(
      () =>
        api.PUT("/api/v1/manager/job-schedules/{kind}", {
          params: { path: { kind } },
          body: { at_time, is_active, version, events_days: number(events_days), sms_days: number(sms_days) },
        }),
      { done: words.saved, changes: ["job-schedules"], fields: fields.setMistakes },
    );
  return (
    <FormDialog
      title={routineNames[kind]}
      text={`${own.clocks} ${schedule.time_zone}`}
      isOpen
      onClose={onClose}
      onSubmit={send}
      submit={words.save}
    >
      <TextInput type="time" label={own.at} required data-autofocus {...fields.text("at_time")} />
      {kind === "prune" && (
        <Group grow align="start">
          <TextInput label={own.eventsDays} required inputMode="numeric" {...fields.text("events_days")} />
          <TextInput label={own.smsDays} required inputMode="numeric" {...fields.text("sms_days")} />
        </Group>
      )}
      <Checkbox label={own.active} {...fields.flag("is_active")} />
    </FormDialog>
  );
}
