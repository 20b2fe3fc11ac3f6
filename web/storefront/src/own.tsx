// What every page of somebody's own begins with: who is logged in, in which market; a log-in where nobody is.
import { market } from "@marque/shared/place";
import { type LoggedIn, user } from "@marque/shared/session";
import { type ComponentChildren, render } from "preact";
import { OtherMarket } from "./account_panel";
import { LogIn } from "./log_in";

/** Draws instead of the frame's skeleton, or of what was drawn before. */
export function draw(place: HTMLElement, children: ComponentChildren): void {
  if (place.querySelector(".skeleton")) place.replaceChildren();
  render(children, place);
}

/** The customer of this market's shop; whoever is none sees what is to be done, and the answer is undefined. */
export async function customerOf(place: HTMLElement, hint: string): Promise<LoggedIn["user"] | undefined> {
  const who = await user();
  if (who?.market === market) return who;
  if (who) {
    draw(place, <OtherMarket market={who.market} />);
    return undefined;
  }
  // The page hears of the log-in as of any other, and draws itself anew.
  const entered = () => document.dispatchEvent(new Event("account"));
  draw(
    place,
    <div class="narrow stack" key="log-in">
      <p>{hint}</p>
      <LogIn onDone={entered} />
    </div>,
  );
  return undefined;
}
