// The shop's way to the server, in this page's market and language, as the account that is logged in or as a guest.
import { connect } from "./client";
import { cartToken } from "./guest";
import { language, market } from "./place";

/** Where a guest is known by the cart, or, at the log-in, was. */
const guestPaths = /^\/api\/v1\/(cart|wishlist|auth\/verify-code|orders\/(create|quote|\d+\/reorder))(\/|$)/;

export const api = connect({
  direct(address, headers, isLoggedIn) {
    address.searchParams.set("lang", language);
    headers.set("X-Market", market);
    const cart = cartToken();
    if (cart && !isLoggedIn && guestPaths.test(address.pathname)) headers.set("X-Cart-Token", cart);
  },
  // A guest's link to an order is opened by what it says, whoever is logged in; a cart is always the caller's.
  isAnonymous: (address) => address.searchParams.has("access") && !address.pathname.endsWith("/reorder"),
});

export { type Refusal, refusalOf, sentenceOf } from "./refusal";
