// Checkout on one page: who, where, how, and always what it costs as the server reckons it now.
import { api, refusalOf } from "@marque/shared/api";
import { market, money, pathOf, phoneExample } from "@marque/shared/place";
import { type LoggedIn, user } from "@marque/shared/session";
import type { components } from "@marque/shared/schema";
import { render } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import { OtherMarket } from "./account_panel";
import { Amounts, Articles } from "./amounts";
import { Coupons, Ways, wayOf } from "./checkout_choices";
import { Field, Option, Part, Select } from "./fields";
import { type Names, namesOfAttributes, regionName } from "./names";
import { openAccount, openCart } from "./panels";
import { missing, mistakeOf, sayingOf, wishOf } from "./checkout_wish";
import { openAttempt, pageOf, placeOrder } from "./place_order";
import { words } from "./sale_words_data";

type Schemas = components["schemas"];
type User = LoggedIn["user"];
type Quote = Schemas["QuoteView"];
export type Mistakes = Record<string, string>;

export interface Choice {
  /** A kept address; "" for one that is typed. */
  address: string;
  region: string;
  way?: string;
  point?: string;
  payment: string;
  coupons: string[];
}

export interface Known {
  who?: User;
  info: Schemas["MarketView"];
  addresses: Schemas["AddressView"][];
  names: Names;
}

const pause_ms = 100;

function Empty() {
  return (
    <div class="empty">
      <h2>{words.empty}</h2>
      <p class="quiet">{words.emptyHint}</p>
      <a class="button" href={pathOf("/")}>
        {words.toShop}
      </a>
    </div>
  );
}

/** The quote of what is chosen; the newest that was asked for counts. */
function useQuote(choice: Choice, onRefused: (code: string) => void) {
  const [quote, setQuote] = useState<Quote>();
  const [isEmpty, setEmpty] = useState(false);
  const [asks, setAsks] = useState(0);
  const newest = useRef(0);
  const again = () => setAsks((count) => count + 1);
  useEffect(() => {
    document.addEventListener("cart", again);
    return () => document.removeEventListener("cart", again);
  }, []);
  const { address, region, way, point, coupons } = choice;
  useEffect(() => {
    const mine = (newest.current += 1);
    const ask = async () => {
      const where = address ? { address_id: address } : region ? { delivery_state: region } : {};
      const { data, error } = await api.POST("/api/v1/orders/quote", {
        body: { use_cart: true, ...where, shipping_option: way, pickup_point: point, coupon_codes: coupons },
      });
      if (mine !== newest.current) return;
      const { code } = refusalOf(error);
      setEmpty(code === "orders.cart_empty" || code === "orders.nothing_ordered");
      if (data) setQuote(data);
      if (error) onRefused(code);
    };
    const timer = setTimeout(() => void ask().catch(() => onRefused("")), pause_ms);
    return () => clearTimeout(timer);
  }, [address, region, way, point, coupons, asks]);
  return { quote, isEmpty, again };
}

interface WhereParts {
  known: Known;
  choice: Choice;
  choose: (change: Partial<Choice>) => void;
  mistakes: Mistakes;
  isFetched: boolean;
}

