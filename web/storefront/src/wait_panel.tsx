// Waiting for a size that is sold out: it is chosen, goes on the wishlist, and its return is told in the notifications.
import { api } from "@marque/shared/api";
import { market } from "@marque/shared/place";
import { user } from "@marque/shared/session";
import type { components } from "@marque/shared/schema";
import { useState } from "preact/hooks";
import { OtherMarket } from "./account_panel";
import { Option } from "./fields";
import { LogIn } from "./log_in";
import { choiceOf, type Names, namesOfAttributes } from "./names";
import { words } from "./own_words_data";
import { showPanel } from "./panel";
import { take } from "./wishes";
import { useWork } from "./work";

type Product = components["schemas"]["ProductDetail"];

function Waiting({ product, names }: { product: Product; names: Names }) {
  const soldOut = product.skus.filter(({ in_stock: inStock }) => !inStock);
  const [chosen, setChosen] = useState(soldOut[0]?.id ?? "");
  const [isDone, setDone] = useState(false);
  const { isBusy, mistake, run } = useWork();
  const wait = () =>
    run(async () => {
      const body = { product_id: product.id, notify_back_in_stock: true, sku_id: chosen };
      const answer = await api.POST("/api/v1/wishlist/add", { body });
      take(answer.data);
      setDone(!!answer.data);
      return answer;
    });
  if (isDone) return <p role="status">{words.waiting}</p>;
  return (
    <form
      class="stack"
      onSubmit={(event) => {
        event.preventDefault();
        void wait();
      }}
    >
      <p class="quiet">{words.waitHint}</p>
      <div class="options" role="radiogroup" aria-label={product.name}>
        {soldOut.map((sku) => (
          <Option
            key={sku.id}
            name="sku"
            value={sku.id}
            chosen={chosen === sku.id}
            onChoose={() => setChosen(sku.id)}
            title={choiceOf(names, sku, words.size)}
          />
        ))}
      </div>
      <p class="mistake" role="alert">
        {mistake}
      </p>
      <button class="button" disabled={isBusy}>
        {words.tellMe}
      </button>
    </form>
  );
}

/** `color`: what the visitor looks at comes first. */
export async function show(slug: string, color: string): Promise<void> {
  const who = await user();
  if (who && who.market !== market) return showPanel(words.waitTitle, <OtherMarket market={who.market} />);
  if (!who) {
    const entered = () => {
      document.dispatchEvent(new Event("account"));
      void show(slug, color);
    };
    return showPanel(
      words.waitTitle,
      <div class="stack">
        <p>{words.waitAsGuest}</p>
        <LogIn onDone={entered} />
      </div>,
    );
  }
  const [{ data }, names] = await Promise.all([
    api.GET("/api/v1/products/{slug}", { params: { path: { slug } } }),
    namesOfAttributes(),
  ]);
  if (!data) return showPanel(words.waitTitle, <p class="mistake">{words.failed}</p>);
  const skus = [...data.skus].sort((a, b) => Number(b.color === color) - Number(a.color === color));
  showPanel(words.waitTitle, <Waiting product={{ ...data, skus }} names={names} />);
}
