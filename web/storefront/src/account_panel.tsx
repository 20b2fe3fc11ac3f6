// The account, as far as a panel goes: who is logged in, and logging in and out.
import { api } from "@marque/shared/api";
import { market, pathOf } from "@marque/shared/place";
import { inCookie, type LoggedIn, remember, user } from "@marque/shared/session";
import { LogIn } from "./log_in";
import { closePanel, showPanel } from "./panel";
import { words } from "./words_data";

function Account({ who }: { who: LoggedIn["user"] }) {
  const logOut = async () => {
    await api.POST("/api/v1/auth/logout", { headers: inCookie });
    remember(undefined);
    closePanel();
    document.dispatchEvent(new Event("account"));
  };
  return (
    <div class="stack">
      <p>
        {words.loggedInAs} <b>{who.full_name ?? who.phone}</b>
      </p>
      {who.market === market ? (
        <>
          <a class="button" href={pathOf("/orders")}>
            {words.myOrders}
          </a>
          <a class="button is-quiet" href={pathOf("/account")}>
            {words.profile}
          </a>
          <a class="button is-quiet" href={pathOf("/wishlist")}>
            {words.wishlist}
          </a>
        </>
      ) : (
        <OtherMarket market={who.market} />
      )}
      <button class="button is-quiet" type="button" onClick={() => void logOut()}>
        {words.logOut}
      </button>
    </div>
  );
}

/** A customer buys in the market of the account, whatever page is open. */
export function OtherMarket({ market: own }: { market: string }) {
  return (
    <div class="stack">
      <p>{words.otherMarket}</p>
      <a class="button" href={`/?market=${encodeURIComponent(own)}`}>
        {words.toMyShop}
      </a>
    </div>
  );
}

export async function show(): Promise<void> {
  const who = await user();
  if (who) return showPanel(words.account, <Account who={who} />);
  showPanel(
    words.logIn,
    <div class="stack">
      <LogIn
        onDone={() => {
          closePanel();
          document.dispatchEvent(new Event("account"));
          void show();
        }}
      />
      <p>
        <a class="link" href={pathOf("/wishlist")}>
          {words.wishlist}
        </a>
      </p>
    </div>,
  );
}
