// Which market a customer lives in: how it came to be, and moving them to another one, looked at before it is done.
import { Button, Group, Select, Skeleton, Text, Textarea } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { answer, api, type Schemas } from "../api";
import { count, day } from "../format";
import { FormDialog } from "../kit/dialog";
import { useFields } from "../kit/fields";
import { speak } from "../language";
import { key, useWork } from "../query";
import { useRights } from "../rights";
import { words } from "../words";

const own = speak({
  movedBy: ["by", "кем:", "ким:"],
  move: ["Move to another market", "Перевести на другой рынок", "Башка рынокко көчүрүү"],
  moveText: [
    "Their account begins anew there; orders stay where they were made. First it is only tried.",
    "Аккаунт начнётся там заново, заказы останутся. Сначала — только проверка.",
    "Аккаунту ал жакта жаңыдан башталат, буйрутмалар калат. Адегенде текшерүү гана.",
  ],
  to: ["To", "Куда", "Кайда"],
  look: ["See what would happen", "Посмотреть, что будет", "Эмне болорун көрүү"],
  doIt: ["Move", "Перевести", "Көчүрүү"],
  moved: ["The customer has moved", "Покупатель переведён", "Кардар көчүрүлдү"],
  lines: ["in the cart", "в корзине", "себетте"],
});

export function CustomerMarket({ id, onMoved }: { id: string; onMoved: () => void }) {
  const { me, market, markets, may } = useRights();
  const [isMoving, setMoving] = useState(false);
  const customer = useQuery({
    queryKey: key("customer-market", id),
    queryFn: () => answer(api.GET("/api/v1/manager/users/{id}", { params: { path: { id } } })),
  });
  const nameOf = (code: string | null) => markets.find((each) => each.code === code)?.name ?? code ?? "—";
  const others = me.markets.map((each) => each.market).filter((code) => code !== market?.code);
  if (!customer.data) return <Skeleton h={40} />;
  return (
    <section className="stack">
      <Text fw={600} size="sm" component="h3" m={0}>
        {words.market}
      </Text>
      {customer.data.market_history.map(({ move_number, from_market, to_market, changed_by, reason, created_at }) => (
        <div key={move_number} className="small">
          {[from_market !== null && nameOf(from_market), nameOf(to_market)].filter(Boolean).join(" → ")}
          <span className="quiet">
            {" "}
            · {day(created_at, market?.time_zone)} · {own.movedBy} {changed_by}
          </span>
          <div className="quiet">{reason}</div>
        </div>
      ))}
      {may("customers.write") && others.length > 0 && (
        <div>
          <Button size="xs" variant="default" onClick={() => setMoving(true)}>
            {own.move}
          </Button>
        </div>
      )}
      {isMoving && (
        <Move
          id={id}
          choices={others.map((code) => ({ value: code, label: nameOf(code) }))}
          onMoved={onMoved}
          onClose={() => setMoving(false)}
        />
      )}
    </section>
  );
}

interface MoveProps {
  id: string;
  choices: Array<{ value: string; label: string }>;
  onMoved: () => void;
  onClose: () => void;
}

function Move({ id, choices, onMoved, onClose }: MoveProps) {
  const { run } = useWork();
  const [seen, setSeen] = useState<Schemas["MoveReport"]>();
  const fields = useFields({ to: (choices[0]?.value ?? null) as string | null, reason: "" });
  const { to, reason } = fields.values;
  const move = (dry_run: boolean, then: (report: Schemas["MoveReport"]) => void) =>
    run<Schemas["MoveReport"]>(
      () =>
        api.POST("/api/v1/manager/users/{id}/market-move", {
          params: { path: { id } },
          body: { to: to ?? "", reason, dry_run },
        }),
      {
        done: dry_run ? undefined : own.moved,
        changes: dry_run ? [] : ["customers", "customer-market"],
        fields: fields.setMistakes,
        then,
      },
    );
  const send = async () => {
    if (!seen) {
      await move(true, setSeen);
      return false;
    }
    return move(false, onMoved);
  };
  return (
    <FormDialog
      title={own.move}
      text={own.moveText}
      isOpen
      onClose={onClose}
      onSubmit={send}
      submit={seen ? own.doIt : own.look}
      isDangerous={seen !== undefined}
    >
      <Group grow>
        <Select
          label={own.to}
          allowDeselect={false}
          data={choices}
          {...fields.choice("to")}
          disabled={seen !== undefined}
        />
      </Group>
      <Textarea
        label={words.reason}
        required
        minLength={3}
        maxLength={500}
        data-autofocus
        {...fields.text("reason")}
        readOnly={seen !== undefined}
      />
      {seen && (
        <ul className="lines plain" aria-live="polite">
          {seen.parts.map(({ what, count: number, outcome, detail }) => (
            <li key={what}>
              <div>
                <b>{what}</b>: {outcome}
                <div className="quiet small">{detail}</div>
              </div>
              <span className="number">{count(number)}</span>
            </li>
          ))}
          {seen.cart.length > 0 && (
            <li>
              <div className="small">
                {seen.cart.map((line) => `${line.quantity} × ${line.product_name}`).join(", ")}
              </div>
              <span className="quiet small">{own.lines}</span>
            </li>
          )}
        </ul>
      )}
    </FormDialog>
  );
}
