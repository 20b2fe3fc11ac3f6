// The queue of reviews: what waits is decided with one key or click, and can be taken back.
import { Button, Group, Rating, Switch, Textarea } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { answer, api, type Schemas } from "../api";
import { day } from "../format";
import { FormDialog } from "../kit/dialog";
import { Empty } from "../kit/empty";
import { useFields } from "../kit/fields";
import { Page } from "../kit/page";
import { Listing, Tabs, useFilter, useMany } from "../kit/listing";
import { cutAt, usePagesOf } from "../kit/pages_of";
import { State, stateWords } from "../kit/state";
import { pick, speak } from "../language";
import { key, useWork } from "../query";
import { useRights } from "../rights";
import { words } from "../words";

type Review = Schemas["ModeratedReview"];
const states = ["pending", "approved", "rejected"] as const;

const own = speak({
  review: ["Review", "Отзыв", "Пикир"],
  author: ["Author", "Автор", "Автор"],
  approve: ["Approve", "Одобрить", "Жактыруу"],
  reject: ["Reject", "Отклонить", "Четке кагуу"],
  approved: ["The review is shown", "Отзыв показан", "Пикир көрүнөт"],
  rejected: ["The review is not shown", "Отзыв не показан", "Пикир көрүнбөйт"],
  rejectText: ["Its author is told why.", "Автор узнает причину.", "Автору себебин билет."],
  bought: ["bought it", "покупатель", "сатып алган"],
  noneWaits: ["No review waits", "Нет отзывов на проверке", "Текшерүүнү күткөн пикир жок"],
  none: ["No reviews here", "Отзывов нет", "Пикир жок"],
  noneText: [
    "Customers write about what they bought; new reviews wait here until you approve them.",
    "Покупатели пишут о купленном; новые отзывы ждут вашего одобрения здесь.",
    "Кардарлар сатып алганы жөнүндө жазат; жаңы пикирлер жактырууңузду ушул жерде күтөт.",
  ],
  needsApproval: ["New reviews wait for approval", "Новые отзывы ждут одобрения", "Жаңы пикирлер жактырууну күтөт"],
});

export default function Reviews() {
  const { market, may } = useRights();
  const filter = useFilter();
  const state = states.find((each) => each === filter.address.get("state")) ?? "pending";
  const [rejected, setRejected] = useState<Review>();
  const { run } = useWork();
  const reviews = usePagesOf<Review>(["reviews", state], (cursor) =>
    answer(
      api.GET("/api/v1/manager/reviews", {
        params: { query: { state, ...cutAt(cursor, 30) } },
      }),
    ),
  );
  const approve = ({ id, version }: Review) =>
    run<Review>(
      () => api.POST("/api/v1/manager/reviews/{id}/approve", { params: { path: { id } }, body: { version } }),
      { done: own.approved, changes: ["reviews"] },
    );
  return (
    <Page title={words.reviews} actions={may("markets.read") && <NeedsApproval />}>
      <Listing
        label={words.reviews}
        {...reviews}
        id={({ id }) => id}
        nameOf={({ title, author }) => title || author}
        above={
          <Tabs
            label={words.status}
            value={state}
            names={pick(stateWords, states)}
            onChange={(next) => filter.change({ state: next })}
            hasAll={false}
          />
        }
        bulk={
          may("reviews.write") && state !== "approved" && ((rows, done) => <ApproveMany rows={rows} onDone={done} />)
        }
        empty={<Empty title={state === "pending" ? own.noneWaits : own.none} text={own.noneText} />}
        columns={[
          { title: own.review, cell: (review) => <ReviewText review={review} market={market?.code ?? ""} /> },
          {
            title: own.author,
            cell: ({ author, is_verified_purchase, created_at }) => (
              <>
                {author}
                <div className="quiet small">
                  {day(created_at, market?.time_zone)}
                  {is_verified_purchase && ` · ${own.bought}`}
                </div>
              </>
            ),
          },
          { title: words.status, cell: (review) => <State name={review.state} />, wideOnly: true },
          may("reviews.write") && {
            title: "",
            cell: (review) => (
              <Group gap={6} wrap="nowrap" justify="flex-end">
                {review.state !== "approved" && (
                  <Button size="compact-sm" onClick={() => void approve(review)}>
                    {own.approve}
                  </Button>
                )}
                {review.state !== "rejected" && (
                  <Button size="compact-sm" variant="default" onClick={() => setRejected(review)}>
                    {own.reject}
                  </Button>
                )}
              </Group>
            ),
          },
        ]}
      />
      {rejected && <Reject review={rejected} onClose={() => setRejected(undefined)} />}
    </Page>
  );
}

