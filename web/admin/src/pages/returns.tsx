// Returns of the managed market: what customers want to send back, and what is decided.
import { Button, Checkbox, Group, Textarea } from "@mantine/core";
import { useState } from "react";
import { Link } from "wouter";
import { answer, api, type Schemas } from "../api";
import { day, money } from "../format";
import { FormDialog } from "../kit/dialog";
import { Empty } from "../kit/empty";
import { useFields } from "../kit/fields";
import { Page } from "../kit/page";
import { Listing, Tabs, useFilter } from "../kit/listing";
import { cutAt, usePagesOf } from "../kit/pages_of";
import { State, stateWords } from "../kit/state";
import { pick, wordFor } from "../language";
import { useWork } from "../query";
import { useRights } from "../rights";
import { words } from "../words";
import { returnWords as own } from "./order_words";

type Return = Schemas["ReturnView"];
type Act = "approve" | "reject" | "receive";
const states = ["requested", "approved", "received", "rejected", "cancelled"] as const;

export default function Returns() {
  const { market, may } = useRights();
  const filter = useFilter();
  const state = states.find((each) => each === filter.address.get("state"));
  const [decision, setDecision] = useState<{ row: Return; act: Act }>();
  const returns = usePagesOf<Return>(["returns", state ?? "all"], (cursor) =>
    answer(
      api.GET("/api/v1/manager/returns", {
        params: { query: { ...(state ? { state } : {}), ...cutAt(cursor) } },
      }),
    ),
  );
  const acts = (row: Return): Act[] => {
    if (!may("orders.write")) return [];
    if (row.state === "requested") return ["approve", "reject"];
    return row.state === "approved" ? ["receive"] : [];
  };
  return (
    <Page title={words.returns}>
      <Listing
        label={words.returns}
        {...returns}
        id={({ id }) => id}
        filter={filter}
        above={
          <Tabs
            label={words.status}
            value={state}
            names={pick(stateWords, states)}
            onChange={(next) => filter.change({ state: next })}
          />
        }
        empty={<Empty title={own.none} text={own.noneText} />}
        columns={[
          {
            title: words.order,
            cell: ({ order_id, order_number }) => <Link href={`/orders/${order_id}`}>{order_number}</Link>,
          },
          { title: words.date, cell: ({ created_at }) => day(created_at, market?.time_zone), wideOnly: true },
          { title: words.products, cell: (row) => <ReturnItems row={row} /> },
          { title: words.status, cell: (row) => <State name={row.state} /> },
          { title: own.refund, cell: ({ refund }) => (refund > 0 ? money(refund, market) : "—"), isNumber: true },
          {
            title: "",
            cell: (row) => (
              <Group gap={6} wrap="nowrap" justify="flex-end">
                {acts(row).map((act) => (
                  <Button
                    key={act}
                    size="compact-sm"
                    variant={act === "reject" ? "default" : "filled"}
                    onClick={() => setDecision({ row, act })}
                  >
                    {own[act]}
                  </Button>
                ))}
              </Group>
            ),
          },
        ]}
      />
      {decision && <Decide {...decision} onClose={() => setDecision(undefined)} />}
    </Page>
  );
}

function ReturnItems({ row: { items, comment, decision } }: { row: Return }) {
  return (
    <>
      {items.map((item) => (
        <div key={item.sku_id}>
          {item.quantity} × {item.product_name}{" "}
          <span className="quiet small">
            {[item.size, item.color, wordFor(own, item.reason)].filter(Boolean).join(" · ")}
            {item.exchange_sku_id && ` · ${own.exchange}`}
          </span>
        </div>
      ))}
      {comment && <div className="small">“{comment}”</div>}
      {decision && (
        <div className="quiet small">
          {own.decision}: {decision}
        </div>
      )}
    </>
  );
}

function Decide({ row, act, onClose }: { row: Return; act: Act; onClose: () => void }) {
  const { run } = useWork();
  const fields = useFields({ note: "", reason: "", restock: true });
  const params = { path: { id: row.id } };
  const { note, reason, restock } = fields.values;
  const ask = () => {
    if (act === "approve")
      return api.POST("/api/v1/manager/returns/{id}/approve", { params, body: { note: note.trim() || null } });
    if (act === "reject") return api.POST("/api/v1/manager/returns/{id}/reject", { params, body: { reason } });
    return api.POST("/api/v1/manager/returns/{id}/receive", { params, body: { restock } });
  };
  const send = () =>
    run<Return>(ask, { done: words.saved, changes: ["returns", "order", "orders"], fields: fields.setMistakes });
  return (
    <FormDialog
      title={`${own.return} · ${row.order_number}`}
      text={act === "receive" ? own.receiveText : undefined}
      isOpen
      onClose={onClose}
      onSubmit={send}
      submit={own[act]}
      isDangerous={act === "reject"}
    >
      {act === "approve" && (
        <Textarea label={own.noteToCustomer} maxLength={500} data-autofocus {...fields.text("note")} />
      )}
      {act === "reject" && (
        <Textarea label={own.whyNot} required minLength={3} maxLength={500} data-autofocus {...fields.text("reason")} />
      )}
      {act === "receive" && <Checkbox label={own.restock} {...fields.flag("restock")} />}
    </FormDialog>
  );
}
