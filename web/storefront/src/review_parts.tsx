// Parts of a review that several pages show: its stars, its photos, how far the author's own one is.
import { words } from "./own_words_data";
import { showPanel } from "./panel";
import { sized } from "./pictures";
import type { OwnReview } from "./review_form";

const thumbnail_px = 160;
const wide_px = 1080;

export function Stars({ rating }: { rating: number }) {
  return (
    <span class="stars" role="img" aria-label={`${rating} ${words.ofFive}`}>
      {"★★★★★".slice(0, rating) + "☆☆☆☆☆".slice(rating)}
    </span>
  );
}

export function Photos({ images }: { images: string[] }) {
  if (images.length === 0) return null;
  const show = () =>
    showPanel(
      words.photos,
      <div class="stack">
        {images.map((image, index) => (
          <img key={image} src={sized(image, wide_px)} alt={`${words.photoOf} ${index + 1}`} />
        ))}
      </div>,
    );
  return (
    <ul class="photos" role="list">
      {images.map((image, index) => (
        <li key={image}>
          <button type="button" class="photo" onClick={show}>
            <img
              src={sized(image, thumbnail_px)}
              alt={`${words.photoOf} ${index + 1}`}
              width="72"
              height="96"
              loading="lazy"
            />
          </button>
        </li>
      ))}
    </ul>
  );
}

/** "Waits until we have read it": what became of one's own review. */
export function stateOf({ state, rejection_reason: reason }: OwnReview): string {
  return state === "rejected" && reason ? `${words.rejected}: ${reason}` : words[state];
}