function ApproveMany({ rows, onDone }: { rows: Review[]; onDone: () => void }) {
  const { isBusy, runMany } = useMany();
  const approveAll = () =>
    runMany(
      rows,
      ({ id, version }) =>
        api.POST("/api/v1/manager/reviews/{id}/approve", { params: { path: { id } }, body: { version } }),
      { changes: "reviews", then: onDone },
    );
  return (
    <Button size="xs" loading={isBusy} onClick={() => void approveAll()}>
      {own.approve}
    </Button>
  );
}

function ReviewText({ review, market }: { review: Review; market: string }) {
  return (
    <div className="review" lang={review.language}>
      <Group gap="xs">
        <Rating value={review.rating} readOnly size="xs" role="img" aria-label={`${review.rating} / 5`} />
        <a href={`/p/${review.product_slug}?market=${market}`} target="_blank" rel="noreferrer">
          {review.product_name}
        </a>
      </Group>
      <b>{review.title}</b>
      <div>{review.comment}</div>
      {review.images.length > 0 && (
        <Group gap={6} mt={4}>
          {review.images.map((image) => (
            <img key={image} src={image} alt="" width={56} height={56} loading="lazy" className="thumb" />
          ))}
        </Group>
      )}
      {review.rejection_reason && (
        <div className="quiet small">
          {words.reason}: {review.rejection_reason}
        </div>
      )}
    </div>
  );
}

function Reject({ review: { id, version, title }, onClose }: { review: Review; onClose: () => void }) {
  const { run } = useWork();
  const fields = useFields({ reason: "" });
  const { reason } = fields.values;
  const send = () =>
    run<Review>(
      () => api.POST("/api/v1/manager/reviews/{id}/reject", { params: { path: { id } }, body: { version, reason } }),
      {
        done: own.rejected,
        changes: ["reviews"],
        fields: fields.setMistakes,
      },
    );
  return (
    <FormDialog
      title={`${own.reject}: ${title}`}
      text={own.rejectText}
      isOpen
      onClose={onClose}
      onSubmit={send}
      submit={own.reject}
      isDangerous
    >
      <Textarea label={words.reason} required minLength={3} maxLength={500} data-autofocus {...fields.text("reason")} />
    </FormDialog>
  );
}

function NeedsApproval() {
  const { may } = useRights();
  const { run, isBusy } = useWork();
  const settings = useQuery({
    queryKey: key("reviews-settings"),
    queryFn: () => answer(api.GET("/api/v1/manager/reviews/settings", {})),
  });
  const put = (needs_approval: boolean, isUndo = false): Promise<boolean> =>
    run(() => api.PUT("/api/v1/manager/reviews/settings", { body: { needs_approval } }), {
      done: words.saved,
      changes: ["reviews-settings"],
      undo: isUndo ? undefined : () => void put(!needs_approval, true),
    });
  return (
    <Switch
      label={own.needsApproval}
      checked={settings.data?.needs_approval ?? false}
      disabled={!settings.data || isBusy || !may("markets.write")}
      onChange={(event) => void put(event.currentTarget.checked)}
    />
  );
}
