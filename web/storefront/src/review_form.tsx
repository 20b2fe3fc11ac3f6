// Writing a review: stars, words, photos. The same form changes one that stands already, and takes it back.
import { api } from "@marque/shared/api";
import { randomUuid } from "@marque/shared/guest";
import type { components } from "@marque/shared/schema";
import { useEffect, useRef, useState } from "preact/hooks";
import { Field } from "./fields";
import { sayingOf } from "./refusal_words_data";
import { words } from "./own_words_data";
import { closePanel, showPanel } from "./panel";
import { sized } from "./pictures";
import { useWork } from "./work";

export type OwnReview = components["schemas"]["OwnReview"];

const photos_max = 6;
const thumbnail_px = 160;

interface Photo {
  id: string;
  url: string;
}

function Stars({ rating, choose }: { rating: number; choose: (rating: number) => void }) {
  return (
    <fieldset class="choice">
      <legend>{words.yourStars}</legend>
      <div class="stars-input">
        {[1, 2, 3, 4, 5].map((stars) => (
          <label key={stars} class={stars <= rating ? "is-on" : ""}>
            <input
              type="radio"
              name="rating"
              value={String(stars)}
              checked={rating === stars}
              onChange={() => choose(stars)}
            />
            <span class="hidden">{`${stars} ${words.ofFive}`}</span>
            <span aria-hidden="true">{stars <= rating ? "★" : "☆"}</span>
          </label>
        ))}
      </div>
    </fieldset>
  );
}

interface PhotosParts {
  photos: Photo[];
  setPhotos: (change: (before: Photo[]) => Photo[]) => void;
  setSending: (isSending: boolean) => void;
}

/** Each photo is sent as it is chosen; the review then names them. */
function Photos({ photos, setPhotos, setSending }: PhotosParts) {
  const [mistake, setMistake] = useState("");
  const [underway, setUnderway] = useState(0);
  useEffect(() => setSending(underway > 0), [underway]);
  const send = async (files: File[]) => {
    setMistake("");
    setUnderway(files.length);
    for (const file of files) {
      const refused = (error?: unknown) =>
        setMistake(`${words.photoFailed} ${file.name}. ${sayingOf(error, words.failed)}`);
      try {
        const { data, error } = await api.POST("/api/v1/media", {
          body: file as unknown as string,
          bodySerializer: (body: unknown) => body as BodyInit,
          // What it is, its first bytes decide.
          headers: { "Content-Type": file.type || "image/jpeg" },
        });
        if (data) setPhotos((before) => [...before, { id: data.id, url: data.url }].slice(0, photos_max));
        else refused(error);
      } catch {
        refused();
      }
      setUnderway((count) => count - 1);
    }
  };
  return (
    <fieldset class="choice">
      <legend>{words.photos}</legend>
      <ul class="photos" role="list">
        {photos.map(({ id, url }, index) => (
          <li key={id}>
            <img src={sized(url, thumbnail_px)} alt={`${words.ownPhoto} ${index + 1}`} width="72" height="96" />
            <button
              class="icon"
              type="button"
              onClick={() => setPhotos((before) => before.filter((photo) => photo.id !== id))}
            >
              <span class="hidden">
                {words.takeAway} {`${words.ownPhoto} ${index + 1}`}
              </span>
              <svg viewBox="0 0 24 24" aria-hidden="true">
                <path d="m7 7 10 10M17 7 7 17" />
              </svg>
            </button>
          </li>
        ))}
        {photos.length < photos_max && (
          <li>
            <label class="add-photo" data-busy={underway > 0}>
              <input
                class="hidden"
                type="file"
                multiple
                accept="image/jpeg,image/png,image/webp,image/avif,image/heic"
                disabled={underway > 0}
                onChange={(event) => {
                  const input = event.currentTarget;
                  const files = [...(input.files ?? [])].slice(0, photos_max - photos.length);
                  void send(files).then(() => (input.value = ""));
                }}
              />
              <span>{underway > 0 ? words.sending : words.addPhotos}</span>
            </label>
          </li>
        )}
      </ul>
      <p class="label">{words.photosHint}</p>
      <p class="mistake" role="alert">
        {mistake}
      </p>
    </fieldset>
  );
}

