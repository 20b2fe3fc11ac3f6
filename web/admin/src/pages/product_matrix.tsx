// The matrix: colours down, sizes across; prices, sale prices or pieces of the managed market, typed like a sheet.
import { Button, Group, SegmentedControl, SimpleGrid, TextInput } from "@mantine/core";
import { randomUuid } from "@marque/shared/guest";
import { type KeyboardEvent, useRef, useState } from "react";
import { api, type Schemas } from "../api";
import { amountOf, money } from "../format";
import { FormDialog } from "../kit/dialog";
import { useFields } from "../kit/fields";
import { managedMarket } from "../market";
import { useWork } from "../query";
import { useRights } from "../rights";
import { say } from "../say";
import { words } from "../words";
import { keep, type Product } from "./product";
import { own } from "./product_words";

type Sku = Schemas["ManagedSku"];
type View = "prices" | "sale" | "pieces";

const offerOf = (sku: Sku) => sku.offers[managedMarket()];

function shownOf(sku: Sku, view: View): string {
  const offer = offerOf(sku);
  const value = { prices: offer?.price, sale: offer?.sale_price, pieces: offer?.on_hand }[view];
  return value === null || value === undefined ? "" : String(value);
}

export function Matrix({ product, mayChange }: { product: Product; mayChange: boolean }) {
  const { may } = useRights();
  const [view, setView] = useState<View>("prices");
  const [isAdding, setAdding] = useState(false);
  const names: Record<View, string> = { prices: own.prices, sale: own.sale, pieces: own.pieces };
  const mayType = view === "pieces" ? may("stock.write") : may("prices.write");
  return (
    <section className="card">
      <div className="card-head">
        <h2>{own.matrix}</h2>
        <Group gap="xs">
          <SegmentedControl
            size="xs"
            aria-label={own.matrix}
            value={view}
            onChange={(next) => setView(next as View)}
            data={(["prices", "sale", "pieces"] as const).map((each) => ({ value: each, label: names[each] }))}
          />
          {mayChange && (
            <Button size="xs" variant="default" onClick={() => setAdding(true)}>
              {own.addVariant}
            </Button>
          )}
        </Group>
      </div>
      {product.skus.length === 0 && <p className="card-body quiet small">{own.noSkus}</p>}
      <Sheet key={view} product={product} view={view} mayType={mayType} name={names[view]} />
      {isAdding && <AddVariant product={product} onClose={() => setAdding(false)} />}
    </section>
  );
}

interface SheetProps {
  product: Product;
  view: View;
  mayType: boolean;
  name: string;
}

