// The steps of an order: each asks for what belongs to it, and says so at once.
import { Text, TextInput, Textarea } from "@mantine/core";
import { api, type Schemas } from "../api";
import { FormDialog } from "../kit/dialog";
import { useFields } from "../kit/fields";
import { useWork } from "../query";
import { words } from "../words";
import { own } from "./order_words";

export type Move = "confirm" | "ship" | "deliver" | "cancel";

interface MoveProps {
  order: Pick<Schemas["OrderView"], "id">;
  move: Move;
  title: string;
  onClose: () => void;
}

export function MoveDialog({ order, move, title, onClose }: MoveProps) {
  const { run } = useWork();
  const fields = useFields({ notes: "", reason: "", carrier: "", tracking_number: "", tracking_url: "" });
  const { values } = fields;
  const params = { path: { id: order.id } };
  const or = (text: string) => text.trim() || null;
  const ask = () => {
    if (move === "cancel")
      return api.POST("/api/v1/manager/orders/{id}/cancel", { params, body: { reason: values.reason } });
    if (move === "ship") {
      const body = {
        carrier: or(values.carrier),
        tracking_number: or(values.tracking_number),
        tracking_url: or(values.tracking_url),
        notes: or(values.notes),
      };
      return api.POST("/api/v1/manager/orders/{id}/ship", { params, body });
    }
    const body = { notes: or(values.notes) };
    if (move === "confirm") return api.POST("/api/v1/manager/orders/{id}/confirm", { params, body });
    return api.POST("/api/v1/manager/orders/{id}/deliver", { params, body });
  };
  const send = () =>
    run<Schemas["OrderView"]>(ask, {
      done: own.moved,
      changes: ["order", "orders", "revenue"],
      fields: fields.setMistakes,
    });
  return (
    <FormDialog
      title={title}
      isOpen
      onClose={onClose}
      onSubmit={send}
      submit={title}
      isDangerous={move === "cancel"}
      text={move === "cancel" ? own.cancelText : undefined}
    >
      {move === "ship" && (
        <>
          <TextInput label={own.carrier} maxLength={100} data-autofocus {...fields.text("carrier")} />
          <TextInput label={own.tracking} maxLength={100} {...fields.text("tracking_number")} />
          <TextInput label={own.trackingLink} type="url" placeholder="https://" {...fields.text("tracking_url")} />
        </>
      )}
      {move === "cancel" ? (
        <Textarea
          label={words.reason}
          required
          minLength={3}
          maxLength={500}
          data-autofocus
          {...fields.text("reason")}
        />
      ) : (
        <Textarea label={words.note} maxLength={500} {...fields.text("notes")} />
      )}
      {fields.elsewhere("notes", "reason", "carrier", "tracking_number", "tracking_url") && (
        <Text size="sm" c="var(--sale)" role="alert">
          {fields.elsewhere("notes", "reason", "carrier", "tracking_number", "tracking_url")}
        </Text>
      )}
    </FormDialog>
  );
}
