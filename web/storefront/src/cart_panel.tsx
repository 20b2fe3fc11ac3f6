// The cart at the side of the page, a customer's or a guest's. It is the server's: every change is sent, and what comes
// back is shown.
import { api } from "@marque/shared/api";
import { beginCart, cartToken } from "@marque/shared/guest";
import { market, money, pathOf } from "@marque/shared/place";
import { user } from "@marque/shared/session";
import type { components } from "@marque/shared/schema";
import { useState } from "preact/hooks";
import { OtherMarket } from "./account_panel";
import { choiceOf, type Names, namesOfAttributes } from "./names";
import { showPanel } from "./panel";
import { showCount } from "./panels";
import { sayingOf } from "./refusal_words_data";
import { words } from "./words_data";

type Cart = components["schemas"]["CartView"];
type Line = Cart["items"][number];
type Answer = Promise<{ data?: Cart; error?: unknown }>;
type Change = (work: () => Answer) => void;

const pieces_max = 99;

/** What a buyer must know of a line before ordering. */
function problemsOf(line: Line): string[] {
  return line.problems.map((problem) => {
    if (problem === "no_longer_sold") return words.noLongerSold;
    if (problem === "price_changed") return `${words.priceWas} ${money(line.price_when_added)}`;
    return line.available ? `${words.onlyLeft} ${line.available}` : words.soldOut;
  });
}

interface LineParts {
  line: Line;
  names: Names;
  change: Change;
}

function Stepper({ line, change }: { line: Line; change: Change }) {
  const setQuantity = (quantity: number) =>
    change(() => api.POST("/api/v1/cart/update", { body: { sku_id: line.sku_id, quantity } }));
  return (
    <span class="stepper">
      <button class="icon" type="button" disabled={line.quantity <= 1} onClick={() => setQuantity(line.quantity - 1)}>
        <span class="hidden">{words.less}</span>−
      </button>
      <span aria-live="polite">{line.quantity}</span>
      <button
        class="icon"
        type="button"
        disabled={line.quantity >= pieces_max}
        onClick={() => setQuantity(line.quantity + 1)}
      >
        <span class="hidden">{words.more}</span>+
      </button>
    </span>
  );
}

function Piece({ line, names, change, saved = false }: LineParts & { saved?: boolean }) {
  const body = { sku_id: line.sku_id };
  const problems = saved ? [] : problemsOf(line);
  return (
    <li class="cart-line">
      {line.image_url ? <img src={line.image_url} alt="" width="80" height="107" /> : <span />}
      <a href={pathOf(`/p/${line.product_slug}`)}>{line.product_name}</a>
      <span>{money(saved ? line.price : line.subtotal)}</span>
      <span class="quiet cart-choice">
        {choiceOf(names, line, words.size)}
        {problems.length > 0 && <span class="mistake">{problems.join(" · ")}</span>}
      </span>
      <span class="cart-actions">
        {!saved && <Stepper line={line} change={change} />}
        {saved ? (
          <button class="link" type="button" onClick={() => change(() => api.POST("/api/v1/cart/unsave", { body }))}>
            {words.toCart}
          </button>
        ) : (
          <button class="link" type="button" onClick={() => change(() => api.POST("/api/v1/cart/save", { body }))}>
            {words.forLater}
          </button>
        )}
        <button class="link" type="button" onClick={() => change(() => api.POST("/api/v1/cart/remove", { body }))}>
          {words.remove}
        </button>
      </span>
    </li>
  );
}

function Empty() {
  return (
    <div class="empty">
      <h3>{words.emptyCart}</h3>
      <p class="quiet">{words.emptyCartHint}</p>
    </div>
  );
}

interface CartParts {
  first?: Cart;
  names: Names;
  mistake: string;
}

function CartBody({ first, names, mistake: firstMistake }: CartParts) {
  const [cart, setCart] = useState(first);
  const [mistake, setMistake] = useState(firstMistake);
  const change: Change = (work) => {
    void work()
      .then(({ data, error }) => {
        setMistake(error ? sayingOf(error, words.failed) : "");
        if (!data) return;
        setCart(data);
        showCount(data.total_items);
        document.dispatchEvent(new Event("cart"));
      })
      .catch(() => setMistake(words.failed));
  };
  const problem = (
    <p class="mistake" role="alert">
      {mistake}
    </p>
  );
  if (!cart || (cart.items.length === 0 && cart.saved.length === 0)) {
    return (
      <div class="stack">
        {problem}
        <Empty />
      </div>
    );
  }
  return (
    <div class="stack">
      {problem}
      {cart.items.length === 0 && <Empty />}
      {cart.items.length > 0 && (
        <>
          <ul role="list">
            {cart.items.map((line) => (
              <Piece key={line.sku_id} line={line} names={names} change={change} />
            ))}
          </ul>
          <p class="total">
            <span>{words.total}</span>
            <span>{money(cart.total_price)}</span>
          </p>
          <a class="button is-wide" href={pathOf("/checkout")}>
            {words.checkout}
          </a>
        </>
      )}
      {cart.saved.length > 0 && (
        <section>
          <h3>{words.savedForLater}</h3>
          <ul role="list">
            {cart.saved.map((line) => (
              <Piece key={line.sku_id} line={line} names={names} change={change} saved />
            ))}
          </ul>
        </section>
      )}
    </div>
  );
}

/** Opens the cart, having put a SKU into it where one is named. */
export async function show(add?: string): Promise<void> {
  const who = await user();
  if (who && who.market !== market) return showPanel(words.cart, <OtherMarket market={who.market} />);
  const names = namesOfAttributes();
  if (!who && add) beginCart();
  const added = add ? await api.POST("/api/v1/cart/add", { body: { sku_id: add, quantity: 1 } }) : undefined;
  // Who has neither account nor token has put nothing anywhere yet.
  const isKnown = who !== undefined || cartToken() !== undefined;
  const cart = added?.data ?? (isKnown ? (await api.POST("/api/v1/cart/get")).data : undefined);
  if (isKnown && !cart) return showPanel(words.cart, <p class="mistake">{words.failed}</p>);
  showCount(cart?.total_items ?? 0);
  if (add) document.dispatchEvent(new Event("cart"));
  const mistake = added?.error ? sayingOf(added.error, words.failed) : "";
  showPanel(words.cart, <CartBody first={cart} names={await names} mistake={mistake} />);
}
