// The articles of a product, one by one: code, size, colour, whether it is on, and what happened to its pieces.
import { Button, Checkbox, Group, SimpleGrid, Text, TextInput } from "@mantine/core";
import { useState } from "react";
import { Link } from "wouter";
import { answer, api, type Schemas } from "../api";
import { count, moment } from "../format";
import { FormDialog } from "../kit/dialog";
import { useFields } from "../kit/fields";
import { cut, usePagesOf } from "../kit/pages_of";
import { State } from "../kit/state";
import { List } from "../kit/table";
import { managedMarket } from "../market";
import { useWork } from "../query";
import { useRights } from "../rights";
import { words } from "../words";
import { keep, type Product } from "./product";
import { own } from "./product_words";

type Sku = Schemas["ManagedSku"];

export function Articles({ product, mayChange }: { product: Product; mayChange: boolean }) {
  const [opened, setOpened] = useState<Sku>();
  if (product.skus.length === 0) return null;
  return (
    <section className="card">
      <div className="card-head">
        <h2>{own.skus}</h2>
      </div>
      <List<Sku>
        label={own.skus}
        rows={product.skus}
        id={({ id }) => id}
        empty={null}
        columns={[
          { title: own.skuCode, cell: ({ code }) => <code className="small wraps">{code}</code> },
          { title: own.color, cell: ({ color, size }) => [color, size].filter(Boolean).join(", ") || "—" },
          { title: words.status, cell: ({ is_active }) => <State name={is_active ? "active" : "inactive"} /> },
          {
            title: own.stock,
            isNumber: true,
            cell: ({ offers }) => {
              const { on_hand, reserved } = offers[managedMarket()] ?? {};
              return count((on_hand ?? 0) - (reserved ?? 0));
            },
          },
          {
            title: "",
            cell: (sku) => (
              <Group justify="flex-end">
                <Button
                  size="compact-sm"
                  variant="default"
                  aria-label={`${own.open}: ${sku.code}`}
                  onClick={() => setOpened(sku)}
                >
                  {own.open}
                </Button>
              </Group>
            ),
          },
        ]}
      />
      {opened && <Article key={opened.id} sku={opened} mayChange={mayChange} onClose={() => setOpened(undefined)} />}
    </section>
  );
}

function Article({ sku, mayChange, onClose }: { sku: Sku; mayChange: boolean; onClose: () => void }) {
  const { run } = useWork();
  const fields = useFields({ code: sku.code, color: sku.color, size: sku.size, is_active: sku.is_active });
  const { code, color, size, is_active } = fields.values;
  const put = (body: Schemas["SkuInput"], undo?: (now: Product) => unknown) => {
    let now: Product | undefined;
    return run<Product>(() => api.PUT("/api/v1/manager/skus/{id}", { params: { path: { id: sku.id } }, body }), {
      done: words.saved,
      changes: ["products"],
      fields: fields.setMistakes,
      undo: undo && (() => now && undo(now)),
      then: (product) => {
        now = product;
        keep(product);
      },
    });
  };
  const save = () =>
    put({ code: code.trim(), color: color.trim(), size: size.trim(), is_active, version: sku.version }, (now) => {
      const version = now.skus.find(({ id }) => id === sku.id)?.version ?? null;
      void put({ code: sku.code, color: sku.color, size: sku.size, is_active: sku.is_active, version });
    });
  return (
    <FormDialog
      title={sku.code}
      isOpen
      onClose={onClose}
      onSubmit={mayChange ? save : () => Promise.resolve(true)}
      submit={mayChange ? words.save : words.close}
      size="lg"
    >
      <fieldset className="plain-set" disabled={!mayChange}>
        <SimpleGrid cols={{ base: 1, xs: 3 }} spacing="sm">
          <TextInput label={own.skuCode} required maxLength={64} {...fields.text("code")} />
          <TextInput label={own.color} maxLength={40} {...fields.text("color")} />
          <TextInput label={own.size} maxLength={40} {...fields.text("size")} />
        </SimpleGrid>
        <Checkbox label={own.switchedOn} {...fields.flag("is_active")} />
      </fieldset>
      <Ledger id={sku.id} />
    </FormDialog>
  );
}

function Ledger({ id }: { id: string }) {
  const { market } = useRights();
  const lines = usePagesOf<Schemas["LedgerLine"]>(["stock-ledger", id], (cursor) =>
    answer(api.GET("/api/v1/manager/skus/{id}/stock-ledger", { params: { path: { id }, query: cut(cursor, 10) } })),
  );
  return (
    <section className="stack">
      <Text fw={600} size="sm" component="h3" m={0}>
        {own.ledger}
      </Text>
      <List<Schemas["LedgerLine"]>
        label={own.ledger}
        {...lines}
        id={(line) => line.id}
        empty={<p className="quiet small">{own.noLedger}</p>}
        columns={[
          {
            title: words.date,
            cell: ({ created_at }) => <span className="nowrap">{moment(created_at, market?.time_zone)}</span>,
          },
          {
            title: words.reason,
            cell: ({ reason, order_id, changed_by }) => (
              <>
                {order_id ? <Link href={`/orders/${order_id}`}>{reason}</Link> : reason}
                {changed_by && <span className="quiet small"> · {changed_by}</span>}
              </>
            ),
          },
          {
            title: own.pieces,
            isNumber: true,
            cell: ({ delta }) => (
              <span className={delta < 0 ? "bad" : "good"}>
                {delta > 0 ? "+" : "−"}
                {count(Math.abs(delta))}
              </span>
            ),
          },
        ]}
      />
    </section>
  );
}