function Sheet({ product, view, mayType, name }: SheetProps) {
  const { market } = useRights();
  const { run, isBusy } = useWork();
  const [typed, setTyped] = useState<Record<string, string>>({});
  const [reason, setReason] = useState(own.counted);
  const wish = useRef(randomUuid());
  const table = useRef<HTMLTableElement>(null);
  const { skus } = product;
  const colors = [...new Set(skus.map(({ color }) => color))];
  const sizes = [...new Set(skus.map(({ size }) => size))];
  const skuAt = (color: string, size: string) => skus.find((sku) => sku.color === color && sku.size === size);
  const valueOf = (sku: Sku) => typed[sku.id] ?? shownOf(sku, view);
  const changed = skus.filter((sku) => typed[sku.id] !== undefined && typed[sku.id] !== shownOf(sku, view));
  const type = (ids: string[], value: string) =>
    setTyped((before) => ({ ...before, ...Object.fromEntries(ids.map((id) => [id, value])) }));

  const save = () => {
    const path = { id: product.id };
    const done = {
      done: words.saved,
      changes: ["products"],
      fields: (mistakes: Record<string, string>) => say(Object.values(mistakes).join("; "), true),
      then: (next: Product) => {
        setTyped({});
        wish.current = randomUuid();
        keep(next);
      },
    };
    if (view === "pieces") {
      const stock = changed.map((sku) => ({
        sku_id: sku.id,
        on_hand: Number(valueOf(sku) || 0),
        was: offerOf(sku)?.on_hand ?? 0,
      }));
      const params = { path, header: { "Idempotency-Key": wish.current } };
      return run<Product>(
        () => api.POST("/api/v1/manager/products/{id}/stock", { params, body: { reason, stock } }),
        done,
      );
    }
    const prices = changed.map((sku) => {
      const offer = offerOf(sku);
      const value = amountOf(valueOf(sku));
      return {
        sku_id: sku.id,
        price: view === "prices" ? value : (offer?.price ?? null),
        original_price: offer?.original_price ?? null,
        sale_price: view === "sale" ? value : (offer?.sale_price ?? null),
        sale_from: offer?.sale_from ?? null,
        sale_until: offer?.sale_until ?? null,
        version: offer?.version ?? null,
      };
    });
    let now: Product | undefined;
    // What it cost before, on top of what was just saved: somebody's change since then is not overwritten.
    const before = () =>
      changed.map((sku) => {
        const offer = offerOf(sku);
        return {
          sku_id: sku.id,
          price: offer?.price ?? null,
          original_price: offer?.original_price ?? null,
          sale_price: offer?.sale_price ?? null,
          sale_from: offer?.sale_from ?? null,
          sale_until: offer?.sale_until ?? null,
          version: now?.skus.find(({ id }) => id === sku.id)?.offers[managedMarket()]?.version ?? null,
        };
      });
    const put = (body: { prices: Schemas["PriceInput"][] }) =>
      api.PUT("/api/v1/manager/products/{id}/prices", { params: { path }, body });
    return run<Product>(() => put({ prices }), {
      ...done,
      then: (next) => {
        now = next;
        done.then(next);
      },
      undo: () => run<Product>(() => put({ prices: before() }), { ...done, then: keep }),
    });
  };

  /** Up and down as in a sheet; Enter saves. */
  const walk = (event: KeyboardEvent<HTMLInputElement>) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (!step) return;
    event.preventDefault();
    const { row, column } = event.currentTarget.dataset;
    table.current
      ?.querySelector<HTMLInputElement>(`input[data-row="${Number(row) + step}"][data-column="${column}"]`)
      ?.focus();
  };

  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        if (changed.length > 0) void save();
      }}
    >
      <div className="table-scroll" tabIndex={0} role="region" aria-label={own.matrix}>
        <table className="matrix" ref={table}>
          <caption className="hidden">{name}</caption>
          <thead>
            <tr>
              <th scope="col">{own.color}</th>
              {sizes.map((size) => (
                <th key={size} scope="col">
                  {size || "—"}
                </th>
              ))}
              {mayType && sizes.length > 1 && (
                <th scope="col">
                  <span className="hidden">{own.fillRow}</span>
                </th>
              )}
            </tr>
          </thead>
          <tbody>
            {colors.map((color, row) => {
              const inRow = sizes.map((size) => skuAt(color, size)).filter((sku) => sku !== undefined);
              return (
                <tr key={color}>
                  <th scope="row">{color || "—"}</th>
                  {sizes.map((size, column) => {
                    const sku = skuAt(color, size);
                    if (!sku) return <td key={size} className="matrix-none" />;
                    const offer = offerOf(sku);
                    return (
                      <td key={size} data-changed={changed.includes(sku) || undefined}>
                        <input
                          aria-label={`${name}: ${[color, size].filter(Boolean).join(", ")}`}
                          inputMode={view === "pieces" ? "numeric" : "decimal"}
                          data-row={row}
                          data-column={column}
                          data-sku={sku.code}
                          readOnly={!mayType}
                          value={valueOf(sku)}
                          onFocus={(event) => event.currentTarget.select()}
                          onKeyDown={walk}
                          onChange={(event) => type([sku.id], event.currentTarget.value)}
                        />
                        <span className="quiet matrix-under">
                          {!sku.is_active && own.switchedOff}
                          {sku.is_active && view === "pieces" && (offer?.reserved ?? 0) > 0
                            ? `${offer?.reserved} ${own.held}`
                            : ""}
                          {sku.is_active && view === "sale" && offer?.price != null ? money(offer.price, market) : ""}
                        </span>
                      </td>
                    );
                  })}
                  {mayType && sizes.length > 1 && (
                    <td>
                      <Button
                        size="compact-xs"
                        variant="subtle"
                        aria-label={`${own.fillRow}: ${color}`}
                        onClick={() =>
                          inRow[0] &&
                          type(
                            inRow.map(({ id }) => id),
                            valueOf(inRow[0]),
                          )
                        }
                      >
                        →
                      </Button>
                    </td>
                  )}
                </tr>
              );
            })}
          </tbody>
        </table>
      </div>
      {changed.length > 0 && (
        <div className="bar bulk" role="status">
          <b>
            {own.unsaved}: {changed.length}
          </b>
          {view === "pieces" && (
            <TextInput
              size="xs"
              aria-label={own.stockReason}
              placeholder={own.stockReason}
              required
              minLength={3}
              maxLength={200}
              value={reason}
              onChange={(event) => setReason(event.currentTarget.value)}
            />
          )}
          <Button size="xs" type="submit" loading={isBusy}>
            {words.save}
          </Button>
          <Button size="xs" variant="default" onClick={() => setTyped({})}>
            {words.undo}
          </Button>
        </div>
      )}
    </form>
  );
}

