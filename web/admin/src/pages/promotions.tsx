// Promotions of the managed market: automatic ones and coupons, what they give, and what they gave so far.
import { Button, Checkbox, Group, Select, SimpleGrid, TagsInput, TextInput } from "@mantine/core";
import { randomUuid } from "@marque/shared/guest";
import { useRef, useState } from "react";
import { answer, api, type Schemas } from "../api";
import { amountOf, count, day, money, percent } from "../format";
import { useQuestion } from "../kit/confirm";
import { FormDialog } from "../kit/dialog";
import { Empty } from "../kit/empty";
import { useFields } from "../kit/fields";
import { Page } from "../kit/page";
import { Listing, Tabs, useFilter } from "../kit/listing";
import { cutAt, usePagesOf } from "../kit/pages_of";
import { State, stateWords } from "../kit/state";
import { Translations, written } from "../kit/translations";
import { speak } from "../language";
import { useWork } from "../query";
import { useRights } from "../rights";
import { words } from "../words";

type Promotion = Schemas["ManagedPromotion"];
const kinds = ["percentage", "fixed", "free_shipping", "buy_x_get_y"] as const;
type Kind = (typeof kinds)[number];

const own = speak({
  promotion: ["Promotion", "Акция", "Акция"],
  new: ["New promotion", "Новая акция", "Жаңы акция"],
  kind: ["Kind", "Вид", "Түрү"],
  percentage: ["Percentage", "Процент", "Пайыз"],
  fixed: ["Amount off", "Сумма скидки", "Сумма"],
  free_shipping: ["Free shipping", "Бесплатная доставка", "Акысыз жеткирүү"],
  buy_x_get_y: ["Buy some, get some", "Купи N — получи M", "N ал — M бекер"],
  gives: ["Gives", "Даёт", "Берет"],
  buy: ["Buy", "Купить", "Алуу"],
  get: ["Get free", "Получить бесплатно", "Бекер алуу"],
  free: ["free", "бесплатно", "бекер"],
  code: ["Coupon code", "Код купона", "Купон коду"],
  codeHint: ["Empty: everybody gets it", "Пусто: действует для всех", "Бош: баарына берилет"],
  automatic: ["automatic", "автоматически", "автоматтык"],
  minimum: ["From a subtotal of", "От суммы", "Суммадан баштап"],
  limit: ["Uses at most", "Максимум применений", "Колдонуу чеги"],
  limitEach: ["Uses of each buyer", "На одного покупателя", "Бир кардарга"],
  only: ["Only these categories (slugs)", "Только категории (slug)", "Ушул категориялар гана (slug)"],
  onlyBrands: ["Only these brands", "Только бренды", "Ушул бренддер гана"],
  onlyProducts: ["Only these products (slugs)", "Только товары (slug)", "Ушул товарлар гана (slug)"],
  together: ["Together with others", "Вместе с другими", "Башкалары менен бирге"],
  orders: ["Orders", "Заказы", "Буйрутмалар"],
  gave: ["Gave", "Скидок дано", "Берилди"],
  on: ["Switched on", "Включены", "Күйгүзүлгөн"],
  end: ["End now", "Завершить сейчас", "Азыр бүтүрүү"],
  shownName: ["Name in the shop", "Название в магазине", "Дүкөндөгү аталышы"],
  none: ["No promotions yet", "Акций пока нет", "Азырынча акция жок"],
  noneText: [
    "A percentage off, free shipping from an amount, a coupon for regulars: begin one and see here what it brings.",
    "Скидка в процентах, бесплатная доставка от суммы, купон для своих: создайте акцию и следите за ней здесь.",
    "Пайыз арзандатуу, суммадан баштап акысыз жеткирүү, купон: акция баштап, натыйжасын ушул жерден көрүңүз.",
  ],
});

