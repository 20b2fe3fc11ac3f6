// The shelf of what was looked at last; the server's frame of it is shown when there is something on it.
import { api } from "@marque/shared/api";
import { render } from "preact";
import { Card, Heart } from "./cards";

export async function show(shelf: HTMLElement, slugs: string[]): Promise<void> {
  const { data } = await api.GET("/api/v1/products/batch", { params: { query: { slugs: slugs.join(",") } } });
  if (!data || data.items.length === 0) return;
  const list = shelf.appendChild(document.createElement("ul"));
  list.className = "grid";
  list.setAttribute("role", "list");
  render(
    data.items.map((card) => <Card key={card.id} card={card} heart={<Heart id={card.id} name={card.name} />} />),
    list,
  );
  shelf.hidden = false;
  // Hearts that have come say whether they are on the list.
  document.dispatchEvent(new Event("cards"));
}
