// A customer's orders, newest first.
import { api } from "@marque/shared/api";
import { locale, money, pathOf } from "@marque/shared/place";
import type { components } from "@marque/shared/schema";
import { useState } from "preact/hooks";
import { stateOfPayment } from "./order_page";
import { customerOf, draw } from "./own";
import { words } from "./sale_words_data";

type Page = components["schemas"]["PageOrderSummary"];

const page_size = 20;
const day = new Intl.DateTimeFormat(locale, { dateStyle: "long" });

/** The document calls the cursor a number, which a script's numbers are too small for: it stays a text. */
const ask = (cursor?: string) =>
  api.GET("/api/v1/orders", { params: { query: { limit: page_size, cursor: cursor as unknown as number } } });

function Orders({ first }: { first: Page }) {
  const [items, setItems] = useState(first.items);
  const [next, setNext] = useState(first.next);
  const more = async () => {
    const { data } = await ask(next ?? undefined);
    if (!data) return;
    setItems([...items, ...data.items]);
    setNext(data.next);
  };
  if (items.length === 0) {
    return (
      <div class="empty">
        <p>{words.noOrders}</p>
        <a class="button" href={pathOf("/")}>
          {words.toShop}
        </a>
      </div>
    );
  }
  return (
    <div class="stack">
      <ul class="orders" role="list">
        {items.map((order) => (
          <li key={order.id}>
            <a href={pathOf(`/orders/${order.id}`)}>{`${words.order} ${order.order_number}`}</a>
            <span class="badge">{words[order.status]}</span>
            <span>{money(order.total_amount)}</span>
            <span class="label">
              {[day.format(new Date(order.order_date)), `${words.pieces} ${order.items_count}`, stateOfPayment(order)]
                .filter(Boolean)
                .join(" · ")}
            </span>
          </li>
        ))}
      </ul>
      {next && (
        <p>
          <button class="button is-quiet" type="button" onClick={() => void more()}>
            {words.more}
          </button>
        </p>
      )}
    </div>
  );
}

export async function show(place: HTMLElement): Promise<void> {
  const who = await customerOf(place, words.logInForOrders);
  if (!who) return;
  const { data } = await ask();
  draw(place, data ? <Orders key={who.id} first={data} /> : <p class="mistake">{words.failed}</p>);
}
