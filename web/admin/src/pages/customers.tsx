// The market's customers: found by name or phone, blocked with a reason, noted about, their data for them.
import { Button, Group, Modal, Skeleton, Text, Textarea } from "@mantine/core";
import { randomUuid } from "@marque/shared/guest";
import { useQuery } from "@tanstack/react-query";
import { useRef, useState } from "react";
import { Link } from "wouter";
import { answer, api, type Schemas } from "../api";
import { count, day, moment } from "../format";
import { saveText } from "../kit/download";
import { FormDialog } from "../kit/dialog";
import { Empty } from "../kit/empty";
import { useFields } from "../kit/fields";
import { Facts, Page } from "../kit/page";
import { Listing, Search, Tabs, useFilter } from "../kit/listing";
import { cut, usePagesOf } from "../kit/pages_of";
import { State } from "../kit/state";
import { speak } from "../language";
import { key, useWork } from "../query";
import { useRights } from "../rights";
import { words } from "../words";
import { CustomerMarket } from "./customer_market";

type Customer = Schemas["CustomerLine"];

const own = speak({
  find: ["Name, e-mail or phone", "Имя, почта или телефон", "Аты, почта же телефон"],
  since: ["Customer since", "Покупатель с", "Кардар болгон"],
  orders: ["Orders", "Заказы", "Буйрутмалар"],
  seen: ["Last seen", "Последний вход", "Акыркы кирүү"],
  block: ["Block", "Заблокировать", "Бөгөттөө"],
  blockText: [
    "Their logins end at once, and they cannot log in. Orders stay.",
    "Все входы завершатся сразу, войти снова нельзя. Заказы останутся.",
    "Бардык кирүүлөр дароо бүтөт, кайра кире албайт. Буйрутмалар калат.",
  ],
  unblock: ["Unblock", "Разблокировать", "Бөгөттөн чыгаруу"],
  notes: ["Notes", "Заметки", "Эскертүүлөр"],
  addNote: ["Add a note", "Добавить заметку", "Эскертүү кошуу"],
  noNotes: ["Nobody wrote anything yet.", "Заметок пока нет.", "Азырынча эскертүү жок."],
  data: ["Their data as a file", "Данные файлом", "Маалыматтары файл менен"],
  dataText: [
    "Everything this market holds of them, for them. Who asked and why stands in the audit log.",
    "Всё, что хранит этот рынок о покупателе. Запрос и причина останутся в журнале.",
    "Ушул рынок кардар жөнүндө сактаган баары. Суроо жана себеби журналда калат.",
  ],
  erase: ["Erase", "Стереть данные", "Маалыматты өчүрүү"],
  eraseText: [
    "Name, addresses and everything personal go for good. Orders stay without them.",
    "Имя, адреса и всё личное исчезнет навсегда. Заказы останутся без них.",
    "Аты, даректери жана жеке маалыматы биротоло өчөт. Буйрутмалар аларсыз калат.",
  ],
  open: ["Open", "Открыть", "Ачуу"],
  language: ["Language", "Язык", "Тили"],
  email: ["E-mail", "Почта", "Почта"],
  phone: ["Phone", "Телефон", "Телефон"],
  blocked: ["Blocked", "Заблокированные", "Бөгөттөлгөн"],
  why: ["Why", "Причина", "Себеби"],
  none: ["No customers yet", "Покупателей пока нет", "Азырынча кардар жок"],
  noneText: [
    "Whoever logs in to the shop with a phone appears here.",
    "Здесь появится каждый, кто войдёт в магазин по телефону.",
    "Дүкөнгө телефон менен киргендер ушул жерде көрүнөт.",
  ],
});

export default function Customers() {
  const { market } = useRights();
  const [shown, setShown] = useState<Customer>();
  const filter = useFilter();
  const isBlocked = filter.address.get("show") === "blocked";
  const search = filter.address.get("q") ?? "";
  const customers = usePagesOf<Customer>(["customers", isBlocked, search], (cursor) =>
    answer(
      api.GET("/api/v1/manager/customers", {
        params: {
          query: { ...(search ? { search } : {}), ...(isBlocked ? { is_active: false } : {}), ...cut(cursor) },
        },
      }),
    ),
  );
  return (
    <Page title={words.customers}>
      <Listing<Customer>
        label={words.customers}
        {...customers}
        id={({ id }) => id}
        filter={filter}
        above={
          <>
            <Tabs
              label={words.filter}
              value={isBlocked ? "blocked" : undefined}
              names={{ blocked: own.blocked }}
              onChange={(show) => filter.change({ show })}
            />
            <Search label={own.find} value={search} onSearch={(q) => filter.change({ q })} />
          </>
        }
        empty={<Empty title={own.none} text={own.noneText} />}
        columns={[
          {
            title: words.customer,
            cell: ({ full_name, phone }) => (
              <>
                <b>{full_name ?? phone}</b>
                <div className="quiet small">{phone}</div>
              </>
            ),
          },
          {
            title: words.status,
            cell: ({ is_active, blocked_reason }) => (
              <>
                <State name={is_active ? "active" : "blocked"} />
                {blocked_reason && <div className="quiet small">{blocked_reason}</div>}
              </>
            ),
          },
          {
            title: own.since,
            wideOnly: true,
            cell: ({ created_at }) => <span className="nowrap">{day(created_at, market?.time_zone)}</span>,
          },
          {
            title: own.seen,
            wideOnly: true,
            cell: ({ last_login }) => (last_login ? day(last_login, market?.time_zone) : "—"),
          },
          { title: own.orders, cell: ({ orders }) => count(orders), isNumber: true },
          {
            title: "",
            cell: (customer) => (
              <Group justify="flex-end">
                <Button size="compact-sm" variant="default" onClick={() => setShown(customer)}>
                  {own.open}
                </Button>
              </Group>
            ),
          },
        ]}
      />
      {shown && (
        <OneCustomer
          customer={customers.rows?.find(({ id }) => id === shown.id) ?? shown}
          onClose={() => setShown(undefined)}
        />
      )}
    </Page>
  );
}

