// What the server finds missing before the managed market can sell, and the dialog that changes what managers may.
import { Button, Checkbox, Group, Skeleton, Stack, Textarea, TextInput } from "@mantine/core";
import { IconAlertTriangle, IconCheck, IconX } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { Link } from "wouter";
import { answer, api, type Schemas } from "../api";
import { FormDialog } from "../kit/dialog";
import { useFields } from "../kit/fields";
import { speak, wordFor } from "../language";
import { key, queries, useWork } from "../query";
import { useRights } from "../rights";
import { words } from "../words";
import { own as methodWords } from "./order_words";

type Settings = Schemas["MarketSettings"];

const checks = speak({
  prices: ["Products have prices", "У товаров есть цены", "Товарлардын баасы бар"],
  stock: ["Products are in stock", "Товары есть на складе", "Товарлар кампада бар"],
  tax: ["Tax", "Налог", "Салык"],
  regions: ["Addresses can name a region", "Для адресов есть регионы", "Даректер үчүн аймактар бар"],
  shipping: ["Price of shipping", "Цена доставки", "Жеткирүү баасы"],
  delivery: ["Every zone has a way of shipping", "В каждой зоне есть доставка", "Ар бир зонада жеткирүү бар"],
  payment: ["There is a way to pay", "Есть способ оплаты", "Төлөө жолу бар"],
  sms: ["Codes are sent by SMS", "Коды отправляются по SMS", "Коддор SMS менен жөнөтүлөт"],
  phones: ["Log-in forms show an example", "В форме входа есть пример номера", "Кирүү формасында номер үлгүсү бар"],
  translations: ["Texts in every language", "Тексты на всех языках", "Бардык тилдеги тексттер"],
  invoices: ["Invoices name a seller", "В счетах указан продавец", "Эсептерде сатуучу көрсөтүлгөн"],
});

/** Where a finding is mended in the back office; the rest is told in its own words. */
const places: Record<string, string> = { prices: "/products", stock: "/products", delivery: "/shipping" };

const own = speak({
  ok: ["in order:", "в порядке:", "жайында:"],
  warning: ["look at it:", "обратите внимание:", "көңүл буруңуз:"],
  missing: ["missing:", "не хватает:", "жетишпейт:"],
  change: ["Change settings", "Изменить настройки", "Жөндөөлөрдү өзгөртүү"],
  name: ["Name", "Название", "Аталышы"],
  taxLabel: ["Tax on receipts", "Налог в чеках", "Чектеги салык"],
  shipping: ["Shipping", "Доставка", "Жеткирүү"],
  freeFrom: ["Free from (0: never)", "Бесплатно от (0: никогда)", "Акысыз (0: эч качан)"],
  shippingHint: ["Where no zone says otherwise.", "Там, где зона не задаёт другого.", "Зона башканы айтпаган жерде."],
  methods: ["Payment", "Оплата", "Төлөм"],
  required: ["An address must have", "В адресе обязательны", "Даректе милдеттүү"],
  example: ["Example of a phone", "Пример телефона", "Телефондун үлгүсү"],
  seller: ["Seller on invoices", "Продавец в счетах", "Эсептеги сатуучу"],
  sellerAddress: ["Seller's address", "Адрес продавца", "Сатуучунун дареги"],
  taxId: ["Seller's tax number", "ИНН продавца", "Сатуучунун салык номери"],
  street: ["street", "улица", "көчө"],
  building: ["building", "дом", "үй"],
  apartment: ["apartment", "квартира", "батир"],
  city: ["city", "город", "шаар"],
  state: ["region", "регион", "аймак"],
  postal_code: ["postal code", "индекс", "индекс"],
});

const methods = ["cash_on_delivery", "card", "bank_transfer", "digital_wallet"] as const;
const parts = ["street", "building", "apartment", "city", "state", "postal_code"] as const;

function useSettings() {
  return useQuery({
    queryKey: key("market-settings"),
    queryFn: () => answer(api.GET("/api/v1/manager/market/settings", {})),
  });
}

