// Orders of the managed market: searched, filtered, sorted, in views that can be kept; many at once can be moved on.
import { Button, Group, Menu, Select, TextInput } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { Link } from "wouter";
import { answer, api, type Schemas } from "../api";
import { money, moment } from "../format";
import { FormDialog } from "../kit/dialog";
import { Empty } from "../kit/empty";
import { useFields } from "../kit/fields";
import { Page } from "../kit/page";
import { Listing, Search, Tabs, useFilter, useMany } from "../kit/listing";
import { cut, usePagesOf } from "../kit/pages_of";
import { State, stateWords } from "../kit/state";
import { pick, speak } from "../language";
import { key, useWork } from "../query";
import { useRights } from "../rights";
import { words } from "../words";

type Line = Schemas["ManagedOrder"];

const own = speak({
  number: ["Number", "Номер", "Номери"],
  payment: ["Payment", "Оплата", "Төлөм"],
  items: ["Items", "Штук", "Даана"],
  find: ["Number, name or phone", "Номер, имя или телефон", "Номер, ат же телефон"],
  sort: ["Sort", "Порядок", "Тартип"],
  newest: ["newest first", "сначала новые", "жаңылары"],
  oldest: ["oldest first", "сначала старые", "эскилери"],
  dearest: ["dearest first", "сначала дорогие", "кымбаттары"],
  cheapest: ["cheapest first", "сначала дешёвые", "арзандары"],
  views: ["Views", "Виды", "Көрүнүштөр"],
  saveView: ["Save this view", "Сохранить вид", "Көрүнүштү сактоо"],
  viewName: ["Name of the view", "Название вида", "Көрүнүштүн аталышы"],
  noViews: ["None saved yet", "Пока не сохранено", "Азырынча жок"],
  forget: ["Forget", "Забыть", "Унутуу"],
  exportThese: ["Export these", "Экспортировать", "Экспорттоо"],
  exported: [
    "The file is being made: see Import and export",
    "Файл готовится: раздел «Импорт и экспорт»",
    "Файл даярдалууда: «Импорт жана экспорт»",
  ],
  confirmAll: ["Confirm", "Подтвердить", "Ырастоо"],
  deliverAll: ["Mark as delivered", "Отметить доставку", "Жеткирилди"],
  none: ["No orders yet", "Заказов пока нет", "Азырынча буйрутма жок"],
  noneText: [
    "Orders appear here at once when somebody buys. Open the shop and place one to see how it goes.",
    "Заказы появятся здесь сразу после покупки. Откройте магазин и сделайте пробный заказ.",
    "Кимдир бирөө сатып алганда буйрутма бул жерде көрүнөт. Дүкөндү ачып, сынап көрүңүз.",
  ],
});

const states = ["pending", "confirmed", "shipped", "delivered", "cancelled"] as const;
const sorts = ["newest", "oldest", "dearest", "cheapest"] as const;
const payments = ["pending", "paid", "partially_refunded", "refunded", "failed", "cancelled"] as const;
const texts = ["q", "from", "to", "payment_status"] as const;

interface Filter {
  status_filter?: (typeof states)[number];
  sort?: (typeof sorts)[number];
  q?: string;
  from?: string;
  to?: string;
  payment_status?: string;
}

/** What the address asks for: a view is an address. */
function filterOf(address: URLSearchParams): Filter {
  const status_filter = states.find((state) => state === address.get("status"));
  const sort = sorts.find((each) => each === address.get("sort"));
  const said = texts.flatMap((name) => (address.get(name) ? [[name, address.get(name)]] : []));
  return { ...(status_filter && { status_filter }), ...(sort && { sort }), ...Object.fromEntries(said) };
}

export default function Orders() {
  const { market, may } = useRights();
  const list = useFilter();
  const filter = filterOf(list.address);
  const orders = usePagesOf<Line>(["orders", filter], (cursor) =>
    answer(api.GET("/api/v1/manager/orders", { params: { query: { ...filter, ...cut(cursor) } } })),
  );
  return (
    <Page title={words.orders} actions={<Views filter={filter} onChoose={list.choose} />}>
      <Listing<Line>
        label={words.orders}
        {...orders}
        id={({ id }) => id}
        nameOf={({ id, order_number }) => order_number ?? id}
        link={({ id }) => `/orders/${id}`}
        filter={list}
        above={
          <>
            <Tabs
              label={words.status}
              value={filter.status_filter}
              names={pick(stateWords, states)}
              onChange={(status) => list.change({ status })}
            />
            <Filters key={list.address.toString()} filter={filter} onChange={list.change} />
          </>
        }
        bulk={may("orders.write") && ((rows, done) => <Bulk rows={rows} onDone={done} />)}
        empty={<Empty title={own.none} text={own.noneText} />}
        columns={[
          {
            title: own.number,
            cell: ({ id, order_number }) => <Link href={`/orders/${id}`}>{order_number ?? id}</Link>,
          },
          {
            title: words.date,
            cell: ({ order_date }) => (
              <span className="nowrap">{order_date ? moment(order_date, market?.time_zone) : ""}</span>
            ),
          },
          {
            title: words.customer,
            cell: ({ customer_name, customer_phone }) => (
              <>
                {customer_name}
                <br />
                <span className="quiet small">{customer_phone}</span>
              </>
            ),
          },
          { title: words.status, cell: ({ status }) => <State name={status ?? ""} /> },
          { title: own.payment, cell: ({ payment_status }) => <State name={payment_status ?? ""} />, wideOnly: true },
          { title: own.items, cell: ({ items_count }) => items_count, isNumber: true, wideOnly: true },
          { title: words.total, cell: ({ total_amount }) => money(total_amount ?? 0, market), isNumber: true },
        ]}
      />
    </Page>
  );
}

