// Files into the shop and out of it: a file is dropped, a job shows how far it is, a report says what came of it.
import { Button, Checkbox, Group, Modal, Progress, Select, SimpleGrid, Skeleton, Text } from "@mantine/core";
import { accessToken } from "@marque/shared/session";
import { useQuery } from "@tanstack/react-query";
import { useRef, useState } from "react";
import { answer, api, type Schemas } from "../api";
import { count, moment } from "../format";
import { FormDialog } from "../kit/dialog";
import { saveFile } from "../kit/download";
import { Empty } from "../kit/empty";
import { useFields } from "../kit/fields";
import { Page } from "../kit/page";
import { usePagesOf } from "../kit/pages_of";
import { State } from "../kit/state";
import { List } from "../kit/table";
import { language, speak, wordFor } from "../language";
import { managedMarket } from "../market";
import { key, mistakeOf, readAgain, useWork } from "../query";
import { useRights } from "../rights";
import { say } from "../say";
import { words } from "../words";
import { routineNames, Schedules } from "./schedules";

type Job = Schemas["JobView"];

const own = speak({
  import: ["Import a file", "Импортировать файл", "Файлды импорттоо"],
  export: ["Export", "Экспорт", "Экспорт"],
  what: ["What", "Что", "Эмне"],
  format: ["Format", "Формат", "Формат"],
  products: ["Products", "Товары", "Товарлар"],
  prices: ["Prices", "Цены", "Баалар"],
  stock: ["Stock", "Остатки", "Калдыктар"],
  reviews: ["Reviews", "Отзывы", "Пикирлер"],
  file: ["File", "Файл", "Файл"],
  chooseFile: [
    "Drop a file here, or choose one",
    "Перетащите файл сюда или выберите",
    "Файлды ушул жерге таштаңыз же тандаңыз",
  ],
  dryRun: ["Only try: write nothing", "Только проверить, ничего не менять", "Текшерүү гана, эч нерсе жазбоо"],
  tried: ["tried only", "только проверка", "текшерүү"],
  started: ["The job has begun", "Задача запущена", "Тапшырма башталды"],
  job: ["Job", "Задача", "Тапшырма"],
  progress: ["Progress", "Ход", "Жүрүшү"],
  report: ["Report", "Отчёт", "Отчёт"],
  stop: ["Stop", "Остановить", "Токтотуу"],
  download: ["Download", "Скачать", "Жүктөп алуу"],
  refused: ["Refused rows", "Отклонённые строки", "Четке кагылган саптар"],
  line: ["Line", "Строка", "Сап"],
  column: ["Column", "Столбец", "Тилке"],
  none: ["No imports or exports yet", "Импорта и экспорта пока не было", "Азырынча импорт-экспорт болгон жок"],
  noneText: [
    "Bring a whole catalogue as CSV: sku, name and category must be there. Try it first; nothing is written then.",
    "Загрузите каталог в CSV: обязательны sku, name и category. Сначала проверьте — ничего не будет записано.",
    "Каталогду CSV менен жүктөңүз: sku, name жана category керек. Адегенде текшериңиз — эч нерсе жазылбайт.",
  ],
  rows: ["rows read", "строк прочитано", "сап окулду"],
  products_added: ["products added", "товаров добавлено", "товар кошулду"],
  products_changed: ["products changed", "товаров изменено", "товар өзгөрдү"],
  skus_added: ["articles added", "артикулов добавлено", "артикул кошулду"],
  skus_changed: ["articles changed", "артикулов изменено", "артикул өзгөрдү"],
  prices_added: ["prices added", "цен добавлено", "баа кошулду"],
  prices_changed: ["prices changed", "цен изменено", "баа өзгөрдү"],
  stock_added: ["stock added", "остатков добавлено", "калдык кошулду"],
  stock_changed: ["stock changed", "остатков изменено", "калдык өзгөрдү"],
  reviews_added: ["reviews added", "отзывов добавлено", "пикир кошулду"],
  unchanged: ["unchanged", "без изменений", "өзгөрүүсүз"],
  refusedCount: ["refused", "отклонено", "четке кагылды"],
});

const kinds = ["products", "prices", "stock", "reviews"] as const;
const formats = ["csv", "jsonl", "magento", "shopify", "saleor", "fashion_styles", "womens_clothing"] as const;
const look_ms = 1_000;