export function Findings() {
  const { data } = useSettings();
  if (!data) {
    return (
      <li aria-busy>
        <Skeleton h={16} />
      </li>
    );
  }
  // What is in order needs no words, and one line for all languages.
  const shown = data.findings.filter(
    ({ check, level }, index) => level !== "ok" || data.findings.findIndex((each) => each.check === check) === index,
  );
  return shown.map(({ check, level, detail }) => {
    const name = wordFor(checks, check);
    const place = level === "ok" ? undefined : places[check];
    return (
      <li key={`${check} ${detail}`} data-passed={level === "ok" || undefined}>
        {level === "ok" ? (
          <IconCheck size={16} aria-label={own.ok} />
        ) : level === "warning" ? (
          <IconAlertTriangle size={16} aria-label={own.warning} />
        ) : (
          <IconX size={16} aria-label={own.missing} />
        )}
        <span>
          {place ? <Link href={place}>{name}</Link> : name}
          {level !== "ok" && <span className="quiet small"> · {detail}</span>}
        </span>
      </li>
    );
  });
}

export function ChangeSettings() {
  const { may } = useRights();
  const [isChanging, setChanging] = useState(false);
  const { data } = useSettings();
  if (!may("markets.write")) return null;
  return (
    <p>
      <Button size="xs" variant="default" disabled={!data} onClick={() => setChanging(true)}>
        {own.change}
      </Button>
      {isChanging && data && <Change settings={data} onClose={() => setChanging(false)} />}
    </p>
  );
}

function Change({ settings, onClose }: { settings: Settings; onClose: () => void }) {
  const { run } = useWork();
  const fields = useFields({
    name: settings.name,
    tax_label: settings.tax_label,
    shipping_cost: String(settings.shipping_cost),
    shipping_free_from: String(settings.shipping_free_from ?? 0),
    payment_methods: settings.payment_methods,
    address_required: settings.address_required,
    phone_example: settings.phone_example,
    seller_name: settings.seller_name,
    seller_address: settings.seller_address,
    seller_tax_id: settings.seller_tax_id,
  });
  const { values } = fields;
  const amount = (text: string) => text.trim().replace(",", ".");
  const body = {
    ...values,
    version: settings.version,
    shipping_cost: amount(values.shipping_cost),
    shipping_free_from: amount(values.shipping_free_from) || "0",
    payment_methods: methods.filter((each) => values.payment_methods.includes(each)),
    address_required: parts.filter((each) => values.address_required.includes(each)),
  };
  const send = async () => {
    const isDone = await run(() => api.PUT("/api/v1/manager/market/settings", { body }), {
      done: words.saved,
      changes: ["market-settings"],
      fields: fields.setMistakes,
    });
    // The switcher and all amounts know the market from the list that customers read.
    if (isDone) await queries.invalidateQueries({ queryKey: ["markets"] });
    return isDone;
  };
  return (
    <FormDialog title={own.change} isOpen onClose={onClose} onSubmit={send} submit={words.save} size="lg">
      <Group grow align="start">
        <TextInput label={own.name} required maxLength={100} data-autofocus {...fields.text("name")} />
        <TextInput label={own.taxLabel} required maxLength={40} {...fields.text("tax_label")} />
      </Group>
      <Group grow align="start">
        <TextInput
          label={own.shipping}
          description={own.shippingHint}
          required
          inputMode="decimal"
          {...fields.text("shipping_cost")}
        />
        <TextInput
          label={own.freeFrom}
          description={own.shippingHint}
          inputMode="decimal"
          {...fields.text("shipping_free_from")}
        />
      </Group>
      <Checkbox.Group label={own.methods} {...fields.choices("payment_methods")}>
        <Stack gap="xs" mt="xs">
          {methods.map((each) => (
            <Checkbox key={each} value={each} label={wordFor(methodWords, each)} />
          ))}
        </Stack>
      </Checkbox.Group>
      <Checkbox.Group label={own.required} {...fields.choices("address_required")}>
        <Group mt="xs">
          {parts.map((each) => (
            <Checkbox key={each} value={each} label={own[each]} />
          ))}
        </Group>
      </Checkbox.Group>
      <TextInput label={own.example} maxLength={20} inputMode="tel" {...fields.text("phone_example")} />
      <Group grow align="start">
        <TextInput label={own.seller} maxLength={500} {...fields.text("seller_name")} />
        <TextInput label={own.taxId} maxLength={500} {...fields.text("seller_tax_id")} />
      </Group>
      <Textarea label={own.sellerAddress} maxLength={500} autosize {...fields.text("seller_address")} />
    </FormDialog>
  );
}
