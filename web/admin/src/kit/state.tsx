// Where something stands, as a word and a colour.
import { speak, wordFor } from "../language";

type Tone = "good" | "warn" | "bad" | "calm" | "quiet";

const tones: Record<string, Tone> = {
  pending: "warn",
  confirmed: "calm",
  shipped: "calm",
  delivered: "good",
  cancelled: "quiet",
  paid: "good",
  refunded: "quiet",
  partially_refunded: "quiet",
  refund_pending: "warn",
  requires_action: "warn",
  processing: "warn",
  failed: "bad",
  unpaid: "warn",
  requested: "warn",
  approved: "good",
  rejected: "bad",
  received: "good",
  waiting: "warn",
  by_hand: "warn",
  sent: "calm",
  done: "good",
  running: "calm",
  queued: "quiet",
  scheduled: "calm",
  ended: "quiet",
  inactive: "quiet",
  active: "good",
  invited: "calm",
  blocked: "bad",
  hidden: "quiet",
  draft: "quiet",
  ready: "good",
  missing: "bad",
  low: "warn",
};

export const stateWords = speak({
  pending: ["Pending", "Ожидает", "Күтүүдө"],
  confirmed: ["Confirmed", "Подтверждён", "Ырасталды"],
  shipped: ["Shipped", "Отправлен", "Жөнөтүлдү"],
  delivered: ["Delivered", "Доставлен", "Жеткирилди"],
  cancelled: ["Cancelled", "Отменён", "Жокко чыгарылды"],
  paid: ["Paid", "Оплачен", "Төлөндү"],
  unpaid: ["Unpaid", "Не оплачен", "Төлөнгөн эмес"],
  refunded: ["Refunded", "Деньги возвращены", "Акча кайтарылды"],
  partially_refunded: ["Partly refunded", "Возвращено частично", "Жарымы кайтарылды"],
  refund_pending: ["Refund under way", "Возврат денег идёт", "Акча кайтарылууда"],
  requires_action: ["Waits for the customer", "Ждёт покупателя", "Кардарды күтүүдө"],
  processing: ["Processing", "В обработке", "Иштелүүдө"],
  failed: ["Failed", "Ошибка", "Ката"],
  requested: ["Requested", "Запрошен", "Суралды"],
  approved: ["Approved", "Одобрен", "Жактырылды"],
  rejected: ["Rejected", "Отклонён", "Четке кагылды"],
  received: ["Received", "Получен", "Кабыл алынды"],
  waiting: ["Waits for a second manager", "Ждёт второго менеджера", "Экинчи менеджерди күтүүдө"],
  by_hand: ["To be given back by hand", "Вернуть вручную", "Кол менен кайтаруу керек"],
  sent: ["Sent", "Отправлено", "Жөнөтүлдү"],
  done: ["Done", "Готово", "Даяр"],
  running: ["Running", "Идёт", "Жүрүп жатат"],
  queued: ["Queued", "В очереди", "Кезекте"],
  scheduled: ["Scheduled", "Запланировано", "Пландалган"],
  ended: ["Ended", "Завершено", "Бүттү"],
  inactive: ["Switched off", "Выключено", "Өчүрүлгөн"],
  active: ["Active", "Активно", "Активдүү"],
  invited: ["Invited", "Приглашён", "Чакырылган"],
  blocked: ["Blocked", "Заблокирован", "Бөгөттөлгөн"],
  hidden: ["Hidden", "Скрыто", "Жашырылган"],
  live: ["Open", "Открыт", "Ачык"],
  closed: ["Closed", "Закрыт", "Жабык"],
  draft: ["Draft", "Черновик", "Долбоор"],
});

export function State({ name, tone, label }: { name: string; tone?: Tone; label?: string }) {
  return (
    <span className="state" data-tone={tone ?? tones[name] ?? "quiet"}>
      {label ?? wordFor(stateWords, name)}
    </span>
  );
}