export default function Transfer() {
  const { market, may } = useRights();
  const [dialog, setDialog] = useState<"import" | "export">();
  const [shown, setShown] = useState<string>();
  const jobs = usePagesOf<Job>(["jobs"], (cursor) =>
    answer(
      api.GET("/api/v1/manager/jobs", {
        params: { query: { limit: 30, ...(cursor ? { cursor: Number(cursor) } : {}) } },
      }),
    ),
  );
  useLooking(jobs.rows);
  const mayRun = may("jobs.run");
  const actions = mayRun && (
    <>
      <Button variant="default" onClick={() => setDialog("export")}>
        {own.export}
      </Button>
      <Button onClick={() => setDialog("import")}>{own.import}</Button>
    </>
  );
  return (
    <Page title={words.transfer} actions={actions}>
      <div className="stack">
        <section className="card">
          <List
            label={words.transfer}
            {...jobs}
            id={({ id }) => id}
            empty={
              <Empty title={own.none} text={own.noneText}>
                {mayRun && <Button onClick={() => setDialog("import")}>{own.import}</Button>}
              </Empty>
            }
            columns={[
              {
                title: own.job,
                cell: ({ kind, format, dry_run }) => (
                  <>
                    <b>{kindName(kind)}</b>
                    <div className="quiet small">{[format, dry_run && own.tried].filter(Boolean).join(" · ")}</div>
                  </>
                ),
              },
              {
                title: words.date,
                wideOnly: true,
                cell: ({ created_at }) => <span className="nowrap">{moment(created_at, market?.time_zone)}</span>,
              },
              { title: words.status, cell: ({ state }) => <State name={state} /> },
              {
                title: own.progress,
                wideOnly: true,
                cell: ({ kind, state, progress_percent, report }) =>
                  state === "running" || state === "queued" ? (
                    <Progress value={progress_percent ?? 0} aria-label={own.progress} w={120} animated />
                  ) : kind in routineNames ? null : (
                    <span className="small">
                      {count(report.rows)} {own.rows}
                      {report.refused > 0 && (
                        <span className="bad">
                          {" "}
                          · {count(report.refused)} {own.refusedCount}
                        </span>
                      )}
                    </span>
                  ),
              },
              { title: "", cell: (job) => <JobActions job={job} mayRun={mayRun} onReport={setShown} /> },
            ]}
          />
        </section>
        <Schedules onReport={setShown} />
      </div>
      {dialog === "import" && <Import onClose={() => setDialog(undefined)} />}
      {dialog === "export" && <Export onClose={() => setDialog(undefined)} />}
      {shown && <Report id={shown} onClose={() => setShown(undefined)} />}
    </Page>
  );
}

function kindName(kind: string): string {
  if (kind in routineNames) return wordFor(routineNames, kind);
  const [direction = "", what = ""] = kind.split(/[._ ]/);
  return what ? `${wordFor(own, direction)}: ${wordFor(own, what)}` : wordFor(own, kind);
}

/** While a job runs, its list is read again and again. */
function useLooking(jobs: Job[] | undefined): void {
  const isRunning = jobs?.some(({ state }) => state === "running" || state === "queued") ?? false;
  useQuery({
    queryKey: key("jobs-look"),
    enabled: isRunning,
    refetchInterval: look_ms,
    queryFn: async () => {
      await readAgain("jobs");
      return Date.now();
    },
  });
}

function JobActions(props: { job: Job; mayRun: boolean; onReport: (id: string) => void }) {
  const { job, mayRun, onReport } = props;
  const { run, isBusy } = useWork();
  const isOpen = job.state === "running" || job.state === "queued";
  const stop = () =>
    run(() => api.POST("/api/v1/manager/jobs/{id}/cancel", { params: { path: { id: job.id } } }), {
      done: words.saved,
      changes: ["jobs"],
    });
  return (
    <Group gap={6} wrap="nowrap" justify="flex-end">
      {job.has_file && (
        <Button
          size="compact-sm"
          variant="default"
          onClick={() => void saveFile(`/api/v1/manager/jobs/${job.id}/file`, `${job.kind}.${job.format}`)}
        >
          {own.download}
        </Button>
      )}
      {isOpen && mayRun ? (
        <Button size="compact-sm" variant="default" loading={isBusy} onClick={() => void stop()}>
          {own.stop}
        </Button>
      ) : (
        <Button size="compact-sm" variant="default" onClick={() => onReport(job.id)}>
          {own.report}
        </Button>
      )}
    </Group>
  );
}

