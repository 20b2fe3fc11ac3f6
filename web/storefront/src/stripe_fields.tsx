// Stripe's own fields for a card, on the page of the order that is paid: numbers go from the browser to Stripe and
// never touch this shop. Loaded only where somebody pays, and Stripe takes cards in the market.
import { language } from "@marque/shared/place";
import { useEffect, useRef, useState } from "preact/hooks";
import { words } from "./sale_words_data";

interface Elements {
  create(kind: "payment"): { mount(place: HTMLElement): void; on(event: "ready", call: () => void): void };
}
interface Stripe {
  elements(options: { clientSecret: string; locale: string }): Elements;
  confirmPayment(options: {
    elements: Elements;
    confirmParams: { return_url: string };
    redirect: "if_required";
  }): Promise<{ error?: { message?: string } }>;
}
type MakeStripe = (key: string) => Stripe;

/** Stripe wants its script loaded from Stripe, as it is today. */
function load(): Promise<MakeStripe> {
  return new Promise((resolve, reject) => {
    const made = () => (globalThis as { Stripe?: MakeStripe }).Stripe;
    const before = made();
    if (before) return resolve(before);
    const script = document.createElement("script");
    script.src = "https://js.stripe.com/v3/";
    script.onload = () => {
      const stripe = made();
      if (stripe) resolve(stripe);
      else reject(new Error("Stripe's script brought nothing"));
    };
    script.onerror = () => reject(new Error("Stripe's script did not come"));
    document.head.append(script);
  });
}

interface FieldsParts {
  secret: string;
  stripeKey: string;
  onPaid: () => Promise<void>;
}

export function StripeFields({ secret, stripeKey, onPaid }: FieldsParts) {
  const place = useRef<HTMLDivElement>(null);
  const made = useRef<{ stripe: Stripe; elements: Elements }>();
  const [isReady, setReady] = useState(false);
  const [mistake, setMistake] = useState("");
  useEffect(() => {
    load()
      .then((make) => {
        if (!place.current || made.current) return;
        const stripe = make(stripeKey);
        // Stripe speaks no Kyrgyz.
        const elements = stripe.elements({ clientSecret: secret, locale: language === "ky" ? "ru" : language });
        made.current = { stripe, elements };
        const fields = elements.create("payment");
        fields.on("ready", () => setReady(true));
        fields.mount(place.current);
      })
      .catch(() => setMistake(words.failed));
  }, []);
  const pay = async () => {
    if (!made.current) return;
    setReady(false);
    setMistake("");
    const { stripe, elements } = made.current;
    // A bank that wants to be asked on its own page sends the buyer back to this one.
    const confirmParams = { return_url: location.href };
    const { error } = await stripe.confirmPayment({ elements, confirmParams, redirect: "if_required" });
    if (error) setMistake(error.message ?? words.failed);
    else await onPaid();
    setReady(true);
  };
  return (
    <form
      class="stack"
      onSubmit={(event) => {
        event.preventDefault();
        void pay().catch(() => setMistake(words.failed));
      }}
    >
      <div ref={place} data-stripe-fields />
      <p class="mistake" role="alert">
        {mistake}
      </p>
      <p>
        <button class="button" disabled={!isReady} data-confirm>
          {words.payNow}
        </button>
      </p>
    </form>
  );
}
