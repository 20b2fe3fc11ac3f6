// The profile: what the shop knows of a customer, what it has told, where it delivers to, and who is logged in.
import { api, refusalOf } from "@marque/shared/api";
import { language, pathOf } from "@marque/shared/place";
import { inCookie, remember } from "@marque/shared/session";
import type { components } from "@marque/shared/schema";
import type { ComponentChildren } from "preact";
import { useState } from "preact/hooks";
import { Addresses } from "./account_addresses";
import { Logins } from "./account_logins";
import { News } from "./account_news";
import { OwnReviews } from "./account_reviews";
import { Field, Select } from "./fields";
import { customerOf, draw } from "./own";
import { words } from "./own_words_data";
import { useWork } from "./work";

type Schemas = components["schemas"];

const languageNames: Record<string, string> = { ky: "Кыргызча", ru: "Русский", en: "English" };

export function Section({ id, title, children }: { id: string; title: string; children: ComponentChildren }) {
  return (
    <section class="part" id={id} aria-labelledby={`${id}-title`}>
      <h2 id={`${id}-title`}>{title}</h2>
      {children}
    </section>
  );
}

function About({ first, languages }: { first: Schemas["ProfileView"]; languages: string[] }) {
  const [profile, setProfile] = useState(first);
  const [chosen, setChosen] = useState(first.language ?? language);
  const [wrong, setWrong] = useState<string[]>([]);
  const [isSaved, setSaved] = useState(false);
  const { isBusy, mistake, run } = useWork();
  const save = (form: HTMLFormElement) =>
    run(async () => {
      const data = new FormData(form);
      const typed = (name: string) => String(data.get(name) ?? "").trim() || null;
      setSaved(false);
      const body = { full_name: typed("full_name"), email: typed("email"), language: chosen };
      const answer = await api.PUT("/api/v1/profile", { body });
      setWrong(refusalOf(answer.error).fields);
      if (!answer.data) return answer;
      setProfile(answer.data);
      // The page is the server's: in another language it is another page.
      if (chosen !== language) location.assign(pathOf("/account", { lang: chosen }));
      else setSaved(true);
      return {};
    });
  const wrongly = (name: string) => (wrong.includes(name) ? words.wrong : undefined);
  return (
    <form
      class="stack narrow"
      noValidate
      data-about
      onInput={() => setSaved(false)}
      onSubmit={(event) => {
        event.preventDefault();
        void save(event.currentTarget);
      }}
    >
      <p class="quiet">
        {words.phone}: {profile.phone}
      </p>
      <Field
        name="full_name"
        label={words.name}
        mistake={wrongly("full_name")}
        defaultValue={profile.full_name ?? ""}
        maxLength={255}
        autocomplete="name"
      />
      <Field
        name="email"
        label={words.email}
        mistake={wrongly("email")}
        type="email"
        defaultValue={profile.email ?? ""}
        maxLength={254}
        autocomplete="email"
      />
      <Select name="language" label={words.language} value={chosen} onChoose={setChosen}>
        {languages.map((each) => (
          <option key={each} value={each} lang={each}>
            {languageNames[each] ?? each}
          </option>
        ))}
      </Select>
      <p class="buttons">
        <button class="button" disabled={isBusy}>
          {words.save}
        </button>
        <span class="quiet said" role="status">
          {isSaved && words.saved}
        </span>
      </p>
      <p class="mistake" role="alert">
        {mistake}
      </p>
    </form>
  );
}

async function logOut(): Promise<void> {
  await api.POST("/api/v1/auth/logout", { headers: inCookie });
  remember(undefined);
  document.dispatchEvent(new Event("account"));
}

interface Seen {
  profile: Schemas["ProfileView"];
  market: Schemas["MarketView"];
  addresses: Schemas["AddressView"][];
  logins: Schemas["SessionView"][];
  news: Schemas["PageNotificationView"];
  reviews: Schemas["OwnReview"][];
  toReview: Schemas["BoughtProduct"][];
}

async function look(code: string): Promise<Seen | undefined> {
  const [profile, markets, addresses, logins, news, reviews, toReview] = await Promise.all([
    api.GET("/api/v1/profile"),
    api.GET("/api/v1/markets"),
    api.GET("/api/v1/profile/addresses"),
    api.GET("/api/v1/auth/sessions"),
    api.GET("/api/v1/profile/notifications", { params: { query: { limit: 5 } } }),
    api.GET("/api/v1/profile/reviews", { params: { query: { limit: 100 } } }),
    api.GET("/api/v1/profile/reviews/to-write", { params: { query: { limit: 6 } } }),
  ]);
  const market = markets.data?.items.find((each) => each.code === code);
  if (!profile.data || !market || !addresses.data || !logins.data || !news.data) return undefined;
  return {
    profile: profile.data,
    market,
    addresses: addresses.data.items,
    logins: logins.data.items,
    news: news.data,
    reviews: reviews.data?.items ?? [],
    toReview: toReview.data?.items ?? [],
  };
}

function Account({ seen }: { seen: Seen }) {
  const { profile, market, addresses, logins, news, reviews, toReview } = seen;
  return (
    <div class="account">
      <div>
        <Section id="notifications" title={words.notifications}>
          <News first={news} />
        </Section>
        <Section id="addresses" title={words.addresses}>
          <Addresses first={addresses} market={market} />
        </Section>
        <Section id="my-reviews" title={words.myReviews}>
          <OwnReviews reviews={reviews} toReview={toReview} />
        </Section>
      </div>
      <div>
        <Section id="about" title={words.about}>
          <About first={profile} languages={market.languages} />
        </Section>
        <Section id="logins" title={words.logins}>
          <Logins first={logins} />
        </Section>
        <p class="part">
          <button class="button is-quiet" type="button" data-log-out onClick={() => void logOut()}>
            {words.logOut}
          </button>
        </p>
      </div>
    </div>
  );
}

export async function show(place: HTMLElement): Promise<void> {
  const who = await customerOf(place, words.logInForAccount);
  if (!who) return;
  const seen = await look(who.market);
  draw(place, seen ? <Account key={who.id} seen={seen} /> : <p class="mistake">{words.failed}</p>);
}
