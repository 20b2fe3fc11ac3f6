// How an order is paid, and what goes back: by hand, by the provider, after a second manager's word.
import { Button, Group, Skeleton, TextInput, Textarea } from "@mantine/core";
import { randomUuid } from "@marque/shared/guest";
import { useQuery } from "@tanstack/react-query";
import { useRef, useState } from "react";
import { answer, api, Refused, type Schemas } from "../api";
import { amountOf, moment, money } from "../format";
import { FormDialog } from "../kit/dialog";
import { useFields } from "../kit/fields";
import { Card, Facts } from "../kit/page";
import { State } from "../kit/state";
import { wordFor } from "../language";
import { key, useWork } from "../query";
import { useRights } from "../rights";
import { say } from "../say";
import { words } from "../words";
import { own } from "./order_words";

type Order = Schemas["OrderView"];
type Refund = Schemas["RefundView"];

const changes = ["order", "orders", "revenue"];

export function PaymentCard({ order }: { order: Order }) {
  const { market, may } = useRights();
  const { id } = order;
  const [isRefunding, setRefunding] = useState(false);
  const [isConfirming, setConfirming] = useState(false);
  const { run } = useWork();
  const payment = useQuery({
    queryKey: key("order", id, "payment"),
    retry: false,
    queryFn: () => answer(api.GET("/api/v1/manager/orders/{id}/payment", { params: { path: { id } } })),
  });
  const refunds = useQuery({
    queryKey: key("order", id, "refunds"),
    queryFn: () => answer(api.GET("/api/v1/manager/orders/{id}/refunds", { params: { path: { id } } })),
  });
  const paid = payment.data;
  const isNone = payment.error instanceof Refused && payment.error.status === 404;
  const canConfirm =
    paid && may("payments.write") && ["pending", "processing", "requires_action"].includes(paid.status);
  const canRefund = paid && may("refunds.write") && paid.captured > paid.refunded;
  const confirm = () =>
    run(() => api.POST("/api/v1/manager/payments/{id}/confirm", { params: { path: { id: paid?.id ?? "" } } }), {
      done: words.saved,
      changes,
    });
  return (
    <Card title={own.payment} aside={<State name={order.payment_status} />}>
      {paid || isNone ? (
        <Facts
          facts={[
            [own.method, wordFor(own, order.payment_method)],
            paid && [own.captured, money(paid.captured, market)],
            paid && paid.refunded > 0 && [own.givenBack, money(paid.refunded, market)],
            paid?.is_test && [words.note, own.test],
          ]}
        />
      ) : (
        <Skeleton h={60} />
      )}
      <RefundLines refunds={refunds.data?.items ?? []} />
      {(canConfirm || canRefund) && (
        <Group mt="sm" gap="xs">
          {canConfirm && (
            <Button size="xs" onClick={() => setConfirming(true)}>
              {own.moneyArrived}
            </Button>
          )}
          {canRefund && (
            <Button size="xs" variant="default" onClick={() => setRefunding(true)}>
              {own.refund}
            </Button>
          )}
        </Group>
      )}
      <FormDialog
        title={own.moneyArrived}
        text={own.moneyArrivedText}
        isOpen={isConfirming}
        onClose={() => setConfirming(false)}
        onSubmit={confirm}
        submit={own.moneyArrived}
      />
      {isRefunding && <RefundDialog id={id} onClose={() => setRefunding(false)} />}
    </Card>
  );
}

function RefundDialog({ id, onClose }: { id: string; onClose: () => void }) {
  const { run } = useWork();
  const fields = useFields({ amount: "", reason: "" });
  // One wish, however often it is sent.
  const wish = useRef(randomUuid());
  const send = () =>
    run<Refund>(
      () =>
        api.POST("/api/v1/manager/orders/{id}/refunds", {
          params: { path: { id }, header: { "Idempotency-Key": wish.current } },
          body: { amount: amountOf(fields.values.amount), reason: fields.values.reason },
        }),
      {
        changes,
        fields: fields.setMistakes,
        then: ({ state }) => say(state === "waiting" ? own.refundWaits : own.refunded),
      },
    );
  return (
    <FormDialog title={own.refund} text={own.refundText} isOpen onClose={onClose} onSubmit={send} submit={own.refund}>
      <TextInput label={own.amount} inputMode="decimal" data-autofocus {...fields.text("amount")} />
      <Textarea label={words.reason} required minLength={3} maxLength={500} {...fields.text("reason")} />
    </FormDialog>
  );
}

function RefundLines({ refunds }: { refunds: Refund[] }) {
  const { market, may } = useRights();
  const { run, isBusy } = useWork();
  if (refunds.length === 0) return null;
  const post = (id: string, act: "approve" | "reject" | "confirm") => {
    const params = { params: { path: { id } } };
    const ask = () => {
      if (act === "approve") return api.POST("/api/v1/manager/refunds/{id}/approve", params);
      if (act === "reject") return api.POST("/api/v1/manager/refunds/{id}/reject", params);
      return api.POST("/api/v1/manager/refunds/{id}/confirm", params);
    };
    void run<Refund>(ask, { done: words.saved, changes });
  };
  return (
    <ul className="lines plain">
      {refunds.map(({ id, amount, state, reason, requested_by, approved_by, created_at, failure }) => (
        <li key={id}>
          <div>
            <b>{money(amount, market)}</b> <State name={state} />
            <div className="quiet small">
              {moment(created_at, market?.time_zone)} · {own.askedBy} {requested_by}
              {approved_by && ` · ${own.approvedBy} ${approved_by}`}
            </div>
            <div className="small">{reason}</div>
            {failure && <div className="small bad">{failure}</div>}
          </div>
          {may("refunds.write") && (
            <Group gap={6}>
              {state === "waiting" && (
                <>
                  <Button size="compact-sm" loading={isBusy} onClick={() => post(id, "approve")}>
                    {own.approve}
                  </Button>
                  <Button size="compact-sm" variant="default" onClick={() => post(id, "reject")}>
                    {own.reject}
                  </Button>
                </>
              )}
              {state === "by_hand" && (
                <Button size="compact-sm" loading={isBusy} onClick={() => post(id, "confirm")}>
                  {own.doneByHand}
                </Button>
              )}
            </Group>
          )}
        </li>
      ))}
    </ul>
  );
}
