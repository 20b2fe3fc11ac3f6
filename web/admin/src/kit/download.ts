// Files that need a log-in: fetched with the token, then given to the browser as a file or a page of its own.
import { accessToken } from "@marque/shared/session";
import { managedMarket } from "../market";
import { say } from "../say";
import { words } from "../words";

async function fetched(path: string): Promise<Response | undefined> {
  const address = new URL(path, location.origin);
  address.searchParams.set("market", managedMarket());
  const token = await accessToken();
  const response = await fetch(address, { headers: { Authorization: `Bearer ${token ?? ""}` } }).catch(() => undefined);
  if (response?.ok) return response;
  say(words.failed, true);
  return undefined;
}

const kept_ms = 60_000;

function save(content: Blob, name: string): void {
  const address = URL.createObjectURL(content);
  const link = document.createElement("a");
  link.href = address;
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(address), kept_ms);
}

export async function saveFile(path: string, name: string): Promise<void> {
  const response = await fetched(path);
  if (response) save(await response.blob(), name);
}

export function saveText(text: string, name: string): void {
  save(new Blob([text], { type: "application/json" }), name);
}