interface FormParts {
  slug: string;
  name: string;
  own?: OwnReview;
  /** What stands now; undefined: it was taken back. */
  onDone: (own: OwnReview | undefined) => void;
}

function TakingBack({ own, onDone }: { own: OwnReview; onDone: FormParts["onDone"] }) {
  const [isAsked, setAsked] = useState(false);
  const { isBusy, mistake, run } = useWork();
  const takeBack = () =>
    run(async () => {
      const answer = await api.DELETE("/api/v1/reviews/{id}", { params: { path: { id: own.id } } });
      if (answer.error) return answer;
      closePanel();
      onDone(undefined);
      return {};
    });
  return (
    <div>
      {isAsked && <p>{words.takeBackSure}</p>}
      <button
        class="link"
        type="button"
        disabled={isBusy}
        data-take-back
        onClick={() => (isAsked ? void takeBack() : setAsked(true))}
      >
        {words.takeBack}
      </button>
      <p class="mistake" role="alert">
        {mistake}
      </p>
    </div>
  );
}

function ReviewForm({ slug, name, own, onDone }: FormParts) {
  const [rating, setRating] = useState(own?.rating ?? 0);
  const [photos, setPhotos] = useState<Photo[]>(() =>
    (own?.image_ids ?? []).map((id, index) => ({ id, url: own?.images[index] ?? "" })),
  );
  const [isSending, setSending] = useState(false);
  const [isMissing, setMissing] = useState(false);
  const [said, setSaid] = useState("");
  const key = useRef(randomUuid());
  const { isBusy, mistake, run } = useWork();
  const send = (form: HTMLFormElement) =>
    run(async () => {
      const data = new FormData(form);
      const typed = (field: string) => String(data.get(field) ?? "").trim();
      const body = {
        rating,
        title: typed("title"),
        comment: typed("comment"),
        images: photos.map(({ id }) => id),
      };
      const answer = own
        ? await api.PUT("/api/v1/reviews/{id}", { params: { path: { id: own.id } }, body })
        : await api.POST("/api/v1/products/{slug}/reviews", {
            params: { path: { slug }, header: { "Idempotency-Key": key.current } },
            body,
          });
      // Another body is another wish.
      key.current = randomUuid();
      if (!answer.data) return answer;
      setSaid(answer.data.state === "approved" ? words.thanksShown : words.thanksWaits);
      onDone(answer.data);
      return {};
    });
  if (said) return <p role="status">{said}</p>;
  return (
    <form
      class="stack"
      data-review-form
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        setMissing(rating === 0);
        if (rating > 0 && !isSending) void send(event.currentTarget);
      }}
    >
      <p>{name}</p>
      <Stars rating={rating} choose={setRating} />
      {isMissing && rating === 0 && (
        <p class="mistake" role="alert">
          {words.starsNeeded}
        </p>
      )}
      <Field name="title" label={words.reviewTitle} defaultValue={own?.title ?? ""} maxLength={120} />
      <label class="field">
        <span>{words.reviewText}</span>
        <textarea name="comment" rows={5} maxLength={5000} defaultValue={own?.comment ?? ""} />
      </label>
      <Photos photos={photos} setPhotos={setPhotos} setSending={setSending} />
      <p class="mistake" role="alert">
        {mistake}
      </p>
      <button class="button" disabled={isBusy || isSending}>
        {isSending ? words.sending : words.sendReview}
      </button>
      {own && <TakingBack own={own} onDone={onDone} />}
    </form>
  );
}

/** Opens the form at the side of the page. */
export function openReviewForm(parts: FormParts): void {
  showPanel(parts.own ? words.changeReview : words.writeReview, <ReviewForm {...parts} />);
}
