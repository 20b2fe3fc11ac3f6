// One order: what was bought, where it goes, how it is paid, what happened, and everything that may be done next.
import { Button, Group, Skeleton, Timeline } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { Link, useParams } from "wouter";
import { answer, api, Refused, type Schemas } from "../api";
import { moment, money } from "../format";
import { saveFile } from "../kit/download";
import { Empty } from "../kit/empty";
import { Card, Facts, Page } from "../kit/page";
import { State, stateWords } from "../kit/state";
import { nameOf, wordFor } from "../language";
import { key } from "../query";
import { useRights } from "../rights";
import { words } from "../words";
import { MoveDialog, type Move } from "./order_moves";
import { PaymentCard } from "./order_payment";
import { own } from "./order_words";

type Order = Schemas["OrderView"];

export default function OrderPage() {
  const { id = "" } = useParams<{ id: string }>();
  const order = useQuery({
    queryKey: key("order", id),
    queryFn: () => answer(api.GET("/api/v1/manager/orders/{id}", { params: { path: { id } } })),
  });
  if (order.error) {
    const isGone = order.error instanceof Refused && order.error.status === 404;
    return (
      <Page title={words.order} back="/orders">
        <Empty title={isGone ? words.notFound : words.failedToLoad}>
          <Link href="/orders">{words.orders}</Link>
        </Empty>
      </Page>
    );
  }
  if (!order.data) {
    return (
      <Page title={words.order} back="/orders">
        <div className="columns" aria-busy="true">
          <Skeleton h={360} />
          <Skeleton h={360} />
        </div>
      </Page>
    );
  }
  return <Loaded order={order.data} />;
}

const moves: Move[] = ["confirm", "ship", "deliver", "cancel"];

function Loaded({ order }: { order: Order }) {
  const { may } = useRights();
  const [move, setMove] = useState<Move>();
  const allowed = may("orders.write") ? moves.filter((each) => order.allowed_actions.includes(each)) : [];
  const names: Record<Move, string> = {
    confirm: own.confirm,
    ship: own.ship,
    deliver: own.deliver,
    cancel: own.cancelOrder,
  };
  return (
    <Page
      back="/orders"
      title={
        <>
          {order.order_number} <State name={order.status} />
        </>
      }
      actions={allowed.map((each) => (
        <Button key={each} variant={each === "cancel" ? "default" : "filled"} onClick={() => setMove(each)}>
          {names[each]}
        </Button>
      ))}
    >
      <div className="columns">
        <div className="stack">
          <Items order={order} />
          {may("payments.read") && <PaymentCard order={order} />}
        </div>
        <div className="stack">
          <Delivery order={order} />
          <History order={order} />
          <Documents order={order} />
        </div>
      </div>
      {move && <MoveDialog order={order} move={move} title={names[move]} onClose={() => setMove(undefined)} />}
    </Page>
  );
}

function Items({ order }: { order: Order }) {
  const { market } = useRights();
  const sums: Array<[string, number] | false> = [
    [own.subtotal, order.subtotal],
    order.discount !== 0 && [own.discount, -order.discount],
    [own.shippingCost, order.shipping_cost],
    order.tax > 0 && [own.tax, order.tax],
  ];
  return (
    <Card title={own.items}>
      <ul className="lines">
        {order.items.map((item) => (
          <li key={item.sku_id}>
            {item.image_url ? <img src={item.image_url} alt="" width={48} height={60} loading="lazy" /> : <span />}
            <div>
              <a href={`/p/${item.product_slug}?market=${order.market}`} target="_blank" rel="noreferrer">
                {item.product_name}
              </a>
              <div className="quiet small">{[item.color, item.size, item.sku_code].filter(Boolean).join(" · ")}</div>
            </div>
            <div className="number small">
              {item.quantity} × {money(item.price, market)}
            </div>
            <div className="number">{money(item.subtotal, market)}</div>
          </li>
        ))}
      </ul>
      <dl className="sums">
        {sums
          .filter((sum) => sum !== false)
          .map(([name, amount]) => (
            <div key={name}>
              <dt>{name}</dt>
              <dd>{money(amount, market)}</dd>
            </div>
          ))}
        <div className="sum-total">
          <dt>{words.total}</dt>
          <dd>{money(order.total_amount, market)}</dd>
        </div>
        {order.tax_included > 0 && (
          <div className="quiet small">
            <dt>{own.taxIncluded}</dt>
            <dd>{money(order.tax_included, market)}</dd>
          </div>
        )}
      </dl>
    </Card>
  );
}