/** Where it goes: a kept address, or one that is typed; how it goes there hangs on the region. */
function Where({ known: { info, addresses }, choice, choose, mistakes, isFetched }: WhereParts) {
  const elsewhere = { way: undefined, point: undefined };
  return (
    <>
      {addresses.map(({ id, full_address: text, title }) => (
        <Option
          key={id}
          name="address"
          value={id}
          chosen={choice.address === id}
          onChoose={() => choose({ address: id, ...elsewhere })}
          title={title ?? text}
          note={title ? text : undefined}
        />
      ))}
      {addresses.length > 0 && (
        <Option
          name="address"
          value=""
          chosen={!choice.address}
          onChoose={() => choose({ address: "", ...elsewhere })}
          title={words.otherAddress}
        />
      )}
      {!choice.address && info.regions.length > 0 && (
        <Select
          name="delivery_state"
          label={words.region}
          value={choice.region}
          mistake={mistakes.delivery_state}
          onChoose={(region) => choose({ region, ...elsewhere })}
        >
          <option value="">{words.choose}</option>
          {info.regions.map((region) => (
            <option key={region.code} value={region.code}>
              {regionName(region)}
            </option>
          ))}
        </Select>
      )}
      {!choice.address && !isFetched && (
        <>
          <div class="pair">
            <Field
              name="delivery_city"
              label={words.city}
              mistake={mistakes.delivery_city}
              maxLength={100}
              autocomplete="address-level2"
            />
            {info.address.postal_code_pattern && (
              <Field
                name="postal_code"
                label={words.postalCode}
                mistake={mistakes.postal_code}
                maxLength={20}
                autocomplete="postal-code"
              />
            )}
          </div>
          <Field
            name="delivery_address"
            label={words.street}
            mistake={mistakes.delivery_address}
            maxLength={400}
            autocomplete="street-address"
          />
        </>
      )}
    </>
  );
}

function Payments({ known, choice, choose, mistakes }: Omit<WhereParts, "isFetched">) {
  const sayings = words as Record<string, string>;
  return (
    <Part title={words.payment}>
      {known.info.payment_methods.map((method) => (
        <Option
          key={method}
          name="payment_method"
          value={method}
          chosen={choice.payment === method}
          onChoose={() => choose({ payment: method })}
          title={sayings[method] ?? method}
        />
      ))}
      {mistakes.payment_method && <p class="mistake">{mistakes.payment_method}</p>}
    </Part>
  );
}

function Contact({ who, mistakes }: { who?: User; mistakes: Mistakes }) {
  return (
    <Part title={words.contact}>
      {!who && (
        <p class="quiet">
          {words.asGuest} {words.logInOffer}{" "}
          <button class="link" type="button" onClick={() => openAccount()}>
            {words.logIn}
          </button>
        </p>
      )}
      <Field
        name="customer_name"
        label={words.name}
        mistake={mistakes.customer_name}
        defaultValue={who?.full_name ?? ""}
        maxLength={255}
        autocomplete="name"
      />
      <div class="pair">
        <Field
          name="customer_phone"
          label={words.phone}
          mistake={mistakes.customer_phone}
          type="tel"
          defaultValue={who?.phone ?? ""}
          placeholder={phoneExample}
          maxLength={40}
          autocomplete="tel"
        />
        <Field
          name="customer_email"
          label={words.email}
          mistake={mistakes.customer_email}
          type="email"
          maxLength={255}
          autocomplete="email"
        />
      </div>
    </Part>
  );
}