export default function Promotions() {
  const { market, may } = useRights();
  const mayWrite = may("promotions.write");
  const [edited, setEdited] = useState<Promotion | "new">();
  const { ask, dialog } = useQuestion();
  const { run } = useWork();
  const filter = useFilter();
  const shown = (["on", "off"] as const).find((each) => each === filter.address.get("show"));
  const promotions = usePagesOf<Promotion>(["promotions", shown ?? "all"], (cursor) =>
    answer(
      api.GET("/api/v1/manager/promotions", {
        params: { query: { ...(shown ? { is_active: shown === "on" } : {}), ...cutAt(cursor) } },
      }),
    ),
  );
  const gives = ({ kind, milli_percent, amount, buy_quantity, get_quantity }: Promotion) => {
    if (kind === "percentage") return `−${percent(milli_percent / 100_000, 1)}`;
    if (kind === "fixed") return `−${money(amount, market)}`;
    return kind === "free_shipping" ? own.free_shipping : `${buy_quantity} + ${get_quantity} ${own.free}`;
  };
  const end = ({ id, name }: Promotion) =>
    ask({
      title: `${own.end}: ${name}`,
      submit: own.end,
      act: () =>
        run(() => api.POST("/api/v1/manager/promotions/{id}/end", { params: { path: { id } } }), {
          done: words.saved,
          changes: ["promotions"],
        }),
    });
  return (
    <Page title={words.promotions} actions={mayWrite && <Button onClick={() => setEdited("new")}>{own.new}</Button>}>
      <Listing
        label={words.promotions}
        {...promotions}
        id={({ id }) => id}
        filter={filter}
        above={
          <Tabs
            label={words.status}
            value={shown}
            names={{ on: own.on, off: stateWords.inactive }}
            onChange={(show) => filter.change({ show })}
          />
        }
        empty={
          <Empty title={own.none} text={own.noneText}>
            {mayWrite && <Button onClick={() => setEdited("new")}>{own.new}</Button>}
          </Empty>
        }
        columns={[
          {
            title: own.promotion,
            cell: ({ name, code }) => (
              <>
                <b>{name}</b>
                <div className="quiet small">{code ? <code>{code}</code> : own.automatic}</div>
              </>
            ),
          },
          { title: own.gives, cell: gives },
          {
            title: words.date,
            wideOnly: true,
            cell: ({ start_date, end_date }) => (
              <span className="small">
                {[start_date, end_date].map((at) => (at ? day(at, market?.time_zone) : "…")).join(" – ")}
              </span>
            ),
          },
          {
            title: words.status,
            cell: ({ state }) => <State name={state} tone={state === "running" ? "good" : undefined} />,
          },
          { title: own.orders, cell: ({ orders_count }) => count(orders_count), isNumber: true, wideOnly: true },
          {
            title: own.gave,
            cell: ({ given_amount }) => money(given_amount, market),
            isNumber: true,
            wideOnly: true,
          },
          mayWrite && {
            title: "",
            cell: (promotion) => (
              <Group gap={6} wrap="nowrap" justify="flex-end">
                <Button size="compact-sm" variant="default" onClick={() => setEdited(promotion)}>
                  {words.edit}
                </Button>
                {promotion.state !== "ended" && (
                  <Button size="compact-sm" variant="default" onClick={() => end(promotion)}>
                    {own.end}
                  </Button>
                )}
              </Group>
            ),
          },
        ]}
      />
      {edited && <Edit promotion={edited === "new" ? undefined : edited} onClose={() => setEdited(undefined)} />}
      {dialog}
    </Page>
  );
}

/** A moment of the server for an input of local time, in this browser's zone. */
function local(at: string | null): string {
  if (!at) return "";
  const date = new Date(at);
  return new Date(date.getTime() - date.getTimezoneOffset() * 60_000).toISOString().slice(0, 16);
}