function Delivery({ order }: { order: Order }) {
  const { market } = useRights();
  const region = market?.regions.find(({ code }) => code === order.delivery_state);
  const regionName = region ? nameOf(region) : order.delivery_state;
  const city = [...new Set([order.delivery_city, regionName])].filter(Boolean).join(", ");
  const parcel = [order.carrier, order.tracking_number].filter(Boolean).join(" ");
  return (
    <Card title={own.delivery}>
      <Facts
        facts={[
          [words.customer, order.customer_name],
          [own.phone, <a href={`tel:${order.customer_phone}`}>{order.customer_phone}</a>],
          order.customer_email !== null && [own.email, order.customer_email],
          [own.address, [order.delivery_address, city].filter(Boolean).join(", ")],
          order.shipping_name !== null && [own.way, order.shipping_name],
          order.pickup_point !== null && [own.pickup, order.pickup_point],
          Boolean(order.delivery_notes) && [words.note, order.delivery_notes],
          parcel !== "" && [
            own.parcel,
            order.tracking_url ? (
              <a href={order.tracking_url} target="_blank" rel="noreferrer">
                {parcel}
              </a>
            ) : (
              parcel
            ),
          ],
        ]}
      />
    </Card>
  );
}

/** "manager:kg/1" and the like, for people. */
function whoOf(changedBy: string): string {
  const [kind = "", id = ""] = changedBy.split(":");
  if (kind === "user") return words.customer;
  return kind === "manager" ? `${own.manager} ${id}` : changedBy;
}

function History({ order }: { order: Order }) {
  const { market } = useRights();
  const { id } = order;
  const history = useQuery({
    queryKey: key("order", id, "history"),
    queryFn: () => answer(api.GET("/api/v1/manager/orders/{id}/history", { params: { path: { id } } })),
  });
  const steps = history.data?.items;
  return (
    <Card title={own.timeline}>
      {steps ? (
        <Timeline bulletSize={12} lineWidth={2} active={steps.length - 1} className="timeline">
          {steps.map(({ status, notes, changed_by, created_at }) => (
            <Timeline.Item key={`${status}${created_at}`} title={wordFor(stateWords, status)}>
              <div className="quiet small">
                {moment(created_at, market?.time_zone)} · {whoOf(changed_by)}
              </div>
              {notes && <div className="small">{notes}</div>}
            </Timeline.Item>
          ))}
        </Timeline>
      ) : (
        <Skeleton h={80} />
      )}
    </Card>
  );
}

function Documents({ order: { id, order_number } }: { order: Order }) {
  const { market } = useRights();
  const documents = useQuery({
    queryKey: key("order", id, "documents"),
    queryFn: () => answer(api.GET("/api/v1/manager/orders/{id}/documents", { params: { path: { id } } })),
  });
  const save = (path: string, name: string) => void saveFile(`/api/v1/manager/orders/${id}/${path}`, `${name}.pdf`);
  return (
    <Card title={own.documents}>
      <Group gap="xs">
        {documents.data?.items.map((document) => (
          <Button
            key={document.id}
            variant="default"
            size="xs"
            onClick={() => save(`invoice?document=${document.id}`, document.number)}
          >
            {own[document.kind]} {document.number} · {money(document.amount, market)}
          </Button>
        ))}
        <Button variant="default" size="xs" onClick={() => save("packing-slip", `${order_number}-packing`)}>
          {own.packingSlip}
        </Button>
      </Group>
      {documents.data?.items.length === 0 && <p className="quiet small">{own.noDocuments}</p>}
    </Card>
  );
}
