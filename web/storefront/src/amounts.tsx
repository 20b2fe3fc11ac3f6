// What an order costs, line by line: of a quote before it, and of the order after it.
import { locale, money, pathOf } from "@marque/shared/place";
import type { components } from "@marque/shared/schema";
import { choiceOf, type Names } from "./names";
import { words } from "./sale_words_data";

type Schemas = components["schemas"];

interface Costs {
  subtotal: number;
  discount: number;
  discounts: Schemas["DiscountView"][];
  shipping_cost: number;
  tax_lines: Schemas["TaxLineView"][];
  total_amount: number;
}

const thousandths = 1000;
const percent = new Intl.NumberFormat(locale, { maximumFractionDigits: 3 });

/** The usual labels of markets' taxes in the reader's language; any other stands as the market wrote it. */
const taxNames: Record<string, string> = { VAT: words.vat, "Sales tax": words.salesTax };

function taxName({ label, region, milli_percent: rate, is_included: included }: Schemas["TaxLineView"]): string {
  // One rate for the whole country needs no place.
  const name = [taxNames[label] ?? label, included ? "" : region, `${percent.format(rate / thousandths)} %`]
    .filter(Boolean)
    .join(" ");
  return included ? `${name}, ${words.included}` : name;
}

export function Amounts({ costs, shippingName }: { costs: Costs; shippingName?: string | null }) {
  const rows: Array<[string, string]> = [[words.subtotal, money(costs.subtotal)]];
  for (const { code, name, amount } of costs.discounts) {
    const title = [words.discount, code ?? name].filter(Boolean).join(" · ");
    if (amount > 0) rows.push([title, `−${money(amount)}`]);
  }
  const shipping = costs.shipping_cost === 0 ? words.free : money(costs.shipping_cost);
  rows.push([[words.shipping, shippingName].filter(Boolean).join(" · "), shipping]);
  for (const line of costs.tax_lines) if (line.amount > 0) rows.push([taxName(line), money(line.amount)]);
  return (
    <dl class="amounts">
      {rows.map(([name, amount]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>{amount}</dd>
        </div>
      ))}
      <div class="amounts-total">
        <dt>{words.total}</dt>
        <dd data-total={costs.total_amount}>{money(costs.total_amount)}</dd>
      </div>
    </dl>
  );
}

interface Article {
  sku_id: string;
  product_slug: string;
  product_name: string;
  color: string;
  size: string;
  image_url: string | null;
  quantity: number;
  subtotal: number;
}

export function Articles({ items, names }: { items: Article[]; names: Names }) {
  return (
    <ul class="articles" role="list">
      {items.map((item) => (
        <li key={item.sku_id}>
          {item.image_url ? <img src={item.image_url} alt="" width="64" height="85" /> : <span />}
          <span>
            <a href={pathOf(`/p/${item.product_slug}`)}>{item.product_name}</a>
            <span class="label">
              {[choiceOf(names, item, words.size), `× ${item.quantity}`].filter(Boolean).join(" · ")}
            </span>
          </span>
          <span>{money(item.subtotal)}</span>
        </li>
      ))}
    </ul>
  );
}
