// What may be done with an order: paying it by card, cancelling it, ordering the same again.
import { api } from "@marque/shared/api";
import { beginCart } from "@marque/shared/guest";
import { user } from "@marque/shared/session";
import type { components } from "@marque/shared/schema";
import type { ComponentType } from "preact";
import { useEffect, useState } from "preact/hooks";
import { Field } from "./fields";
import { moment, named, type Order } from "./order_page";
import { openCart } from "./panels";
import { words } from "./sale_words_data";
import { useWork } from "./work";

type Payment = components["schemas"]["PaymentView"];

interface ActionParts {
  order: Order;
  access: string;
  onChanged: () => Promise<void>;
}

const open = new Set(["pending", "requires_action", "failed"]);

type StripeParts = Parameters<typeof import("./stripe_fields").StripeFields>[0];

/** A card: the bank's own page, Stripe's fields, or, in development, one click that moves no money. */
export function Paying({ order, access, payment, onChanged }: ActionParts & { payment: Payment }) {
  const { isBusy, mistake, run } = useWork();
  const [stripe, setStripe] = useState<{ Fields: ComponentType<StripeParts>; secret: string }>();
  const params = named(order.id, access);
  const check = async () => {
    const answer = await api.POST("/api/v1/orders/{id}/payment/check", { params });
    await onChanged();
    return answer;
  };
  useEffect(() => {
    // Back from a bank's page: the provider is asked, and does not have to tell first.
    if (payment.provider === "mock") return;
    if (payment.status === "requires_action" || payment.status === "processing") void check();
  }, []);
  if (order.status === "cancelled" || !open.has(payment.status)) return null;
  const stripeKey = document.querySelector<HTMLElement>("[data-own]")?.dataset.stripe ?? "";
  const pay = () =>
    run(async () => {
      const begun = await api.POST("/api/v1/orders/{id}/payment", { params });
      if (begun.error) return begun;
      const { action_url: page, provider, client_secret: secret } = begun.data;
      if (page) location.assign(page);
      else if (provider === "mock") return check();
      else if (secret && stripeKey) setStripe({ Fields: (await import("./stripe_fields")).StripeFields, secret });
      else await onChanged();
      return {};
    });
  return (
    <div class="stack">
      {payment.expires_at && (
        <p class="quiet">
          {words.payNote} {moment.format(new Date(payment.expires_at))}
        </p>
      )}
      {stripe ? (
        <stripe.Fields secret={stripe.secret} stripeKey={stripeKey} onPaid={async () => void (await check())} />
      ) : (
        <p>
          <button class="button" type="button" disabled={isBusy} data-pay onClick={() => void pay()}>
            {payment.is_test ? words.payTest : words.payNow}
          </button>
        </p>
      )}
      <p class="mistake" role="alert">
        {mistake}
      </p>
    </div>
  );
}

/** Asks once more, and why; a guest cancels by the link, as they pay and return by it. */
export function Cancelling({ order, access, onChanged }: ActionParts) {
  const [isAsked, setAsked] = useState(false);
  const { isBusy, mistake, run } = useWork();
  if (!order.allowed_actions.includes("cancel")) return null;
  if (!isAsked) {
    return (
      <p class="part">
        <button class="link" type="button" data-cancel onClick={() => setAsked(true)}>
          {words.cancelOrder}
        </button>
      </p>
    );
  }
  const cancel = (reason: string) =>
    run(async () => {
      const body = reason ? { reason } : {};
      const answer = await api.POST("/api/v1/orders/{id}/cancel", { params: named(order.id, access), body });
      await onChanged();
      return answer;
    });
  return (
    <form
      class="part stack"
      onSubmit={(event) => {
        event.preventDefault();
        void cancel(String(new FormData(event.currentTarget).get("reason") ?? "").trim());
      }}
    >
      <p>{words.cancelSure}</p>
      <Field name="reason" label={words.reason} maxLength={500} />
      <p class="buttons">
        <button class="button" disabled={isBusy}>
          {words.cancelOrder}
        </button>
        <button class="button is-quiet" type="button" onClick={() => setAsked(false)}>
          {words.keepOrder}
        </button>
      </p>
      <p class="mistake" role="alert">
        {mistake}
      </p>
    </form>
  );
}

/** Puts what is still sold of it into the cart, and shows the cart, which says what could not be had. */
export function Reordering({ order, access }: Omit<ActionParts, "onChanged">) {
  const { isBusy, mistake, run } = useWork();
  const [left, setLeft] = useState<string[]>([]);
  if (!order.allowed_actions.includes("reorder")) return null;
  const again = () =>
    run(async () => {
      if (!(await user())) beginCart();
      const answer = await api.POST("/api/v1/orders/{id}/reorder", { params: named(order.id, access) });
      if (!answer.data) return answer;
      const missing = answer.data.items.filter(({ ordered, in_cart: inCart }) => inCart < ordered);
      setLeft(missing.map(({ product_name: name }) => name));
      openCart();
      return {};
    });
  return (
    <>
      <button class="button is-wide is-quiet" type="button" disabled={isBusy} data-again onClick={() => void again()}>
        {words.again}
      </button>
      <p class="mistake" role="alert">
        {left.length > 0 ? `${words.notAgain} ${left.join(", ")}` : mistake}
      </p>
    </>
  );
}

type Paper = components["schemas"]["DocumentView"];

/** Invoices: fetched with what the visitor may see, and then saved, since a plain link could not say who asks. */
export function Documents({ order, access, documents }: Omit<ActionParts, "onChanged"> & { documents: Paper[] }) {
  const { isBusy, mistake, run } = useWork();
  if (documents.length === 0) return null;
  const save = ({ id, number }: Paper) =>
    run(async () => {
      const { path, query } = named(order.id, access);
      const params = { path, query: { ...query, document: id } };
      const answer = await api.GET("/api/v1/orders/{id}/invoice", { params, parseAs: "blob" });
      if (!answer.data) return answer;
      const address = URL.createObjectURL(answer.data as unknown as Blob);
      Object.assign(document.createElement("a"), { href: address, download: `${number}.pdf` }).click();
      URL.revokeObjectURL(address);
      return {};
    });
  return (
    <section class="part">
      <h2>{words.documents}</h2>
      <ul role="list">
        {documents.map((paper) => (
          <li key={paper.id}>
            <button class="link" type="button" disabled={isBusy} data-paper onClick={() => void save(paper)}>
              {`${paper.kind === "invoice" ? words.invoice : words.creditNote} ${paper.number}`}
            </button>
          </li>
        ))}
      </ul>
      <p class="mistake" role="alert">
        {mistake}
      </p>
    </section>
  );
}
