// One order: how far it is, its parcel, what it cost, and what may still be done with it. A customer's own by the
// log-in, a guest's by the link alone.
import { api } from "@marque/shared/api";
import { locale, pathOf } from "@marque/shared/place";
import { user } from "@marque/shared/session";
import type { components } from "@marque/shared/schema";
import { render } from "preact";
import { useState } from "preact/hooks";
import { OrderReviews } from "./account_reviews";
import { Amounts, Articles } from "./amounts";
import { LogIn } from "./log_in";
import { type Names, namesOfAttributes, regionName } from "./names";
import { Cancelling, Documents, Paying, Reordering } from "./order_actions";
import { Returns } from "./order_returns";
import { words } from "./sale_words_data";

type Schemas = components["schemas"];
export type Order = Schemas["OrderView"];

export interface Seen {
  order: Order;
  /** What a guest's link says; empty: the order is the customer's own, who is logged in. */
  access: string;
  history: Schemas["StepView"][];
  returns: Schemas["ReturnView"][];
  documents: Schemas["DocumentView"][];
  payment?: Schemas["PaymentView"];
  /** What of it has arrived and waits for a review; a customer's own order only. */
  toReview: Schemas["BoughtProduct"][];
}

/** How an order, or what hangs on it, is named to the API: with the link, where there is one. */
export function named(id: string, access: string): { path: { id: string }; query?: { access: string } } {
  return access ? { path: { id }, query: { access } } : { path: { id } };
}

export const moment = new Intl.DateTimeFormat(locale, { dateStyle: "medium", timeStyle: "short" });

async function look(id: string, access: string): Promise<Seen | undefined> {
  const params = named(id, access);
  const { data: order } = await api.GET("/api/v1/orders/{id}", { params });
  if (!order) return undefined;
  const [history, returns, documents, payment, toReview] = await Promise.all([
    api.GET("/api/v1/orders/{id}/history", { params }),
    api.GET("/api/v1/orders/{id}/returns", { params }),
    api.GET("/api/v1/orders/{id}/documents", { params }),
    order.payment_method === "card" ? api.GET("/api/v1/orders/{id}/payment", { params }) : undefined,
    !access && order.status === "delivered"
      ? api.GET("/api/v1/profile/reviews/to-write", { params: { query: { limit: 100 } } })
      : undefined,
  ]);
  return {
    order,
    access,
    history: history.data?.items ?? [],
    returns: returns.data?.items ?? [],
    documents: documents.data?.items ?? [],
    payment: payment?.data,
    toReview: toReview?.data?.items.filter(({ order_id: other }) => other === id) ?? [],
  };
}

const paymentWords: Record<string, string> = {
  pending: words.payPending,
  requires_action: words.payPending,
  processing: words.payProcessing,
  failed: words.payFailed,
  cancelled: words.payCancelled,
  paid: words.payPaid,
  refund_pending: words.payRefunding,
  partially_refunded: words.payPartly,
  refunded: words.payRefunded,
};

export function stateOfPayment(order: { payment_method: string; payment_status: string }): string {
  const method = (words as Record<string, string>)[order.payment_method] ?? order.payment_method;
  return [method, paymentWords[order.payment_status] ?? order.payment_status].join(" — ");
}

/** The way of every order; a cancelled one has left it. */
function Progress({ order }: { order: Order }) {
  const steps: Array<[Order["status"], string | null]> = [
    ["pending", order.order_date],
    ["confirmed", order.confirmed_date],
    ["shipped", order.shipped_date],
    ["delivered", order.delivered_date],
  ];
  const shown = order.status === "cancelled" ? steps.filter(([, date]) => date) : steps;
  if (order.status === "cancelled") shown.push(["cancelled", order.cancelled_date]);
  return (
    <ol class="progress">
      {shown.map(([status, date]) => (
        <li key={status} class={date ? "is-done" : ""} aria-current={status === order.status ? "step" : undefined}>
          <span>{words[status]}</span>
          {date && <span class="label">{moment.format(new Date(date))}</span>}
        </li>
      ))}
    </ol>
  );
}

function Parcel({ order }: { order: Order }) {
  if (!order.carrier && !order.tracking_number) return null;
  return (
    <section class="part">
      <h2>{words.parcel}</h2>
      <p>{[order.carrier, order.tracking_number].filter(Boolean).join(" · ")}</p>
      {order.tracking_url?.startsWith("https://") && (
        <p>
          <a class="button is-small is-quiet" href={order.tracking_url} rel="noreferrer">
            {words.track}
          </a>
        </p>
      )}
    </section>
  );
}