function Import({ onClose }: { onClose: () => void }) {
  const [file, setFile] = useState<File>();
  const [isOver, setOver] = useState(false);
  const input = useRef<HTMLInputElement>(null);
  const fields = useFields({
    kind: "products" as string | null,
    format: "csv" as string | null,
    dry_run: true,
  });
  const { kind, format, dry_run } = fields.values;
  const take = (files: FileList | null) => setFile(files?.[0]);
  const send = async () => {
    if (!file) {
      input.current?.click();
      return false;
    }
    const query = new URLSearchParams({
      kind: kind ?? "products",
      format: format ?? "csv",
      dry_run: String(dry_run),
      market: managedMarket(),
      lang: language,
    });
    const token = await accessToken();
    // The file goes as it is; the generated client would make JSON of it.
    const response = await fetch(`/api/v1/manager/imports?${query}`, {
      method: "POST",
      headers: { Authorization: `Bearer ${token ?? ""}`, "Content-Type": "application/octet-stream" },
      body: file,
    }).catch(() => undefined);
    if (!response?.ok) {
      say(mistakeOf(await response?.json().catch(() => undefined)), true);
      return false;
    }
    say(own.started);
    void readAgain("jobs");
    return true;
  };
  return (
    <FormDialog title={own.import} isOpen onClose={onClose} onSubmit={send} submit={own.import}>
      <SimpleGrid cols={2}>
        <Select
          label={own.what}
          allowDeselect={false}
          data={kinds.map((each) => ({ value: each, label: own[each] }))}
          {...fields.choice("kind")}
        />
        <Select label={own.format} allowDeselect={false} data={[...formats]} {...fields.choice("format")} />
      </SimpleGrid>
      <div
        className="drop"
        data-over={isOver || undefined}
        onDragOver={(event) => {
          event.preventDefault();
          setOver(true);
        }}
        onDragLeave={() => setOver(false)}
        onDrop={(event) => {
          event.preventDefault();
          setOver(false);
          take(event.dataTransfer.files);
        }}
      >
        <Text size="sm">{file ? `${file.name} · ${count(Math.ceil(file.size / 1024))} kB` : own.chooseFile}</Text>
        <Button size="xs" variant="default" onClick={() => input.current?.click()}>
          {own.file}
        </Button>
        <input
          ref={input}
          type="file"
          className="hidden"
          tabIndex={-1}
          aria-label={own.file}
          accept=".csv,.jsonl,.json,.gz,.txt"
          onChange={(event) => take(event.currentTarget.files)}
        />
      </div>
      <Checkbox label={own.dryRun} {...fields.flag("dry_run")} />
    </FormDialog>
  );
}

function Export({ onClose }: { onClose: () => void }) {
  const { run } = useWork();
  const fields = useFields({ kind: "products" as string | null, format: "csv" as string | null });
  const send = () => {
    const body = {
      kind: fields.values.kind as (typeof kinds)[number],
      format: fields.values.format as "csv" | "jsonl",
    };
    return run(() => api.POST("/api/v1/manager/exports", { body }), {
      done: own.started,
      changes: ["jobs"],
      fields: fields.setMistakes,
    });
  };
  return (
    <FormDialog title={own.export} isOpen onClose={onClose} onSubmit={send} submit={own.export}>
      <SimpleGrid cols={2}>
        <Select
          label={own.what}
          allowDeselect={false}
          data={kinds.map((each) => ({ value: each, label: own[each] }))}
          {...fields.choice("kind")}
        />
        <Select label={own.format} allowDeselect={false} data={["csv", "jsonl"]} {...fields.choice("format")} />
      </SimpleGrid>
    </FormDialog>
  );
}

const counted = [
  "rows",
  "products_added",
  "products_changed",
  "skus_added",
  "skus_changed",
  "prices_added",
  "prices_changed",
  "stock_added",
  "stock_changed",
  "reviews_added",
  "unchanged",
] as const;

function Report({ id, onClose }: { id: string; onClose: () => void }) {
  const job = useQuery({
    queryKey: key("job", id),
    queryFn: () => answer(api.GET("/api/v1/manager/jobs/{id}", { params: { path: { id } } })),
  });
  const refusals = usePagesOf<Schemas["JobRefusal"]>(["job", id, "refusals"], (cursor) =>
    answer(
      api.GET("/api/v1/manager/jobs/{id}/refusals", {
        params: { path: { id }, query: { limit: 50, ...(cursor ? { cursor: Number(cursor) } : {}) } },
      }),
    ),
  );
  const report = job.data?.report;
  return (
    <Modal opened onClose={onClose} title={own.report} size="xl" closeButtonProps={{ "aria-label": words.close }}>
      {job.data && report ? (
        <div className="stack">
          <Group>
            <State name={job.data.state} />
            {job.data.error && <span className="bad small">{job.data.error}</span>}
          </Group>
          <ul className="figures">
            {counted
              .filter((name) => report[name] > 0 || name === "rows")
              .map((name) => (
                <li key={name}>
                  <b>{count(report[name])}</b> {own[name]}
                </li>
              ))}
            {report.refused > 0 && (
              <li className="bad">
                <b>{count(report.refused)}</b> {own.refusedCount}
              </li>
            )}
          </ul>
          {report.notes.map((note) => (
            <Text key={note} size="sm" c="dimmed">
              {note}
            </Text>
          ))}
          {report.refused > 0 && (
            <List
              label={own.refused}
              {...refusals}
              id={({ line, column, key: name }) => `${line}${column}${name}`}
              empty={null}
              columns={[
                { title: own.line, cell: ({ line }) => line, isNumber: true },
                { title: words.code, cell: ({ key: name }) => name },
                { title: own.column, cell: ({ column }) => column },
                { title: words.reason, cell: ({ reason }) => reason },
              ]}
            />
          )}
        </div>
      ) : (
        <Skeleton h={160} />
      )}
    </Modal>
  );
}
