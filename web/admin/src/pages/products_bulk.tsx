// What is done to many products at once: shown or hidden, marked down, moved to a category, featured. What somebody
// changed meanwhile stays as it is, and is counted.
import { Button, Select, SimpleGrid, TextInput } from "@mantine/core";
import { useRef, useState } from "react";
import { api, type Schemas } from "../api";
import { useCategories } from "../kit/categories";
import { FormDialog } from "../kit/dialog";
import { useFields } from "../kit/fields";
import { useMany } from "../kit/listing";
import { nameOf } from "../language";
import { managedMarket } from "../market";
import { useRights } from "../rights";
import { words } from "../words";
import { own } from "./product_words";

type Line = Schemas["ProductLine"];
type Product = Schemas["ManagedProduct"];
interface BulkProps {
  rows: Line[];
  onDone: () => void;
}

export function Bulk({ rows, onDone }: BulkProps) {
  const { may } = useRights();
  const { isBusy, runMany } = useMany();
  const [isChanging, setChanging] = useState(false);
  const versions = useRef(new Map<string, number>());
  const put = async (id: string, is_active: boolean, version: number) => {
    const params = { path: { id } };
    const answered = await api.PUT("/api/v1/manager/products/{id}/active", { params, body: { is_active, version } });
    if (answered.data) versions.current.set(id, answered.data.version);
    return answered;
  };
  const setAll = (is_active: boolean) =>
    runMany(
      rows.filter((row) => row.is_active !== is_active),
      ({ id, version }) => put(id, is_active, version),
      {
        changes: "products",
        then: onDone,
        // In the version that this made: what somebody changed since then is left alone.
        undo: (done) =>
          void runMany(done, ({ id }) => put(id, !is_active, versions.current.get(id) ?? 0), { changes: "products" }),
      },
    );
  return (
    <>
      {may("catalog.write") && (
        <>
          <Button size="xs" loading={isBusy} onClick={() => void setAll(true)}>
            {own.show}
          </Button>
          <Button size="xs" variant="default" loading={isBusy} onClick={() => void setAll(false)}>
            {own.hide}
          </Button>
        </>
      )}
      <Button size="xs" variant="default" onClick={() => setChanging(true)}>
        {own.changeMany}
      </Button>
      {isChanging && <Change rows={rows} onDone={onDone} onClose={() => setChanging(false)} />}
    </>
  );
}

interface Wanted {
  off: number | null;
  until: string;
  category: string | null;
  featured: string | null;
}

/** What the articles of a product cost in the managed market with so many per cent off; 0 ends the sale. */
function markedDown({ skus }: Product, off: number, until: string, decimals: number): Schemas["PriceInput"][] {
  return skus.flatMap((sku) => {
    const offer = sku.offers[managedMarket()];
    if (offer?.price == null) return [];
    const { price, original_price, version } = offer;
    const sale_price = off > 0 ? (price * (1 - off / 100)).toFixed(decimals) : null;
    const sale_until = off > 0 && until ? new Date(until).toISOString() : null;
    return [{ sku_id: sku.id, price, original_price, sale_price, sale_from: null, sale_until, version }];
  });
}

async function change(id: string, { off, until, category, featured }: Wanted, decimals: number) {
  const params = { path: { id } };
  const read = await api.GET("/api/v1/manager/products/{id}", { params });
  if (!read.data) return { response: read.response };
  const product = read.data;
  if (off !== null) {
    const prices = markedDown(product, off, until, decimals);
    const { response } = await api.PUT("/api/v1/manager/products/{id}/prices", { params, body: { prices } });
    if (!response.ok) return { response };
  }
  if (category === null && featured === null) return { response: read.response };
  const { name, brand, description, translations, is_active, is_best_seller, version } = product;
  return api.PUT("/api/v1/manager/products/{id}", {
    params,
    body: {
      ...{ name, brand, description, translations, is_active, is_best_seller, version },
      category: category ?? product.category,
      subcategory: category === null || category === product.category ? product.subcategory : null,
      is_featured: featured === null ? product.is_featured : featured === "yes",
    },
  });
}

function Change({ rows, onDone, onClose }: BulkProps & { onClose: () => void }) {
  const { market, may } = useRights();
  const { runMany } = useMany();
  const fields = useFields({
    off: "",
    until: "",
    category: null as string | null,
    featured: null as string | null,
  });
  const categories = useCategories();
  const { until, category, featured } = fields.values;
  const off = fields.values.off.trim() === "" ? null : Number(fields.values.off.replace(",", "."));
  const send = async () => {
    if (off !== null && !(off >= 0 && off < 100)) {
      fields.setMistakes({ off: words.mistake });
      return false;
    }
    const wanted = { off, until, category, featured };
    const decimals = market?.currency_decimals ?? 2;
    await runMany(rows, ({ id }) => change(id, wanted, decimals), { changes: "products", then: onDone });
    return true;
  };
  return (
    <FormDialog
      title={`${own.changeMany}: ${rows.length}`}
      text={own.changeManyText}
      isOpen
      onClose={onClose}
      onSubmit={send}
      submit={words.save}
    >
      {may("prices.write") && (
        <SimpleGrid cols={{ base: 1, xs: 2 }} spacing="sm">
          <TextInput
            label={own.saleOff}
            description={own.saleOffHint}
            inputMode="decimal"
            data-autofocus
            {...fields.text("off")}
          />
          <TextInput
            label={own.saleUntil}
            description={own.saleUntilHint}
            type="datetime-local"
            {...fields.text("until")}
          />
        </SimpleGrid>
      )}
      {may("catalog.write") && (
        <SimpleGrid cols={{ base: 1, xs: 2 }} spacing="sm">
          <Select
            label={own.category}
            placeholder={own.asItIs}
            clearable
            searchable
            data={(categories.data?.items ?? [])
              .filter(({ parent_id }) => parent_id === null)
              .map((each) => ({ value: each.slug, label: nameOf(each) }))}
            {...fields.choice("category")}
          />
          <Select
            label={own.featured}
            placeholder={own.asItIs}
            clearable
            data={[
              { value: "yes", label: words.yes },
              { value: "no", label: words.no },
            ]}
            {...fields.choice("featured")}
          />
        </SimpleGrid>
      )}
    </FormDialog>
  );
}