function Checkout({ known }: { known: Known }) {
  const { who, info } = known;
  const form = useRef<HTMLFormElement>(null);
  const [choice, setChoice] = useState<Choice>(() => ({
    address: known.addresses.find((address) => address.is_default)?.id ?? "",
    region: "",
    payment: info.payment_methods[0] ?? "",
    coupons: [],
  }));
  const [mistakes, setMistakes] = useState<Mistakes>({});
  const [tries, setTries] = useState(0);
  const [trouble, setTrouble] = useState("");
  const [isBusy, setBusy] = useState(false);
  const choose = (change: Partial<Choice>) => setChoice((before) => ({ ...before, ...change }));
  const point = (found: Mistakes) => {
    setMistakes(found);
    setTries((count) => count + 1);
  };
  /** What is being mended is no mistake until it is looked at again. */
  const forgive = ({ target }: Event) => {
    const { name } = target as HTMLInputElement;
    if (mistakes[name]) setMistakes(({ [name]: _, ...others }) => others);
  };
  const { quote, isEmpty, again } = useQuote(choice, (code) => {
    setTrouble(sayingOf(code));
    if (code === "orders.shipping_unavailable" || code === "orders.pickup_point_unknown")
      choose({ way: undefined, point: undefined });
  });
  useEffect(() => {
    // Who logs in on the way keeps what was typed; what was not is filled in.
    const fill = (name: string, value: string) => {
      const input = form.current?.querySelector<HTMLInputElement>(`input[name=${name}]`);
      if (input && !input.value) input.value = value;
    };
    fill("customer_name", who?.full_name ?? "");
    fill("customer_phone", who?.phone ?? "");
    const usual = known.addresses.find((address) => address.is_default)?.id;
    if (!who) choose({ address: "" });
    else if (usual && !choice.region) choose({ address: usual });
    again();
  }, [who?.id]);
  useEffect(() => {
    // The page was loaded anew while an order was being placed: what became of it is asked once more.
    const open = isEmpty ? openAttempt() : undefined;
    if (open) void placeOrder(open.body).then(({ order }) => order && location.assign(pageOf(order, true)));
  }, [isEmpty]);
  useEffect(() => form.current?.querySelector<HTMLElement>("[aria-invalid=true]")?.focus(), [tries]);
  if (isEmpty) return <Empty />;
  if (!quote) return <p class="mistake">{trouble}</p>;

  const way = wayOf(quote, choice);
  const isFetched = way?.kind === "pickup";
  const submit = async () => {
    const data = new FormData(form.current ?? undefined);
    const typed = (name: string) => String(data.get(name) ?? "").trim();
    const wrong = missing(typed, known, choice, isFetched);
    point(wrong);
    if (Object.keys(wrong).length > 0) return;
    setBusy(true);
    setTrouble("");
    try {
      const { order, refusal } = await placeOrder(wishOf(typed, choice, quote, way));
      if (order) return location.assign(pageOf(order, true));
      point(Object.fromEntries((refusal?.fields ?? []).map((field) => [field, mistakeOf(field)])));
      setTrouble(sayingOf(refusal?.code ?? ""));
      again();
    } catch {
      setTrouble(words.failed);
    }
    setBusy(false);
  };
  return (
    <form
      class="checkout"
      ref={form}
      noValidate
      onInput={forgive}
      onSubmit={(event) => {
        event.preventDefault();
        if (!isBusy) void submit();
      }}
    >
      <div>
        <Contact who={who} mistakes={mistakes} />
        <Part title={words.delivery}>
          <Where known={known} choice={choice} choose={choose} mistakes={mistakes} isFetched={isFetched} />
          <Ways quote={quote} choice={choice} choose={choose} mistake={mistakes.pickup_point} />
          {!isFetched && <Field name="delivery_notes" label={words.notes} maxLength={500} />}
        </Part>
        <Payments known={known} choice={choice} choose={choose} mistakes={mistakes} />
      </div>
      <section class="summary" aria-label={words.summary}>
        <h2>{words.summary}</h2>
        <Articles items={quote.items} names={known.names} />
        <button class="link" type="button" onClick={() => openCart()}>
          {words.openCart}
        </button>
        <Coupons quote={quote} coupons={choice.coupons} onChange={(coupons) => choose({ coupons })} />
        <Amounts costs={quote} shippingName={way?.name} />
        <p class="mistake" role="alert">
          {trouble}
        </p>
        <button class="button is-wide" disabled={isBusy}>
          {isBusy ? words.placing : `${words.place} · ${money(quote.total_amount)}`}
        </button>
      </section>
    </form>
  );
}

export async function show(place: HTMLElement): Promise<void> {
  const who = await user();
  if (who && who.market !== market) {
    if (place.querySelector(".skeleton")) place.replaceChildren();
    return render(<OtherMarket market={who.market} />, place);
  }
  const [markets, kept, names] = await Promise.all([
    api.GET("/api/v1/markets"),
    who ? api.GET("/api/v1/profile/addresses") : undefined,
    namesOfAttributes(),
  ]);
  const found = markets.data?.items.find(({ code }) => code === market);
  // Cards are offered where this shop's pages can take them.
  const takesCards = !!place.dataset.cards;
  const info = found && {
    ...found,
    payment_methods: found.payment_methods.filter((method) => method !== "card" || takesCards),
  };
  if (!info) {
    place.textContent = words.failed;
    return;
  }
  if (place.querySelector(".skeleton")) place.replaceChildren();
  render(<Checkout known={{ who, info, addresses: kept?.data?.items ?? [], names }} />, place);
}
