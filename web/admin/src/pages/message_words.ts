// What messages, their ways and their states are called.
import { speak } from "../language";

export const kindWords = speak({
  order_created: ["Order received", "Заказ принят", "Буйрутма кабыл алынды"],
  order_confirmed: ["Order confirmed", "Заказ подтверждён", "Буйрутма ырасталды"],
  order_shipped: ["Order sent", "Заказ отправлен", "Буйрутма жөнөтүлдү"],
  order_delivered: ["Order delivered", "Заказ доставлен", "Буйрутма жеткирилди"],
  order_cancelled: ["Order cancelled", "Заказ отменён", "Буйрутма жокко чыгарылды"],
  payment_paid: ["Payment received", "Оплата получена", "Төлөм алынды"],
  payment_refund_pending: ["Money goes back", "Возврат денег начат", "Акча кайтарыла баштады"],
  payment_partially_refunded: ["Money given back in part", "Деньги возвращены частично", "Акча жарым-жартылай кайтты"],
  payment_refunded: ["Money given back", "Деньги возвращены", "Акча кайтарылды"],
  return_approved: ["Return approved", "Возврат одобрен", "Кайтаруу жактырылды"],
  return_rejected: ["Return rejected", "Возврат отклонён", "Кайтаруу четке кагылды"],
  return_received: ["Return received", "Возврат получен", "Кайтаруу кабыл алынды"],
  review_approved: ["Review is shown", "Отзыв опубликован", "Пикир жарыяланды"],
  review_rejected: ["Review is not shown", "Отзыв отклонён", "Пикир четке кагылды"],
  back_in_stock: ["Back in stock", "Снова в наличии", "Кайра бар"],
  entered_anew: ["New log-in", "Новый вход", "Жаңы кирүү"],
  email_changed: ["E-mail changed", "E-mail изменён", "E-mail өзгөрдү"],
  confirm_email: ["Confirm the e-mail", "Подтверждение e-mail", "E-mailди ырастоо"],
});

export const channelWords = speak({
  app: ["In the shop", "В магазине", "Дүкөндө"],
  sms: ["SMS", "SMS", "SMS"],
  mail: ["E-mail", "E-mail", "E-mail"],
});
