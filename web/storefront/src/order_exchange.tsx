// What a piece that goes back is exchanged for: another size or colour of the product, at the same price and in stock.
import { api } from "@marque/shared/api";
import type { components } from "@marque/shared/schema";
import { useEffect, useState } from "preact/hooks";
import { Select } from "./fields";
import { choiceOf, type Names } from "./names";
import type { Order } from "./order_page";
import { words } from "./sale_words_data";

type Sku = components["schemas"]["SkuView"];

interface ExchangeParts {
  item: Order["items"][number];
  names: Names;
  value: string;
  onChoose: (sku: string) => void;
}

export function Exchange({ item, names, value, onChoose }: ExchangeParts) {
  const [offered, setOffered] = useState<Sku[]>([]);
  useEffect(() => {
    const look = async () => {
      const params = { path: { slug: item.product_slug } };
      const { data } = await api.GET("/api/v1/products/{slug}", { params });
      const own = data?.skus.find(({ id }) => id === item.sku_id);
      const fits = (sku: Sku) => own && sku.id !== own.id && sku.in_stock && sku.price === own.price;
      setOffered(data?.skus.filter(fits) ?? []);
    };
    // Where nothing is known to be there, the money is what is left.
    void look().catch(() => undefined);
  }, [item.sku_id]);
  if (offered.length === 0) return null;
  return (
    <Select name={`instead-${item.sku_id}`} label={words.instead} value={value} onChoose={onChoose}>
      <option value="">{words.moneyBack}</option>
      {offered.map((sku) => (
        <option key={sku.id} value={sku.id}>
          {choiceOf(names, sku, words.size)}
        </option>
      ))}
    </Select>
  );
}
