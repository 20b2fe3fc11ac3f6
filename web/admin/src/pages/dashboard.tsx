// How the market does: what waits to be done, revenue beside the time before, funnel, what sells and what runs out.
import { SegmentedControl, Skeleton } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { Link, useSearchParams } from "wouter";
import { answer, api, type Schemas } from "../api";
import { count, day, money, moment, percent } from "../format";
import { Bars, Shares } from "../kit/chart";
import { Empty } from "../kit/empty";
import { Card, Page } from "../kit/page";
import { State } from "../kit/state";
import { List } from "../kit/table";
import { key } from "../query";
import { useRights } from "../rights";
import { colourOf } from "../theme";
import { words } from "../words";
import { own } from "./dashboard_words";

const periods = { "7": "day", "30": "day", "90": "week" } as const;
type Period = keyof typeof periods;
const day_ms = 86_400_000;

/** The day it is in a market, so many days ago. */
function dayIn(timeZone: string | undefined, ago: number): string {
  return new Intl.DateTimeFormat("en-CA", { timeZone }).format(new Date(Date.now() - ago * day_ms));
}

export default function Dashboard() {
  const { may, market, me } = useRights();
  const [address, setAddress] = useSearchParams();
  const asked = address.get("days") ?? "";
  const period: Period = asked in periods ? (asked as Period) : "30";
  const range = { from: dayIn(market?.time_zone, Number(period) - 1), to: dayIn(market?.time_zone, 0) };
  const choices = Object.keys(periods).map((value) => ({ value, label: `${value} ${own.days}` }));
  return (
    <Page
      title={words.dashboard}
      actions={
        may("reports.read") && (
          <SegmentedControl
            aria-label={own.period}
            size="xs"
            value={period}
            data={choices}
            onChange={(days) => setAddress({ days }, { replace: true })}
          />
        )
      }
    >
      <div className="stack">
        <ToDo />
        {may("reports.read") && <Revenue range={range} by={periods[period]} />}
        <div className="columns">
          <div className="stack">
            {may("orders.read") && <Newest />}
            {may("reports.read") && <Unsold />}
          </div>
          {may("reports.read") && (
            <div className="stack">
              {me.markets.length > 1 && <AllMarkets range={range} />}
              <Funnel range={range} />
              <Buyers range={range} />
              <Sells range={range} />
              <RunsOut />
            </div>
          )}
        </div>
      </div>
    </Page>
  );
}

interface Range {
  from: string;
  to: string;
}

/** Numbers that lead to where they become smaller. */
function ToDo() {
  const { may } = useRights();
  const orders = (status_filter: "pending" | "confirmed") => async () =>
    (await answer(api.GET("/api/v1/manager/orders", { params: { query: { status_filter, limit: 1 } } }))).total;
  const mayOrders = may("orders.read");
  const pending = useQuery({ queryKey: key("orders", "to-confirm"), queryFn: orders("pending"), enabled: mayOrders });
  const confirmed = useQuery({ queryKey: key("orders", "to-ship"), queryFn: orders("confirmed"), enabled: mayOrders });
  const returns = useQuery({
    queryKey: key("returns", "to-decide"),
    enabled: mayOrders,
    queryFn: async () =>
      (await answer(api.GET("/api/v1/manager/returns", { params: { query: { state: "requested", limit: 1 } } }))).total,
  });
  const reviews = useQuery({
    queryKey: key("reviews", "to-read"),
    enabled: may("content.read"),
    queryFn: async () =>
      (await answer(api.GET("/api/v1/manager/reviews", { params: { query: { state: "pending", limit: 1 } } }))).total,
  });
  const tiles = [
    mayOrders && { to: "/orders?status=pending", number: pending.data, text: own.toConfirm },
    mayOrders && { to: "/orders?status=confirmed", number: confirmed.data, text: own.toShip },
    mayOrders && { to: "/returns?state=requested", number: returns.data, text: own.toDecide },
    may("content.read") && { to: "/reviews", number: reviews.data, text: own.toRead },
  ].filter((tile) => tile !== false);
  if (tiles.length === 0) return null;
  return (
    <nav className="tiles" aria-label={own.toDo}>
      {tiles.map(({ to, number, text }) => (
        <Link key={to} href={to} className="tile" data-none={number === 0 || undefined}>
          <b>{number === undefined ? "…" : count(number)}</b>
          <span>{text}</span>
        </Link>
      ))}
    </nav>
  );
}

