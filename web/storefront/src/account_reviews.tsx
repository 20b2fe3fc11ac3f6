// What the customer has said of products, and what has arrived and waits for a word.
import { api } from "@marque/shared/api";
import { pathOf } from "@marque/shared/place";
import type { components } from "@marque/shared/schema";
import { useState } from "preact/hooks";
import { words } from "./own_words_data";
import { openReviewForm, type OwnReview } from "./review_form";
import { Stars, stateOf } from "./review_parts";

type Bought = components["schemas"]["BoughtProduct"];

interface ReviewsParts {
  reviews: OwnReview[];
  toReview: Bought[];
}

async function look(): Promise<ReviewsParts | undefined> {
  const [reviews, toReview] = await Promise.all([
    api.GET("/api/v1/profile/reviews", { params: { query: { limit: 100 } } }),
    api.GET("/api/v1/profile/reviews/to-write", { params: { query: { limit: 100 } } }),
  ]);
  return reviews.data && toReview.data && { reviews: reviews.data.items, toReview: toReview.data.items };
}

export function ToReview({ bought, onDone }: { bought: Bought[]; onDone: () => void }) {
  return (
    <ul class="articles" role="list">
      {bought.map(({ product_id: id, product_slug: slug, product_name: name, image }) => (
        <li key={id}>
          {image ? <img src={image} alt="" width="64" height="85" /> : <span />}
          <span>
            <a href={pathOf(`/p/${slug}`)}>{name}</a>
            <span class="label">
              <button
                class="link"
                type="button"
                data-review={slug}
                onClick={() => openReviewForm({ slug, name, onDone })}
              >
                {words.writeReview} <span class="hidden">{name}</span>
              </button>
            </span>
          </span>
        </li>
      ))}
    </ul>
  );
}

export function OwnReviews(first: ReviewsParts) {
  const [{ reviews, toReview }, set] = useState(first);
  const again = () => void look().then((seen) => seen && set(seen));
  return (
    <div class="stack">
      {reviews.length === 0 && toReview.length === 0 && <p class="quiet">{words.noReviews}</p>}
      {toReview.length > 0 && (
        <>
          <h3>{words.toReview}</h3>
          <ToReview bought={toReview} onDone={again} />
        </>
      )}
      {reviews.length > 0 && (
        <ul class="own-reviews" role="list">
          {reviews.map((own) => (
            <li key={own.id} data-own-review={own.state}>
              <p>
                <a href={pathOf(`/p/${own.product_slug}`)}>{own.product_name}</a>
              </p>
              <p>
                <Stars rating={own.rating} /> <span class="label">{stateOf(own)}</span>
              </p>
              {own.title && <p>{own.title}</p>}
              <button
                class="link"
                type="button"
                onClick={() =>
                  openReviewForm({ slug: own.product_slug, name: own.product_name, own, onDone: () => again() })
                }
              >
                {words.changeReview} <span class="hidden">{own.product_name}</span>
              </button>
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}

/** On the page of an order: what of it has arrived and waits for a word. */
export function OrderReviews({ first, order }: { first: Bought[]; order: string }) {
  const [bought, set] = useState(first);
  const again = () => void look().then((seen) => seen && set(seen.toReview.filter(({ order_id: id }) => id === order)));
  if (bought.length === 0) return null;
  return (
    <section class="part" data-to-review>
      <h2>{words.toReview}</h2>
      <ToReview bought={bought} onDone={again} />
    </section>
  );
}
