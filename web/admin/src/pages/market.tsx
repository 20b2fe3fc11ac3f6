// The managed market: what is still missing to sell in it, what it is made of, and the rates that reports convert by.
import { Button, Group, Skeleton, TextInput } from "@mantine/core";
import { IconCheck, IconX } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { Link } from "wouter";
import { answer, api } from "../api";
import { day, money } from "../format";
import { FormDialog } from "../kit/dialog";
import { useFields } from "../kit/fields";
import { Card, Facts, Page } from "../kit/page";
import { State } from "../kit/state";
import { languageNames, type Language, speak, wordFor } from "../language";
import { key, useWork } from "../query";
import { type MarketView, useRights } from "../rights";
import { words } from "../words";
import { ChangeSettings, Findings } from "./market_settings";
import { own as methodWords } from "./order_words";

const own = speak({
  ready: ["Ready to sell?", "Готов к продажам?", "Сатууга даярбы?"],
  yes: ["yes:", "да:", "ооба:"],
  no: ["no:", "нет:", "жок:"],
  live: ["The market is open", "Рынок открыт", "Рынок ачык"],
  liveHint: ["Who runs the server opens it", "Открывает администратор сервера", "Серверди башкарган адам ачат"],
  banners: ["The start page has a banner", "На главной есть баннер", "Башкы бетте баннер бар"],
  colleague: ["More than one person manages it", "Управляет не один человек", "Бир нече адам башкарат"],
  secondFactor: ["You have a second factor", "У вас есть второй фактор", "Сизде экинчи фактор бар"],
  about: ["About the market", "О рынке", "Рынок жөнүндө"],
  currency: ["Currency", "Валюта", "Валюта"],
  timeZone: ["Time zone", "Часовой пояс", "Убакыт алкагы"],
  phones: ["Phones", "Телефоны", "Телефондор"],
  languages: ["Languages", "Языки", "Тилдер"],
  tax: ["Tax", "Налог", "Салык"],
  taxIn: ["contained in prices", "включён в цены", "баага кирген"],
  taxOn: ["added to prices", "сверх цены", "баага кошулат"],
  methods: ["Payment", "Оплата", "Төлөм"],
  shippingCost: ["Shipping", "Доставка", "Жеткирүү"],
  freeFrom: ["free from", "бесплатно от", "акысыз:"],
  changedBy: [
    "Currency, tax rates and languages are set where the server is run: marque market set.",
    "Валюту, ставки налога и языки задают на сервере: marque market set.",
    "Валюта, салык үлүшү жана тилдер серверде коюлат: marque market set.",
  ],
  rates: ["Rates for reports", "Курсы для отчётов", "Отчёт үчүн курстар"],
  ratesNone: [
    "Without a rate, each market's revenue stays in its own currency.",
    "Без курса выручка каждого рынка остаётся в своей валюте.",
    "Курссуз ар бир рыноктун кирешеси өз валютасында калат.",
  ],
  newRate: ["Set a rate", "Задать курс", "Курс коюу"],
  rateText: [
    "What one unit of this market's currency is worth in the other. Prices never follow it.",
    "Сколько стоит единица валюты рынка в другой валюте. На цены не влияет.",
    "Рыноктун бир бирдиги башка валютада канча турат. Бааларга таасир этпейт.",
  ],
  rate: ["Rate", "Курс", "Курс"],
});

export default function Market() {
  const { market, may } = useRights();
  if (!market) return <Page title={words.market}>{<Skeleton h={240} />}</Page>;
  return (
    <Page title={`${words.market}: ${market.name}`}>
      <div className="columns">
        <div className="stack">
          <Ready market={market} />
          {may("reports.read") && <Rates />}
        </div>
        <div className="stack">
          <About market={market} />
        </div>
      </div>
    </Page>
  );
}

interface Check {
  name: string;
  is: boolean | undefined;
  /** Where it is mended. */
  to?: string;
  hint?: string;
}

/** What can be asked with the caller's own rights; the rest is left out. */
function useChecks(market: MarketView): Check[] {
  const { may } = useRights();
  const banners = useQuery({
    queryKey: key("banners", "ready"),
    enabled: may("content.read"),
    queryFn: () =>
      answer(api.GET("/api/v1/manager/banners", { params: { query: { banner_type: "hero", limit: 50 } } })),
  });
  const staff = useQuery({
    queryKey: key("staff"),
    enabled: may("staff.read"),
    queryFn: () => answer(api.GET("/api/v1/manager/staff", {})),
  });
  const factor = useQuery({
    queryKey: key("second-factor"),
    queryFn: () => answer(api.GET("/api/v1/manager/second-factor", {})),
  });
  return [
    { name: own.live, is: market.state === "live", hint: own.liveHint },
    ...(may("content.read")
      ? [{ name: own.banners, is: banners.data?.items.some(({ is_shown }) => is_shown), to: "/banners" }]
      : []),
    ...(may("staff.read")
      ? [{ name: own.colleague, is: staff.data && staff.data.items.length > 1, to: "/staff" }]
      : []),
    { name: own.secondFactor, is: factor.data?.is_enrolled, to: "/security" },
  ];
}

