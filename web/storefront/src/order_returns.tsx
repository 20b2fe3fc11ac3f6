// What of a delivered order goes back: what was asked for already, and the form to ask.
import { api } from "@marque/shared/api";
import { randomUuid } from "@marque/shared/guest";
import { money } from "@marque/shared/place";
import type { components } from "@marque/shared/schema";
import { useRef, useState } from "preact/hooks";
import { Field, Select } from "./fields";
import { choiceOf, type Names } from "./names";
import { Exchange } from "./order_exchange";
import { named, type Order } from "./order_page";
import { words } from "./sale_words_data";
import { useWork } from "./work";

type Return = components["schemas"]["ReturnView"];
type Wish = components["schemas"]["AskReturnInput"];
type Reason = Wish["items"][number]["reason"];

const reasons: Record<Reason, string> = {
  too_small: words.tooSmall,
  too_large: words.tooLarge,
  not_as_described: words.notAsDescribed,
  damaged: words.damaged,
  wrong_item: words.wrongItem,
  changed_mind: words.changedMind,
  other: words.other,
};

interface ReturnsParts {
  order: Order;
  access: string;
  returns: Return[];
  names: Names;
  onChanged: () => Promise<void>;
}

function Asked({ back, access, names, onChanged }: Omit<ReturnsParts, "order" | "returns"> & { back: Return }) {
  const { isBusy, mistake, run } = useWork();
  const callOff = () =>
    run(async () => {
      const answer = await api.POST("/api/v1/returns/{id}/cancel", { params: named(back.id, access) });
      await onChanged();
      return answer;
    });
  return (
    <li data-return={back.state}>
      <b>{back.state === "cancelled" ? words.payCancelled : words[back.state]}</b>
      {": "}
      {back.items
        .map((item) => {
          const instead = item.exchange_sku_id ? ` (${words.exchanged})` : "";
          return `${item.product_name}, ${choiceOf(names, item, words.size)} × ${item.quantity}${instead}`;
        })
        .join("; ")}
      {back.refund > 0 && ` — ${words.refund} ${money(back.refund)}`}
      {back.decision && <span class="label"> {back.decision}</span>}{" "}
      {(back.state === "requested" || back.state === "approved") && (
        <button class="link" type="button" disabled={isBusy} onClick={() => void callOff()}>
          {words.callOff}
        </button>
      )}
      {mistake && <span class="mistake">{mistake}</span>}
    </li>
  );
}

/** How many of an article have not been asked back. */
function left(order: Order, returns: Return[], sku: string): number {
  const bought = order.items.find(({ sku_id: id }) => id === sku)?.quantity ?? 0;
  const back = returns
    .filter(({ state }) => state !== "rejected" && state !== "cancelled")
    .flatMap(({ items }) => items)
    .filter(({ sku_id: id }) => id === sku)
    .reduce((sum, { quantity }) => sum + quantity, 0);
  return bought - back;
}

export function Returns({ order, access, returns, names, onChanged }: ReturnsParts) {
  const [isOpen, setOpen] = useState(false);
  const [chosen, setChosen] = useState<Record<string, number>>({});
  const [instead, setInstead] = useState<Record<string, string>>({});
  const [reason, setReason] = useState<Reason>("too_small");
  const [isMissing, setMissing] = useState(false);
  const key = useRef(randomUuid());
  const { isBusy, mistake, run } = useWork();
  const returnable = order.items.filter(({ sku_id: id }) => left(order, returns, id) > 0);
  const mayAsk = order.status === "delivered" && returnable.length > 0;
  if (returns.length === 0 && !mayAsk) return null;
  const ask = (comment: string) => {
    const items = Object.entries(chosen)
      .filter(([, quantity]) => quantity > 0)
      .map(([sku, quantity]) => ({ sku_id: sku, quantity, reason, exchange_sku_id: instead[sku] || undefined }));
    setMissing(items.length === 0);
    if (items.length === 0) return;
    void run(async () => {
      const answer = await api.POST("/api/v1/orders/{id}/returns", {
        params: { ...named(order.id, access), header: { "Idempotency-Key": key.current } },
        body: { items, comment: comment || undefined },
      });
      // Another body is another wish.
      key.current = randomUuid();
      if (answer.error) return answer;
      setOpen(false);
      setChosen({});
      setInstead({});
      await onChanged();
      return {};
    });
  };
  return (
    <section class="part">
      <h2>{returns.length > 0 ? words.returns : words.sendBack}</h2>
      {returns.length > 0 && (
        <ul role="list">
          {returns.map((back) => (
            <Asked key={back.id} back={back} access={access} names={names} onChanged={onChanged} />
          ))}
        </ul>
      )}
      {mayAsk && !isOpen && (
        <p>
          <button class="button is-small is-quiet" type="button" data-send-back onClick={() => setOpen(true)}>
            {words.sendBack}
          </button>
        </p>
      )}
      {mayAsk && isOpen && (
        <form
          class="stack"
          onSubmit={(event) => {
            event.preventDefault();
            ask(String(new FormData(event.currentTarget).get("comment") ?? "").trim());
          }}
        >
          <p class="quiet">{words.sendBackHint}</p>
          {returnable.map((item) => (
            <div key={item.sku_id} class="pair">
              <Select
                name={`pieces-${item.sku_id}`}
                label={`${item.product_name}, ${choiceOf(names, item, words.size)}. ${words.howMany}`}
                value={String(chosen[item.sku_id] ?? 0)}
                onChoose={(value) => setChosen({ ...chosen, [item.sku_id]: Number(value) })}
              >
                {Array.from({ length: left(order, returns, item.sku_id) + 1 }, (_, pieces) => (
                  <option key={pieces} value={String(pieces)}>
                    {pieces}
                  </option>
                ))}
              </Select>
              {(chosen[item.sku_id] ?? 0) > 0 && (
                <Exchange
                  item={item}
                  names={names}
                  value={instead[item.sku_id] ?? ""}
                  onChoose={(sku) => setInstead({ ...instead, [item.sku_id]: sku })}
                />
              )}
            </div>
          ))}
          <Select name="reason" label={words.reason} value={reason} onChoose={(value) => setReason(value as Reason)}>
            {Object.entries(reasons).map(([value, text]) => (
              <option key={value} value={value}>
                {text}
              </option>
            ))}
          </Select>
          <Field name="comment" label={words.comment} maxLength={500} />
          <p class="mistake" role="alert">
            {isMissing ? words.chooseOne : mistake}
          </p>
          <p>
            <button class="button" disabled={isBusy}>
              {words.ask}
            </button>
          </p>
        </form>
      )}
    </section>
  );
}