/** With its price and pieces: then it can be sold at once. */
function AddVariant({ product, onClose }: { product: Product; onClose: () => void }) {
  const { may } = useRights();
  const { run } = useWork();
  const wish = useRef(randomUuid());
  const stockWish = useRef(randomUuid());
  const fields = useFields({ color: "", size: "", code: "", price: "", pieces: "" });
  const { color, size, code, price, pieces } = fields.values;
  const suggested = [product.slug, color, size]
    .map((part) => part.trim().toUpperCase().replace(/\s+/g, "-"))
    .filter(Boolean)
    .join("-")
    .slice(-64);
  const path = { id: product.id };
  const options = { changes: ["products"], then: keep };
  const send = async () => {
    let made: Sku | undefined;
    const wanted = code.trim() || suggested;
    const isAdded = await run<Product>(
      () =>
        api.POST("/api/v1/manager/products/{id}/skus", {
          params: { path, header: { "Idempotency-Key": wish.current } },
          body: { color: color.trim(), size: size.trim(), code: wanted },
        }),
      {
        done: words.saved,
        changes: ["products"],
        fields: fields.setMistakes,
        then: (now) => {
          made = now.skus.find((sku) => sku.code === wanted) ?? now.skus.at(-1);
          keep(now);
        },
      },
    );
    if (!isAdded || !made) return isAdded;
    // It is there now: a price or a number that is refused is said, and typed into the sheet.
    const sku_id = made.id;
    if (amountOf(price) !== null) {
      const prices = [{ sku_id, price: amountOf(price) }];
      await run<Product>(
        () => api.PUT("/api/v1/manager/products/{id}/prices", { params: { path }, body: { prices } }),
        options,
      );
    }
    if (pieces.trim() !== "") {
      const body = { reason: own.counted, stock: [{ sku_id, on_hand: Number(pieces), was: 0 }] };
      const params = { path, header: { "Idempotency-Key": stockWish.current } };
      await run<Product>(() => api.POST("/api/v1/manager/products/{id}/stock", { params, body }), options);
    }
    return true;
  };
  return (
    <FormDialog title={own.addVariant} isOpen onClose={onClose} onSubmit={send} submit={words.add}>
      <SimpleGrid cols={2} spacing="sm">
        <TextInput label={own.color} maxLength={40} data-autofocus {...fields.text("color")} />
        <TextInput label={own.size} maxLength={40} {...fields.text("size")} />
        {may("prices.write") && <TextInput label={own.price} inputMode="decimal" {...fields.text("price")} />}
        {may("stock.write") && (
          <TextInput label={own.pieces} inputMode="numeric" pattern="[0-9]*" {...fields.text("pieces")} />
        )}
      </SimpleGrid>
      <TextInput
        label={own.skuCode}
        description={own.skuHint}
        placeholder={suggested}
        maxLength={64}
        {...fields.text("code")}
      />
    </FormDialog>
  );
}
