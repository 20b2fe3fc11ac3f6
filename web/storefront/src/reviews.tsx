// What customers say of a product, loaded when somebody comes near it; and the visitor's own review.
import { api } from "@marque/shared/api";
import { locale, market } from "@marque/shared/place";
import { user } from "@marque/shared/session";
import type { components } from "@marque/shared/schema";
import { render } from "preact";
import { useState } from "preact/hooks";
import { words } from "./own_words_data";
import { openAccount } from "./panels";
import { openReviewForm, type OwnReview } from "./review_form";
import { Photos, Stars, stateOf } from "./review_parts";

type Page = components["schemas"]["ReviewPage"];
type Review = Page["items"][number];

const page_size = 6;
const day = new Intl.DateTimeFormat(locale, { dateStyle: "long" });

/** Votes of this browser: the list of reviews is the same for everybody and does not say who voted. */
const votes = {
  place: "marque.helpful",
  all(): string[] {
    try {
      return JSON.parse(localStorage.getItem(this.place) ?? "[]") as string[];
    } catch {
      return [];
    }
  },
  set(id: string, isOn: boolean) {
    const others = this.all().filter((other) => other !== id);
    try {
      localStorage.setItem(this.place, JSON.stringify(isOn ? [id, ...others].slice(0, 200) : others));
    } catch {
      // Without storage the vote still counts; the page forgets whose it was.
    }
  },
};

function Helpful({ review }: { review: Review }) {
  const [count, setCount] = useState(review.helpful_count);
  const [isOn, setOn] = useState(() => votes.all().includes(review.id));
  const vote = async () => {
    const who = await user();
    if (who?.market !== market) return openAccount();
    const params = { path: { id: review.id } };
    const { data } = isOn
      ? await api.DELETE("/api/v1/reviews/{id}/helpful", { params })
      : await api.POST("/api/v1/reviews/{id}/helpful", { params });
    if (!data) return;
    setCount(data.helpful_count);
    setOn(data.voted);
    votes.set(review.id, data.voted);
  };
  return (
    <button class="button is-tiny is-quiet" type="button" aria-pressed={isOn} data-helpful onClick={() => void vote()}>
      {words.helpful}
      {count > 0 && ` · ${count}`}
    </button>
  );
}

function One({ review, isOwn }: { review: Review; isOwn: boolean }) {
  return (
    <li class="review">
      <p>
        <Stars rating={review.rating} />
      </p>
      {review.title && <h3 lang={review.language}>{review.title}</h3>}
      {review.comment && (
        <p class="review-text" lang={review.language}>
          {review.comment}
        </p>
      )}
      <Photos images={review.images} />
      <p class="label">
        {[review.author, day.format(new Date(review.created_at)), review.is_verified_purchase && words.verified]
          .filter(Boolean)
          .join(" · ")}
      </p>
      {!isOwn && <Helpful review={review} />}
    </li>
  );
}

interface Seen {
  slug: string;
  name: string;
  page: Page;
  own?: OwnReview;
  withPhotos: boolean;
}

const ask = (slug: string, offset: number, withPhotos: boolean) =>
  api.GET("/api/v1/products/{slug}/reviews", {
    params: { path: { slug }, query: { limit: page_size, offset, with_photos: withPhotos } },
  });

/** How many have given which stars: a bar each. */
function Histogram({ rating }: { rating: Page["rating"] }) {
  const most = Math.max(1, ...rating.histogram.map(({ count }) => count));
  return (
    <ul class="histogram" role="list">
      {rating.histogram.map(({ stars, count }) => (
        <li key={stars}>
          <span>{stars} ★</span>
          <svg viewBox="0 0 100 4" preserveAspectRatio="none" aria-hidden="true">
            <rect width="100" height="4" class="bar-empty" />
            <rect width={(100 * count) / most} height="4" />
          </svg>
          <span>{count}</span>
        </li>
      ))}
    </ul>
  );
}

function Own({ own, onChange }: { own?: OwnReview; onChange: () => void }) {
  if (!own) {
    return (
      <p>
        <button class="button is-small is-quiet" type="button" data-write-review onClick={onChange}>
          {words.writeReview}
        </button>
      </p>
    );
  }
  return (
    <div class="own-review" data-own-review={own.state}>
      <p>
        <b>{words.yourReview}</b> <Stars rating={own.rating} /> <span class="label">{stateOf(own)}</span>
      </p>
      <button class="link" type="button" data-write-review onClick={onChange}>
        {words.changeReview}
      </button>
    </div>
  );
}

interface ReviewsParts extends Seen {
  look: (withPhotos: boolean) => Promise<void>;
}

function Reviews({ slug, name, page, own, withPhotos, look }: ReviewsParts) {
  const [more, setMore] = useState<Review[]>([]);
  const items = [...page.items, ...more];
  const addMore = async () => {
    const { data } = await ask(slug, items.length, withPhotos);
    if (data) setMore([...more, ...data.items]);
  };
  const write = async () => {
    const who = await user();
    if (who?.market !== market) return openAccount();
    // What was decided of it since, and what another page has changed.
    openReviewForm({ slug, name, own, onDone: () => void look(withPhotos) });
  };
  const { average, reviews_count: count } = page.rating;
  return (
    <>
      <h2>
        {words.reviews}
        {count > 0 && ` · ★ ${average.toFixed(1)}`}
      </h2>
      <div class="reviews-head">
        {count > 0 ? <Histogram rating={page.rating} /> : <p class="quiet">{words.noReviewsYet}</p>}
        <div class="stack">
          <Own own={own} onChange={() => void write()} />
          {count > 0 && (
            <p class="buttons">
              {[false, true].map((photos) => (
                <button
                  key={String(photos)}
                  class="button is-tiny is-quiet"
                  type="button"
                  aria-pressed={withPhotos === photos}
                  onClick={() => void look(photos)}
                >
                  {photos ? words.filterPhotos : words.filterAll}
                </button>
              ))}
            </p>
          )}
        </div>
      </div>
      <ul class="review-list" role="list">
        {items.map((review) => (
          <One key={review.id} review={review} isOwn={review.id === own?.id} />
        ))}
      </ul>
      {items.length < page.total && (
        <button class="button is-quiet" type="button" onClick={() => void addMore()}>
          {words.moreReviews}
        </button>
      )}
    </>
  );
}

/** The visitor's own review of a product, whatever was decided of it. */
async function ownReview(slug: string): Promise<OwnReview | undefined> {
  const who = await user();
  if (who?.market !== market) return undefined;
  const { data } = await api.GET("/api/v1/profile/reviews", { params: { query: { limit: 100 } } });
  return data?.items.find(({ product_slug: other }) => other === slug);
}

export async function show(place: HTMLElement): Promise<void> {
  const slug = place.dataset.reviews ?? "";
  const name = document.querySelector("h1")?.textContent ?? "";
  const look = async (withPhotos: boolean): Promise<void> => {
    const [{ data: page }, own] = await Promise.all([ask(slug, 0, withPhotos), ownReview(slug)]);
    // Another list begins at its first page again.
    const key = `${withPhotos} ${page?.items.map(({ id, updated_at: at }) => `${id} ${at}`).join()}`;
    if (page) render(<Reviews key={key} {...{ slug, name, page, own, withPhotos, look }} />, place);
  };
  await look(false);
  document.addEventListener("account", () => void look(false));
}