function Revenue({ range, by }: { range: Range; by: "day" | "week" }) {
  const { market } = useRights();
  const report = useQuery({
    queryKey: key("revenue", range, by),
    placeholderData: (before) => before,
    queryFn: () =>
      answer(api.GET("/api/v1/manager/revenue", { params: { query: { ...range, by, compare: "previous" } } })),
  });
  if (!report.data) return <Skeleton h={320} />;
  const { period, before, change_permille } = report.data;
  const { net, total_orders, average_order_value } = period.total;
  const write = (amount: number) => money(amount, market);
  const bars = period.items.map((line, at) => ({
    label: day(`${line.from}T12:00:00Z`, "UTC"),
    value: line.net,
    before: before?.items[at]?.net,
  }));
  return (
    <Card
      title={own.revenue}
      aside={
        change_permille !== null && (
          <span className={change_permille < 0 ? "bad small" : "good small"}>
            {change_permille > 0 ? "+" : ""}
            {percent(change_permille / 1000, 1)} {own.vsBefore}
          </span>
        )
      }
    >
      <div className="numbers">
        <Figure name={own.net} value={write(net)} before={before && write(before.total.net)} />
        <Figure name={words.orders} value={count(total_orders)} before={before && count(before.total.total_orders)} />
        <Figure
          name={own.average}
          value={write(average_order_value)}
          before={before && write(before.total.average_order_value)}
        />
      </div>
      <Bars label={own.revenue} bars={bars} write={write} now={own.thisPeriod} before={own.before} />
    </Card>
  );
}

function Figure({ name, value, before }: { name: string; value: string; before: string | null | undefined | false }) {
  return (
    <div>
      <div className="quiet small">{name}</div>
      <div className="figure">{value}</div>
      {before && (
        <div className="quiet small">
          {own.before} {before}
        </div>
      )}
    </div>
  );
}

function Funnel({ range }: { range: Range }) {
  const funnel = useQuery({
    queryKey: key("revenue", "funnel", range),
    placeholderData: (before) => before,
    queryFn: () => answer(api.GET("/api/v1/manager/revenue/funnel", { params: { query: range } })),
  });
  if (!funnel.data) return <Skeleton h={140} />;
  const { carts, orders, paid_orders } = funnel.data;
  return (
    <Card title={own.funnel}>
      <Shares
        write={count}
        parts={[
          { label: own.carts, value: carts },
          { label: own.placed, value: orders },
          { label: own.paid, value: paid_orders },
        ]}
      />
    </Card>
  );
}

function Buyers({ range }: { range: Range }) {
  const buyers = useQuery({
    queryKey: key("revenue", "buyers", range),
    placeholderData: (before) => before,
    queryFn: () => answer(api.GET("/api/v1/manager/revenue/customers", { params: { query: range } })),
  });
  if (!buyers.data) return <Skeleton h={140} />;
  const { customers, guests, repeat_customers } = buyers.data;
  return (
    <Card title={own.buyers}>
      <Shares
        write={count}
        parts={[
          { label: own.customers, value: customers },
          { label: own.repeat, value: repeat_customers },
          { label: own.guests, value: guests },
        ]}
      />
    </Card>
  );
}

/** Each in its own currency and its own days. */
function AllMarkets({ range }: { range: Range }) {
  const { markets } = useRights();
  const compared = useQuery({
    queryKey: key("revenue", "markets", range),
    placeholderData: (before) => before,
    queryFn: () => answer(api.GET("/api/v1/manager/revenue/compare", { params: { query: range } })),
  });
  if (!compared.data) return <Skeleton h={120} />;
  return (
    <Card title={own.markets}>
      <ul className="lines plain">
        {compared.data.items.map(({ market: code, net, total_orders }) => {
          const market = markets.find((each) => each.code === code);
          return (
            <li key={code}>
              <div>
                <span className="market-dot" ref={(dot) => dot?.style.setProperty("--dot", colourOf(code))} />{" "}
                {market?.name ?? code}
              </div>
              <div className="number">
                <b>{money(net, market)}</b>
                <div className="quiet small">
                  {words.orders}: {count(total_orders)}
                </div>
              </div>
            </li>
          );
        })}
      </ul>
    </Card>
  );
}

