// The wishlist: what the visitor likes, a customer or a guest, and what is to be told when it is back.
import { api } from "@marque/shared/api";
import { market, pathOf } from "@marque/shared/place";
import { user } from "@marque/shared/session";
import { useEffect, useState } from "preact/hooks";
import { OtherMarket } from "./account_panel";
import { Card, Heart } from "./cards";
import { draw } from "./own";
import { words } from "./own_words_data";
import { openAccount } from "./panels";
import { take, type Wishlist, wishlist } from "./wishes";
import { useWork } from "./work";

type Item = Wishlist["items"][number];

interface ItemParts {
  item: Item;
  isGuest: boolean;
  change: (work: () => Promise<{ data?: Wishlist; error?: unknown }>) => void;
}

function One({ item, isGuest, change }: ItemParts) {
  const { product, product_id: id, notify_back_in_stock: isWaiting } = item;
  const remove = () => change(() => api.POST("/api/v1/wishlist/remove", { body: { product_id: id } }));
  if (!product) {
    return (
      <li class="card">
        <span class="card-picture" />
        <span>{words.gone}</span>
        <button class="link" type="button" onClick={remove}>
          {words.remove}
        </button>
      </li>
    );
  }
  const wait = () => {
    // A guest has nowhere to be told.
    if (isGuest) return openAccount();
    const body = { product_id: id, notify_back_in_stock: !isWaiting };
    change(() => api.POST("/api/v1/wishlist/add", { body }));
  };
  return (
    <Card card={product} heart={<Heart id={id} name={product.name} isOn />}>
      {(!item.is_available || isWaiting) && (
        <button class="link" type="button" aria-pressed={isWaiting} data-tell={id} onClick={wait}>
          {isWaiting ? words.waiting : words.tellMe} <span class="hidden">{product.name}</span>
        </button>
      )}
    </Card>
  );
}

function Wishes({ first, isGuest }: { first: Wishlist | undefined; isGuest: boolean }) {
  const [list, setList] = useState(first);
  const { mistake, run } = useWork();
  useEffect(() => {
    take(list);
  }, [list]);
  useEffect(() => {
    // A heart of this page was tapped.
    const changed = (event: Event) => {
      const detail = (event as CustomEvent<Wishlist | undefined>).detail;
      if (detail) setList(detail);
    };
    document.addEventListener("wishlist", changed);
    return () => document.removeEventListener("wishlist", changed);
  }, []);
  const change: ItemParts["change"] = (work) =>
    void run(async () => {
      const answer = await work();
      if (answer.data) setList(answer.data);
      return answer;
    });
  const offer = isGuest && (
    <p class="quiet">
      {words.wishlistAsGuest}{" "}
      <button class="link" type="button" onClick={openAccount}>
        {words.logIn}
      </button>
    </p>
  );
  if (!list || list.items.length === 0) {
    return (
      <div class="empty">
        <h2>{words.emptyWishlist}</h2>
        <p class="quiet">{words.emptyWishlistHint}</p>
        {offer}
        <a class="button" href={pathOf("/")}>
          {words.toShop}
        </a>
      </div>
    );
  }
  return (
    <div class="stack">
      {offer}
      <p class="mistake" role="alert">
        {mistake}
      </p>
      <ul class="grid" role="list">
        {list.items.map((item) => (
          <One key={item.product_id} item={item} isGuest={isGuest} change={change} />
        ))}
      </ul>
    </div>
  );
}

export async function show(place: HTMLElement): Promise<void> {
  const who = await user();
  if (who && who.market !== market) return draw(place, <OtherMarket market={who.market} />);
  draw(place, <Wishes key={who?.id ?? ""} first={await wishlist()} isGuest={!who} />);
}
