// The parts of checkout that a quote brings: ways of delivery with their points, and promo codes.
import { money } from "@marque/shared/place";
import type { components } from "@marque/shared/schema";
import { useState } from "preact/hooks";
import type { Choice } from "./checkout";
import { Field, Option } from "./fields";
import { words } from "./sale_words_data";

type Quote = components["schemas"]["QuoteView"];
type Way = Quote["shipping_options"][number];

function noteOf({ days_from: from, days_to: to, free_from: freeFrom, price }: Way): string {
  const days = from === to ? `${from} ${words.days}` : `${from}–${to} ${words.days}`;
  const free = freeFrom !== null && price > 0 ? `${words.freeFrom} ${money(freeFrom)}` : "";
  return [to > 0 && days, free].filter(Boolean).join(" · ");
}

/** The way that was chosen last, before the quote that follows has come; else the one the quote has chosen. */
export function wayOf(quote: Quote, choice: Choice): Way | undefined {
  const named = quote.shipping_options.find(({ code }) => code === choice.way);
  return named ?? quote.shipping_options.find(({ is_chosen: isChosen }) => isChosen);
}

interface WaysParts {
  quote: Quote;
  choice: Choice;
  choose: (change: Partial<Choice>) => void;
  mistake?: string;
}

export function Ways({ quote, choice, choose, mistake }: WaysParts) {
  const chosen = wayOf(quote, choice);
  return (
    <>
      <div class="options" role="radiogroup" aria-label={words.way}>
        {quote.shipping_options.map((way) => (
          <Option
            key={way.code}
            name="shipping_option"
            value={way.code}
            chosen={way === chosen}
            onChoose={() => choose({ way: way.code, point: undefined })}
            title={way.name}
            note={noteOf(way)}
            price={way.price === 0 ? words.free : money(way.price)}
          />
        ))}
      </div>
      {chosen?.kind === "pickup" && (
        <div class="options" role="radiogroup" aria-label={words.point}>
          {chosen.pickup_points.map((point) => (
            <Option
              key={point.code}
              name="pickup_point"
              value={point.code}
              chosen={choice.point === point.code}
              onChoose={() => choose({ way: chosen.code, point: point.code })}
              title={point.name}
              note={[point.city, point.address, point.hours].filter(Boolean).join(" · ")}
            />
          ))}
          {mistake && <p class="mistake">{mistake}</p>}
        </div>
      )}
    </>
  );
}

interface CouponsParts {
  quote: Quote;
  coupons: string[];
  onChange: (coupons: string[]) => void;
}

export function Coupons({ quote, coupons, onChange }: CouponsParts) {
  const [typed, setTyped] = useState("");
  const refused = new Map(quote.refused_coupons.map(({ code, reason }) => [code.toUpperCase(), reason]));
  const used = coupons.filter((code) => !refused.has(code.toUpperCase()));
  const last = coupons.at(-1);
  const reason = last && refused.get(last.toUpperCase());
  const apply = () => {
    const code = typed.trim();
    if (code.length < 3) return;
    onChange([...used.filter((other) => other !== code), code]);
    setTyped("");
  };
  return (
    <div class="stack">
      <div class="coupon">
        <Field
          name="coupon"
          label={words.coupon}
          value={typed}
          maxLength={40}
          mistake={reason && `${words.couponRefused} ${words[reason]}`}
          onInput={(event) => setTyped(event.currentTarget.value)}
          onKeyDown={(event) => {
            if (event.key !== "Enter") return;
            event.preventDefault();
            apply();
          }}
        />
        <button class="button is-quiet" type="button" onClick={apply}>
          {words.apply}
        </button>
      </div>
      {used.map((code) => (
        <p key={code} class="chip">
          {code}
          <button class="link" type="button" onClick={() => onChange(used.filter((other) => other !== code))}>
            {words.remove} <span class="hidden">{code}</span>
          </button>
        </p>
      ))}
    </div>
  );
}