function Unsold() {
  const { market } = useRights();
  const unsold = useQuery({
    queryKey: key("revenue", "unsold"),
    queryFn: () => answer(api.GET("/api/v1/manager/revenue/unsold", { params: { query: { limit: 6 } } })),
  });
  if (!unsold.data) return <Skeleton h={140} />;
  return (
    <Card title={own.unsold}>
      {unsold.data.items.length === 0 ? (
        <p className="quiet small">{own.unsoldNone}</p>
      ) : (
        <ul className="lines plain">
          {unsold.data.items.map(({ product_slug, product_name, available, price }) => (
            <li key={product_slug}>
              <Link href={`/products?q=${product_slug}`}>{product_name}</Link>
              <div className="number small">
                {money(price, market)}
                <div className="quiet">
                  {count(available)} {own.left}
                </div>
              </div>
            </li>
          ))}
        </ul>
      )}
    </Card>
  );
}

function Sells({ range }: { range: Range }) {
  const { market } = useRights();
  const parts = useQuery({
    queryKey: key("revenue", "parts", range),
    placeholderData: (before) => before,
    queryFn: () =>
      answer(api.GET("/api/v1/manager/revenue/parts", { params: { query: { ...range, part: "product", limit: 5 } } })),
  });
  if (!parts.data) return <Skeleton h={180} />;
  return (
    <Card title={own.sells}>
      {parts.data.items.length === 0 ? (
        <p className="quiet small">{own.nothingSold}</p>
      ) : (
        <Shares
          write={(amount) => money(amount, market)}
          parts={parts.data.items.map(({ name, key: code, net }) => ({ label: name || code, value: net }))}
        />
      )}
    </Card>
  );
}

function RunsOut() {
  const { market } = useRights();
  const running = useQuery({
    queryKey: key("revenue", "running-out"),
    queryFn: () => answer(api.GET("/api/v1/manager/revenue/running-out", { params: { query: { limit: 6 } } })),
  });
  if (!running.data) return <Skeleton h={140} />;
  return (
    <Card title={own.runsOut}>
      {running.data.items.length === 0 ? (
        <p className="quiet small">{own.runsOutNone}</p>
      ) : (
        <ul className="lines plain">
          {running.data.items.map((row) => (
            <li key={row.sku_code}>
              <div>
                <a href={`/p/${row.product_slug}?market=${market?.code ?? ""}`} target="_blank" rel="noreferrer">
                  {row.product_name}
                </a>
                <div className="quiet small">{[row.color, row.size, row.sku_code].filter(Boolean).join(" · ")}</div>
              </div>
              <div className="number small">
                {count(row.available)} {own.left}
                <div className={row.days_left < 4 ? "bad" : "quiet"}>
                  {count(row.days_left)} {own.daysLeft}
                </div>
              </div>
            </li>
          ))}
        </ul>
      )}
    </Card>
  );
}

function Newest() {
  const { market } = useRights();
  const orders = useQuery({
    queryKey: key("orders", "newest"),
    queryFn: () => answer(api.GET("/api/v1/manager/orders", { params: { query: { limit: 8 } } })),
  });
  return (
    <section className="card">
      <div className="card-head">
        <h2>{own.newest}</h2>
        <Link href="/orders" className="small">
          {own.allOrders}
        </Link>
      </div>
      <List<Schemas["ManagedOrder"]>
        label={own.newest}
        rows={orders.data?.items}
        error={orders.error}
        retry={orders.refetch}
        id={({ id }) => id}
        link={({ id }) => `/orders/${id}`}
        empty={<Empty title={own.none} />}
        columns={[
          { title: words.order, cell: ({ id, order_number }) => <Link href={`/orders/${id}`}>{order_number}</Link> },
          {
            title: words.date,
            wideOnly: true,
            cell: ({ order_date }) => (
              <span className="nowrap">{order_date ? moment(order_date, market?.time_zone) : ""}</span>
            ),
          },
          { title: words.customer, cell: ({ customer_name }) => customer_name, wideOnly: true },
          { title: words.status, cell: ({ status }) => <State name={status ?? ""} /> },
          { title: words.total, cell: ({ total_amount }) => money(total_amount ?? 0, market), isNumber: true },
        ]}
      />
    </section>
  );
}
