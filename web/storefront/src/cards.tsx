// A product as lists show it, where only the browser knows which ones: wishlist, and what was looked at.
import { money, pathOf } from "@marque/shared/place";
import type { components } from "@marque/shared/schema";
import type { ComponentChildren } from "preact";
import { words } from "./own_words_data";
import { sizesOf } from "./pictures";

export type CardOf = components["schemas"]["ProductCard"];

export function Heart({ id, name, isOn = false }: { id: string; name: string; isOn?: boolean }) {
  return (
    <button class="icon heart" type="button" data-wish={id} aria-pressed={isOn}>
      <span class="hidden">
        {words.toWishlist} {name}
      </span>
      <svg viewBox="0 0 24 24" aria-hidden="true">
        <path d="M12 20C2 13 4 5 8.5 5 10 5 11.4 5.9 12 7.2 12.6 5.9 14 5 15.5 5 20 5 22 13 12 20Z" />
      </svg>
    </button>
  );
}

function Price({ card }: { card: CardOf }) {
  if (card.original_price === null) {
    return (
      <span class="price">
        <b>{money(card.price)}</b>
      </span>
    );
  }
  return (
    <span class="price is-reduced">
      <span class="hidden">{words.priceNow}</span> <b>{money(card.price)}</b>{" "}
      <span class="hidden">{words.priceBefore}</span> <s>{money(card.original_price)}</s>
    </span>
  );
}

export function Card({
  card,
  heart,
  children,
}: {
  card: CardOf;
  heart: ComponentChildren;
  children?: ComponentChildren;
}) {
  const { image, in_stock: inStock, discount } = card;
  return (
    <li class="card">
      <a href={pathOf(`/p/${card.slug}`)}>
        <span class="card-picture">
          {image && (
            <img
              src={image}
              srcset={sizesOf(image)}
              sizes="(min-width: 64rem) 20rem, (min-width: 40rem) 33vw, 50vw"
              alt=""
              width="600"
              height="800"
              loading="lazy"
              decoding="async"
            />
          )}
          {!inStock && <span class="badge">{words.soldOut}</span>}
          {inStock && discount > 0 && <span class="badge is-reduced">{`−${discount}%`}</span>}
        </span>
        <span class="card-brand">{card.brand}</span>
        <span class="card-name">{card.name}</span>
        <Price card={card} />
      </a>
      {heart}
      {children}
    </li>
  );
}
