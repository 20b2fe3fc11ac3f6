// The market that is managed: chosen with the switcher, remembered by the browser as `admin_market`, said with every
// request, so that no other window changes what this one works on.
import { useSyncExternalStore } from "react";

const place = "admin_market";
const watchers = new Set<() => void>();
let current = remembered();

function remembered(): string {
  try {
    return localStorage.getItem(place) ?? "";
  } catch {
    return "";
  }
}

export function managedMarket(): string {
  return current;
}

export function manage(market: string): void {
  current = market;
  try {
    localStorage.setItem(place, market);
  } catch {
    // Without storage the choice lasts as long as the page.
  }
  for (const watcher of watchers) watcher();
}

export function useManagedMarket(): string {
  return useSyncExternalStore((watcher) => {
    watchers.add(watcher);
    return () => watchers.delete(watcher);
  }, managedMarket);
}
