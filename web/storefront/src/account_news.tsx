// What the shop has told the customer, newest first; what is opened counts as read.
import { api } from "@marque/shared/api";
import { locale, pathOf } from "@marque/shared/place";
import type { components } from "@marque/shared/schema";
import { useState } from "preact/hooks";
import { words } from "./own_words_data";
import { countNews } from "./panels";
import { useWork } from "./work";

type Page = components["schemas"]["PageNotificationView"];
type Told = Page["items"][number];

const moment = new Intl.DateTimeFormat(locale, { dateStyle: "medium", timeStyle: "short" });
const page_size = 20;

/** Where to look at what a notification is about. */
function placeOf({ data }: Told): string | undefined {
  const { order_id: order, product_slug: product } = (data ?? {}) as Record<string, unknown>;
  if (typeof order === "string") return pathOf(`/orders/${order}`);
  if (typeof product === "string") return pathOf(`/p/${product}`);
  return undefined;
}

function read(told: Told): void {
  if (told.is_read) return;
  void api
    .POST("/api/v1/profile/notifications/{id}/read", { params: { path: { id: told.id } }, keepalive: true })
    .catch(() => undefined);
}

function One({ told }: { told: Told }) {
  const place = placeOf(told);
  return (
    <li class={told.is_read ? "told" : "told is-new"}>
      <p>
        {place ? (
          <a href={place} onClick={() => read(told)}>
            {told.title}
          </a>
        ) : (
          told.title
        )}{" "}
        {!told.is_read && <span class="badge">{words.unread}</span>}
      </p>
      <p class="quiet">{told.message}</p>
      <p class="label">{moment.format(new Date(told.created_at))}</p>
    </li>
  );
}

export function News({ first }: { first: Page }) {
  const [items, setItems] = useState(first.items);
  const [total, setTotal] = useState(first.total);
  const { isBusy, mistake, run } = useWork();
  const more = () =>
    run(async () => {
      const query = { limit: page_size, offset: items.length };
      const answer = await api.GET("/api/v1/profile/notifications", { params: { query } });
      if (!answer.data) return answer;
      setItems([...items, ...answer.data.items]);
      setTotal(answer.data.total);
      return {};
    });
  const readAll = () =>
    run(async () => {
      const answer = await api.POST("/api/v1/profile/notifications/read-all");
      if (!answer.data) return answer;
      setItems(items.map((told) => ({ ...told, is_read: true })));
      await countNews();
      return {};
    });
  if (items.length === 0) return <p class="quiet">{words.noNotifications}</p>;
  return (
    <div class="stack">
      <ul class="news" role="list">
        {items.map((told) => (
          <One key={told.id} told={told} />
        ))}
      </ul>
      <p class="buttons">
        {items.length < total && (
          <button class="button is-small is-quiet" type="button" disabled={isBusy} onClick={() => void more()}>
            {words.more}
          </button>
        )}
        {items.some(({ is_read: isRead }) => !isRead) && (
          <button class="link" type="button" disabled={isBusy} data-read-all onClick={() => void readAll()}>
            {words.readAll}
          </button>
        )}
      </p>
      <p class="mistake" role="alert">
        {mistake}
      </p>
    </div>
  );
}