function Edit({ promotion, onClose }: { promotion: Promotion | undefined; onClose: () => void }) {
  const { market } = useRights();
  const { run } = useWork();
  const wish = useRef(randomUuid());
  const languages = market?.languages ?? ["en"];
  const [names, setNames] = useState<Record<string, string>>(promotion?.names ?? {});
  const start = promotion;
  const or = (number: number | null | undefined) =>
    number === null || number === undefined || number === 0 ? "" : String(number);
  const fields = useFields({
    name: start?.name ?? "",
    code: start?.code ?? "",
    kind: (start?.kind ?? "percentage") as string | null,
    percent: start ? or(start.milli_percent / 1000) : "10",
    amount: or(start?.amount),
    buy_quantity: or(start?.buy_quantity),
    get_quantity: or(start?.get_quantity),
    min_subtotal: or(start?.min_subtotal),
    usage_limit: or(start?.usage_limit),
    per_buyer_limit: or(start?.per_buyer_limit),
    categories: start?.categories ?? [],
    brands: start?.brands ?? [],
    products: start?.products ?? [],
    start_date: local(start?.start_date ?? null),
    end_date: local(start?.end_date ?? null),
    stackable: start?.stacking !== "exclusive",
    is_active: start?.is_active ?? true,
  });
  const { values } = fields;
  const number = (text: string) => (text.trim() === "" ? null : Number(text.replace(",", ".")));
  const at = (text: string) => (text ? new Date(text).toISOString() : null);
  const send = () => {
    const kind = values.kind as Kind;
    const body = {
      code: values.code.trim() || null,
      name: values.name,
      names: written(names),
      kind,
      milli_percent: kind === "percentage" ? Math.round((number(values.percent) ?? 0) * 1000) : null,
      amount: kind === "fixed" ? amountOf(values.amount) : null,
      buy_quantity: kind === "buy_x_get_y" ? number(values.buy_quantity) : null,
      get_quantity: kind === "buy_x_get_y" ? number(values.get_quantity) : null,
      min_subtotal: amountOf(values.min_subtotal),
      categories: values.categories,
      brands: values.brands,
      products: values.products,
      shipping_options: start?.shipping_options ?? [],
      usage_limit: number(values.usage_limit),
      per_buyer_limit: number(values.per_buyer_limit),
      start_date: at(values.start_date),
      end_date: at(values.end_date),
      stacking: values.stackable ? ("stackable" as const) : ("exclusive" as const),
      priority: start?.priority ?? null,
      is_active: values.is_active,
      version: start?.version ?? null,
    };
    const options = {
      done: words.saved,
      changes: ["promotions"],
      fields: ({ milli_percent, ...rest }: Record<string, string>) =>
        fields.setMistakes(milli_percent ? { ...rest, percent: milli_percent } : rest),
    };
    if (!start) {
      const header = { "Idempotency-Key": wish.current };
      return run<Promotion>(() => api.POST("/api/v1/manager/promotions", { params: { header }, body }), options);
    }
    const path = { id: start.id };
    return run<Promotion>(() => api.PUT("/api/v1/manager/promotions/{id}", { params: { path }, body }), options);
  };
  return (
    <FormDialog title={start?.name ?? own.new} isOpen onClose={onClose} onSubmit={send} submit={words.save} size="lg">
      <SimpleGrid cols={{ base: 1, sm: 2 }} spacing="sm">
        <TextInput label={words.name} required maxLength={100} data-autofocus {...fields.text("name")} />
        <TextInput label={own.code} description={own.codeHint} maxLength={40} {...fields.text("code")} />
        <Select
          label={own.kind}
          required
          allowDeselect={false}
          data={kinds.map((kind) => ({ value: kind, label: own[kind] }))}
          {...fields.choice("kind")}
        />
        {values.kind === "percentage" && (
          <TextInput label="%" required inputMode="decimal" {...fields.text("percent")} />
        )}
        {values.kind === "fixed" && (
          <TextInput label={own.fixed} required inputMode="decimal" {...fields.text("amount")} />
        )}
        {values.kind === "buy_x_get_y" && (
          <Group grow>
            <TextInput label={own.buy} required inputMode="numeric" {...fields.text("buy_quantity")} />
            <TextInput label={own.get} required inputMode="numeric" {...fields.text("get_quantity")} />
          </Group>
        )}
        <TextInput label={own.minimum} inputMode="decimal" {...fields.text("min_subtotal")} />
        <Group grow>
          <TextInput label={own.limit} inputMode="numeric" {...fields.text("usage_limit")} />
          <TextInput label={own.limitEach} inputMode="numeric" {...fields.text("per_buyer_limit")} />
        </Group>
        <TextInput label={words.from} type="datetime-local" {...fields.text("start_date")} />
        <TextInput label={words.to} type="datetime-local" {...fields.text("end_date")} />
        <TagsInput label={own.only} {...fields.choices("categories")} />
        <TagsInput label={own.onlyBrands} {...fields.choices("brands")} />
      </SimpleGrid>
      <TagsInput label={own.onlyProducts} {...fields.choices("products")} />
      <Translations label={own.shownName} languages={languages} values={names} onChange={setNames} maxLength={100} />
      <Group>
        <Checkbox label={own.together} {...fields.flag("stackable")} />
        <Checkbox label={words.active} {...fields.flag("is_active")} />
      </Group>
    </FormDialog>
  );
}
