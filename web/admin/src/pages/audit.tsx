// What managers did in this market: who, what, and each column before and after.
import { Button, Group, Modal, Table, TextInput } from "@mantine/core";
import { type FormEvent, useState } from "react";
import { useSearchParams } from "wouter";
import { answer, api, type Schemas } from "../api";
import { moment } from "../format";
import { Empty } from "../kit/empty";
import { Page } from "../kit/page";
import { usePagesOf } from "../kit/pages_of";
import { List } from "../kit/table";
import { speak } from "../language";
import { useRights } from "../rights";
import { words } from "../words";

type Entry = Schemas["AuditEntry"];

const own = speak({
  actor: ["Who", "Кто", "Ким"],
  action: ["Action", "Действие", "Аракет"],
  thing: ["Thing", "Объект", "Объект"],
  thingId: ["Number", "Номер", "Номери"],
  before: ["Before", "Было", "Мурда"],
  after: ["After", "Стало", "Кийин"],
  column: ["What", "Что", "Эмне"],
  details: ["Details", "Подробно", "Толук"],
  none: ["Nothing was changed yet", "Изменений пока нет", "Азырынча өзгөрүү жок"],
  noneText: [
    "Every change a manager makes stands here, with what was before. Nobody can take a line out.",
    "Здесь видно каждое изменение и прежнее значение. Удалить запись нельзя.",
    "Ар бир өзгөртүү жана мурунку мааниси ушул жерде. Жазууну өчүрүүгө болбойт.",
  ],
  leftOut: ["more rows changed", "строк ещё изменено", "дагы сап өзгөргөн"],
  request: ["Request", "Запрос", "Суроо"],
});

const filters = ["actor", "action", "thing", "thing_id"] as const;

export default function Audit() {
  const { market } = useRights();
  const [address, setAddress] = useSearchParams();
  const [shown, setShown] = useState<Entry>();
  const wanted = Object.fromEntries(
    filters.flatMap((name) => {
      const value = address.get(name);
      return value ? [[name, value]] : [];
    }),
  );
  const entries = usePagesOf<Entry>(["audit", wanted], (cursor) =>
    answer(
      api.GET("/api/v1/manager/audit", { params: { query: { ...wanted, limit: 50, ...(cursor ? { cursor } : {}) } } }),
    ),
  );
  const search = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const typed = new FormData(event.currentTarget);
    const said = filters.flatMap((name) => {
      const value = String(typed.get(name) ?? "").trim();
      return value ? [[name, value] as [string, string]] : [];
    });
    setAddress(Object.fromEntries(said), { replace: true });
  };
  const labels = { actor: own.actor, action: own.action, thing: own.thing, thing_id: own.thingId };
  return (
    <Page title={words.audit}>
      <section className="card">
        <form className="bar" onSubmit={search}>
          {filters.map((name) => (
            <TextInput
              key={name}
              size="xs"
              name={name}
              label={labels[name]}
              defaultValue={address.get(name) ?? ""}
              className="filter"
            />
          ))}
          <Button type="submit" size="xs" variant="default">
            {words.filter}
          </Button>
        </form>
        <List
          label={words.audit}
          {...entries}
          id={({ id }) => id}
          empty={<Empty title={own.none} text={own.noneText} />}
          columns={[
            { title: words.date, cell: ({ at }) => <span className="nowrap">{moment(at, market?.time_zone)}</span> },
            { title: own.actor, cell: ({ actor }) => actor },
            { title: own.action, cell: ({ action }) => <code className="small">{action}</code> },
            {
              title: own.thing,
              cell: ({ thing, thing_id }) => [thing, thing_id].filter(Boolean).join(" "),
              wideOnly: true,
            },
            {
              title: "",
              cell: (entry) => (
                <Group justify="flex-end">
                  <Button size="compact-sm" variant="default" onClick={() => setShown(entry)}>
                    {own.details}
                  </Button>
                </Group>
              ),
            },
          ]}
        />
      </section>
      <Modal
        opened={shown !== undefined}
        onClose={() => setShown(undefined)}
        title={shown?.action}
        size="xl"
        closeButtonProps={{ "aria-label": words.close }}
      >
        {shown && <Changes entry={shown} />}
      </Modal>
    </Page>
  );
}

type Rows = Record<string, Record<string, unknown>>;

function Changes({ entry }: { entry: Entry }) {
  const before = (entry.before ?? {}) as Rows;
  const after = (entry.after ?? {}) as Rows;
  const rows = [...new Set([...Object.keys(before), ...Object.keys(after)])];
  const text = (value: unknown) =>
    value === undefined ? "" : typeof value === "string" ? value : JSON.stringify(value);
  return (
    <>
      <div className="table-scroll" tabIndex={0} role="region" aria-label={own.details}>
        <Table>
          <Table.Thead>
            <Table.Tr>
              <Table.Th>{own.column}</Table.Th>
              <Table.Th>{own.before}</Table.Th>
              <Table.Th>{own.after}</Table.Th>
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {rows.flatMap((row) =>
              [...new Set([...Object.keys(before[row] ?? {}), ...Object.keys(after[row] ?? {})])].map((column) => (
                <Table.Tr key={`${row}.${column}`}>
                  <Table.Td>
                    <span className="quiet">{row}</span> {column}
                  </Table.Td>
                  <Table.Td className="wraps">{text(before[row]?.[column])}</Table.Td>
                  <Table.Td className="wraps">{text(after[row]?.[column])}</Table.Td>
                </Table.Tr>
              )),
            )}
          </Table.Tbody>
        </Table>
      </div>
      <p className="quiet small">
        {own.request}: {entry.request_id}
        {entry.left_out > 0 && ` · ${entry.left_out} ${own.leftOut}`}
      </p>
    </>
  );
}
