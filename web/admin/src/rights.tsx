// Who works here, and what they may in which market: asked once, passed down.
import { useQuery } from "@tanstack/react-query";
import { createContext, useContext } from "react";
import { answer, api, type Schemas } from "./api";
import { managedMarket, useManagedMarket } from "./market";

export type Me = Schemas["Me"];
export type MarketView = Schemas["MarketView"];

export interface Rights {
  me: Me;
  /** The managed market as the shop sees it; undefined while it is not open. */
  market: MarketView | undefined;
  markets: MarketView[];
  may(permission: string): boolean;
}

const Context = createContext<Rights | undefined>(undefined);
export const RightsProvider = Context.Provider;

export function useRights(): Rights {
  const rights = useContext(Context);
  if (!rights) throw new Error("rights are asked for outside of the frame");
  return rights;
}

/** Without a market: it would refuse one that the caller no longer manages. */
export function useMe() {
  return useQuery({ queryKey: ["me"], queryFn: () => answer(api.GET("/api/v1/manager/me", {})) });
}

export function useMarkets() {
  return useQuery({
    queryKey: ["markets"],
    staleTime: 300_000,
    queryFn: () => answer(api.GET("/api/v1/markets", {})),
  });
}

/** The market to manage: the remembered one where it is permitted, else the one the server knows, else the first. */
export function permittedMarket(me: Me): string {
  const permitted = me.markets.map(({ market }) => market);
  const wanted = [managedMarket(), me.active_market].find((market) => permitted.includes(market));
  return wanted ?? permitted[0] ?? "";
}

export function useRightsIn(me: Me, markets: MarketView[]): Rights {
  const managed = useManagedMarket();
  const permissions = new Set(me.markets.find(({ market }) => market === managed)?.permissions ?? []);
  return {
    me,
    markets,
    market: markets.find(({ code }) => code === managed),
    may: (permission) => permission === "any" || permissions.has(permission),
  };
}