function Filters({ filter, onChange }: { filter: Filter; onChange: (changed: Record<string, string | null>) => void }) {
  return (
    <>
      <Search label={own.find} value={filter.q} onSearch={(q) => onChange({ q })} />
      <Select
        size="xs"
        aria-label={own.payment}
        placeholder={own.payment}
        clearable
        data={payments.map((value) => ({ value, label: stateWords[value] }))}
        value={filter.payment_status ?? null}
        onChange={(payment_status) => onChange({ payment_status })}
        className="filter"
      />
      <TextInput
        size="xs"
        type="date"
        aria-label={words.from}
        defaultValue={filter.from}
        onChange={(event) => onChange({ from: event.currentTarget.value })}
      />
      <TextInput
        size="xs"
        type="date"
        aria-label={words.to}
        defaultValue={filter.to}
        onChange={(event) => onChange({ to: event.currentTarget.value })}
      />
      <Select
        size="xs"
        aria-label={own.sort}
        allowDeselect={false}
        data={sorts.map((value) => ({ value, label: own[value] }))}
        value={filter.sort ?? "newest"}
        onChange={(sort) => onChange({ sort: sort === "newest" ? null : sort })}
        className="filter"
      />
    </>
  );
}

/** Moves many orders, each from where it stands. */
function Bulk({ rows, onDone }: { rows: Line[]; onDone: () => void }) {
  const { isBusy, runMany } = useMany();
  const body = { notes: null };
  const moves = [
    {
      from: "pending",
      name: own.confirmAll,
      ask: ({ id }: Line) => api.POST("/api/v1/manager/orders/{id}/confirm", { params: { path: { id } }, body }),
    },
    {
      from: "shipped",
      name: own.deliverAll,
      ask: ({ id }: Line) => api.POST("/api/v1/manager/orders/{id}/deliver", { params: { path: { id } }, body }),
    },
  ];
  return moves.map(({ from, name, ask }) => {
    const movable = rows.filter(({ status }) => status === from);
    return (
      movable.length > 0 && (
        <Button
          key={from}
          size="xs"
          loading={isBusy}
          onClick={() => void runMany(movable, ask, { changes: "orders", then: onDone })}
        >
          {name}
        </Button>
      )
    );
  });
}

/** The filter as the server keeps and exports it. */
function keptFilter({ status_filter, q, from, to, payment_status }: Filter): Schemas["OrderFilterInput"] {
  return {
    status_filter: status_filter ?? null,
    q: q ?? null,
    from: from ?? null,
    to: to ?? null,
    payment_status: payment_status ?? null,
  };
}

function Views({ filter, onChoose }: { filter: Filter; onChoose: (address: Record<string, string>) => void }) {
  const { may } = useRights();
  const { run } = useWork();
  const [isSaving, setSaving] = useState(false);
  const fields = useFields({ name: "" });
  const lists = useQuery({
    queryKey: key("order-lists"),
    queryFn: () => answer(api.GET("/api/v1/manager/order-lists", {})),
  });
  const open = ({ filter: kept, sort }: Schemas["SavedList"]) => {
    const { status_filter: status, q, from, to, payment_status } = kept;
    const said = Object.entries({ status, q, from, to, payment_status, sort: sort === "newest" ? null : sort });
    onChoose(Object.fromEntries(said.filter((pair): pair is [string, string] => Boolean(pair[1]))));
  };
  const save = () =>
    run(
      () =>
        api.PUT("/api/v1/manager/order-lists", {
          body: { name: fields.values.name, filter: keptFilter(filter), sort: filter.sort ?? "newest" },
        }),
      { done: words.saved, changes: ["order-lists"], fields: fields.setMistakes },
    );
  const exportThese = () =>
    run(() => api.POST("/api/v1/manager/orders/export", { body: { filter: keptFilter(filter), format: "csv" } }), {
      done: own.exported,
      changes: ["jobs"],
    });
  const forget = (id: string) =>
    run(() => api.DELETE("/api/v1/manager/order-lists/{id}", { params: { path: { id } } }), {
      done: words.removed,
      changes: ["order-lists"],
    });
  return (
    <Group gap="xs">
      {may("jobs.run") && (
        <Button variant="default" onClick={() => void exportThese()}>
          {own.exportThese}
        </Button>
      )}
      <Menu position="bottom-end" width={260}>
        <Menu.Target>
          <Button variant="default">{own.views}</Button>
        </Menu.Target>
        <Menu.Dropdown>
          {lists.data?.items.length === 0 && <Menu.Label>{own.noViews}</Menu.Label>}
          {lists.data?.items.map((list) => (
            <Menu.Item key={list.id} onClick={() => open(list)}>
              {list.name}
            </Menu.Item>
          ))}
          <Menu.Divider />
          <Menu.Item onClick={() => setSaving(true)}>{own.saveView}</Menu.Item>
          {lists.data?.items.map((list) => (
            <Menu.Item key={list.id} onClick={() => void forget(list.id)}>
              {own.forget}: {list.name}
            </Menu.Item>
          ))}
        </Menu.Dropdown>
      </Menu>
      <FormDialog
        title={own.saveView}
        isOpen={isSaving}
        onClose={() => setSaving(false)}
        onSubmit={save}
        submit={words.save}
      >
        <TextInput label={own.viewName} required maxLength={60} data-autofocus {...fields.text("name")} />
      </FormDialog>
    </Group>
  );
}