function Ready({ market }: { market: MarketView }) {
  const checks = useChecks(market);
  return (
    <Card title={own.ready}>
      <ul className="steps">
        {checks.map(({ name, is, to, hint }) => (
          <li key={name} data-passed={is || undefined} aria-busy={is === undefined}>
            {is === undefined ? (
              <Skeleton circle h={16} w={16} />
            ) : is ? (
              <IconCheck size={16} aria-label={own.yes} />
            ) : (
              <IconX size={16} aria-label={own.no} />
            )}
            <span>
              {to && is === false ? <Link href={to}>{name}</Link> : name}
              {hint && is === false && <span className="quiet small"> · {hint}</span>}
            </span>
          </li>
        ))}
        <Findings />
      </ul>
    </Card>
  );
}

function About({ market }: { market: MarketView }) {
  const { shipping_cost, shipping_free_from } = market;
  const free = shipping_free_from === null ? "" : ` · ${own.freeFrom} ${money(shipping_free_from, market)}`;
  return (
    <Card title={own.about} aside={<State name={market.state} tone={market.state === "live" ? "good" : "warn"} />}>
      <ChangeSettings />
      <Facts
        facts={[
          [words.code, market.code.toUpperCase()],
          [own.currency, `${market.currency} (${market.currency_sign})`],
          [own.timeZone, market.time_zone],
          [own.phones, market.phone_prefixes.join(", ")],
          [own.languages, market.languages.map((each) => languageNames[each as Language] ?? each).join(", ")],
          [own.tax, `${market.tax_label}, ${market.tax_inclusive ? own.taxIn : own.taxOn}`],
          [own.methods, market.payment_methods.map((each) => wordFor(methodWords, each)).join(", ")],
          [own.shippingCost, money(shipping_cost, market) + free],
        ]}
      />
      <p className="quiet small">{own.changedBy}</p>
    </Card>
  );
}

function Rates() {
  const { market, may } = useRights();
  const [isSetting, setSetting] = useState(false);
  const rates = useQuery({
    queryKey: key("report-rates"),
    queryFn: () => answer(api.GET("/api/v1/manager/report-rates", {})),
  });
  return (
    <Card
      title={own.rates}
      aside={
        may("markets.write") && (
          <Button size="xs" variant="default" onClick={() => setSetting(true)}>
            {own.newRate}
          </Button>
        )
      }
    >
      {!rates.data && <Skeleton h={60} />}
      {rates.data?.items.length === 0 && <p className="quiet small">{own.ratesNone}</p>}
      <ul className="lines plain">
        {rates.data?.items.map(({ currency, from, rate, set_by }) => (
          <li key={`${currency} ${from}`}>
            <div>
              1 {market?.currency} = {rate} {currency}
              <div className="quiet small">{set_by}</div>
            </div>
            <span className="quiet small">
              {words.from} {day(`${from}T12:00:00Z`, "UTC")}
            </span>
          </li>
        ))}
      </ul>
      {isSetting && <SetRate onClose={() => setSetting(false)} />}
    </Card>
  );
}

function SetRate({ onClose }: { onClose: () => void }) {
  const { market, markets } = useRights();
  const { run } = useWork();
  const today = new Intl.DateTimeFormat("en-CA", { timeZone: market?.time_zone }).format(new Date());
  const other = markets.find(({ currency }) => currency !== market?.currency)?.currency ?? "";
  const fields = useFields({ currency: other, from: today, rate: "" });
  const { currency, from, rate } = fields.values;
  const body = { currency: currency.trim().toUpperCase(), from, rate: rate.trim().replace(",", ".") };
  const send = () =>
    run(() => api.PUT("/api/v1/manager/report-rates", { body }), {
      done: words.saved,
      changes: ["report-rates", "revenue"],
      fields: fields.setMistakes,
    });
  return (
    <FormDialog title={own.newRate} text={own.rateText} isOpen onClose={onClose} onSubmit={send} submit={words.save}>
      <Group grow align="start">
        <TextInput label={own.currency} required maxLength={3} {...fields.text("currency")} />
        <TextInput label={own.rate} required inputMode="decimal" data-autofocus {...fields.text("rate")} />
      </Group>
      <TextInput label={words.from} type="date" required {...fields.text("from")} />
    </FormDialog>
  );
}