type Act = "block" | "erase" | "export";

function OneCustomer({ customer, onClose }: { customer: Customer; onClose: () => void }) {
  const { market, may } = useRights();
  const { run, isBusy } = useWork();
  const [act, setAct] = useState<Act>();
  const params = { path: { id: customer.id } };
  const unblock = () =>
    run(() => api.POST("/api/v1/manager/customers/{id}/unblock", { params }), {
      done: words.saved,
      changes: ["customers"],
    });
  return (
    <Modal
      opened
      onClose={onClose}
      title={customer.full_name ?? customer.phone}
      size="lg"
      closeButtonProps={{ "aria-label": words.close }}
    >
      <div className="stack">
        <Facts
          facts={[
            [own.phone, <a href={`tel:${customer.phone}`}>{customer.phone}</a>],
            customer.email !== null && [own.email, customer.email],
            customer.language !== null && [own.language, customer.language],
            [own.since, day(customer.created_at, market?.time_zone)],
            [
              own.orders,
              <Link href={`/orders?q=${encodeURIComponent(customer.phone)}`}>{count(customer.orders)}</Link>,
            ],
            customer.blocked_reason !== null && [own.why, customer.blocked_reason],
          ]}
        />
        {may("customers.write") && (
          <Group gap="xs">
            {customer.is_active ? (
              <Button size="xs" variant="default" onClick={() => setAct("block")}>
                {own.block}
              </Button>
            ) : (
              <Button size="xs" loading={isBusy} onClick={() => void unblock()}>
                {own.unblock}
              </Button>
            )}
            <Button size="xs" variant="default" onClick={() => setAct("export")}>
              {own.data}
            </Button>
            <Button size="xs" variant="default" onClick={() => setAct("erase")}>
              {own.erase}
            </Button>
          </Group>
        )}
        <Notes id={customer.id} />
        <CustomerMarket id={customer.id} onMoved={onClose} />
      </div>
      {act && <Reason id={customer.id} act={act} onClose={() => setAct(undefined)} />}
    </Modal>
  );
}

function Reason({ id, act, onClose }: { id: string; act: Act; onClose: () => void }) {
  const { run } = useWork();
  const fields = useFields({ reason: "" });
  const params = { path: { id } };
  const body = { reason: fields.values.reason };
  const names: Record<Act, [title: string, text: string]> = {
    block: [own.block, own.blockText],
    erase: [own.erase, own.eraseText],
    export: [own.data, own.dataText],
  };
  const [title, text] = names[act];
  const send = () => {
    const options = { done: words.saved, changes: ["customers"], fields: fields.setMistakes };
    if (act === "block") {
      return run<unknown>(() => api.POST("/api/v1/manager/customers/{id}/block", { params, body }), options);
    }
    if (act === "erase") {
      return run<unknown>(() => api.POST("/api/v1/manager/customers/{id}/erase", { params, body }), options);
    }
    return run<unknown>(() => api.POST("/api/v1/manager/customers/{id}/export", { params, body }), {
      ...options,
      then: (data) => saveText(JSON.stringify(data, null, 2), `customer-${id}.json`),
    });
  };
  return (
    <FormDialog
      title={title}
      text={text}
      isOpen
      onClose={onClose}
      onSubmit={send}
      submit={title}
      isDangerous={act !== "export"}
    >
      <Textarea label={words.reason} required minLength={3} maxLength={500} data-autofocus {...fields.text("reason")} />
    </FormDialog>
  );
}

function Notes({ id }: { id: string }) {
  const { market, may } = useRights();
  const { run, isBusy } = useWork();
  const fields = useFields({ note: "" });
  const wish = useRef(randomUuid());
  const notes = useQuery({
    queryKey: key("customer-notes", id),
    queryFn: () => answer(api.GET("/api/v1/manager/customers/{id}/notes", { params: { path: { id } } })),
  });
  const add = () =>
    run(
      () =>
        api.POST("/api/v1/manager/customers/{id}/notes", {
          params: { path: { id }, header: { "Idempotency-Key": wish.current } },
          body: { note: fields.values.note },
        }),
      {
        done: words.saved,
        changes: ["customer-notes"],
        fields: fields.setMistakes,
        then: () => {
          wish.current = randomUuid();
          fields.reset();
        },
      },
    );
  return (
    <section className="stack">
      <Text fw={600} size="sm" component="h3" m={0}>
        {own.notes}
      </Text>
      {!notes.data && <Skeleton h={40} />}
      {notes.data?.items.length === 0 && <p className="quiet small">{own.noNotes}</p>}
      {notes.data?.items.map((note) => (
        <div key={note.id} className="small">
          <span className="quiet">
            {moment(note.created_at, market?.time_zone)} · {note.created_by}
          </span>
          <div>{note.note}</div>
        </div>
      ))}
      {may("customers.write") && (
        <form
          className="stack"
          onSubmit={(event) => {
            event.preventDefault();
            void add();
          }}
        >
          <Textarea label={own.addNote} required maxLength={2000} {...fields.text("note")} />
          <div>
            <Button type="submit" size="xs" loading={isBusy}>
              {words.add}
            </Button>
          </div>
        </form>
      )}
    </section>
  );
}