function History({ steps }: { steps: Schemas["StepView"][] }) {
  const told = steps.filter(({ notes }) => notes);
  if (told.length === 0) return null;
  return (
    <section class="part">
      <h2>{words.history}</h2>
      <ul role="list">
        {told.map(({ status, notes, created_at: at }) => (
          <li key={at}>
            {words[status]}: {notes} <span class="label">{moment.format(new Date(at))}</span>
          </li>
        ))}
      </ul>
    </section>
  );
}

function Thanks({ isGuest }: { isGuest: boolean }) {
  const [isCopied, setCopied] = useState(false);
  const copy = async () => {
    await navigator.clipboard.writeText(location.href);
    setCopied(true);
  };
  return (
    <div class="thanks" role="status">
      <p>
        <b>{words.thanks}</b>
      </p>
      {isGuest && (
        <p>
          {words.keepLink}{" "}
          <button class="link" type="button" onClick={() => void copy().catch(() => undefined)}>
            {isCopied ? words.copied : words.copyLink}
          </button>
        </p>
      )}
    </div>
  );
}

interface OrderParts {
  first: Seen;
  names: Names;
  regions: Schemas["RegionView"][];
}

function OrderPage({ first, names, regions }: OrderParts) {
  const [seen, setSeen] = useState(first);
  const { order, access, history, returns, documents, payment, toReview } = seen;
  const again = async () => {
    const fresh = await look(order.id, access);
    if (fresh) setSeen(fresh);
  };
  const isNew = new URLSearchParams(location.search).has("placed");
  const region = regions.find(({ code }) => code === order.delivery_state);
  // A city that is a region of its own is named once.
  const place = new Set([
    order.delivery_address,
    order.delivery_city,
    region ? regionName(region) : order.delivery_state,
  ]);
  return (
    <div class="checkout" data-status={order.status}>
      <div>
        {isNew && <Thanks isGuest={access !== ""} />}
        <Progress order={order} />
        <section class="part">
          <h2>{words.payment}</h2>
          <p data-payment={order.payment_status}>{stateOfPayment(order)}</p>
          {order.payment_method === "bank_transfer" && order.payment_status === "pending" && (
            <p class="quiet">{words.transferNote}</p>
          )}
          {payment && <Paying order={order} access={access} payment={payment} onChanged={again} />}
        </section>
        <Parcel order={order} />
        <section class="part">
          <h2>{words.delivery}</h2>
          <p>{[order.customer_name, order.customer_phone, order.customer_email].filter(Boolean).join(" · ")}</p>
          <p>{[...place].filter(Boolean).join(", ")}</p>
          {order.shipping_name && <p class="quiet">{order.shipping_name}</p>}
          {order.delivery_notes && <p class="quiet">{order.delivery_notes}</p>}
        </section>
        <OrderReviews first={toReview} order={order.id} />
        <History steps={history} />
        <Returns order={order} access={access} returns={returns} names={names} onChanged={again} />
        <Documents order={order} access={access} documents={documents} />
        <Cancelling order={order} access={access} onChanged={again} />
      </div>
      <section class="summary" aria-label={words.summary}>
        <h2>{words.summary}</h2>
        <Articles items={order.items} names={names} />
        <Amounts costs={order} shippingName={order.shipping_name} />
        {order.status !== "pending" && <Reordering order={order} access={access} />}
      </section>
    </div>
  );
}

export async function show(place: HTMLElement): Promise<void> {
  const id = location.pathname.split("/").at(-1) ?? "";
  const access = new URLSearchParams(location.hash.slice(1)).get("access") ?? "";
  const mayLook = access !== "" || (await user()) !== undefined;
  const [seen, names, markets] = await Promise.all([
    mayLook ? look(id, access) : undefined,
    namesOfAttributes(),
    api.GET("/api/v1/markets"),
  ]);
  render(null, place);
  place.replaceChildren();
  if (seen) {
    const title = document.querySelector("h1");
    if (title) title.textContent = `${words.order} ${seen.order.order_number}`;
    document.title = `${words.order} ${seen.order.order_number} — Marque`;
    const regions = markets.data?.items.find(({ code }) => code === seen.order.market)?.regions ?? [];
    return render(<OrderPage first={seen} names={names} regions={regions} />, place);
  }
  if (mayLook) {
    return render(
      <div class="empty">
        <p>{words.noOrder}</p>
        <a class="button" href={pathOf("/")}>
          {words.toShop}
        </a>
      </div>,
      place,
    );
  }
  const entered = () => document.dispatchEvent(new Event("account"));
  render(
    <div class="narrow stack">
      <p>{words.logInForOrder}</p>
      <LogIn onDone={entered} />
    </div>,
    place,
  );
}
