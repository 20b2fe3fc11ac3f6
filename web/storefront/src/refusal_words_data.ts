// What the server refuses, in the visitor's language: its own sentences are English, and name fields as programs do.
import { refusalOf, sentenceOf } from "@marque/shared/api";
import { language } from "@marque/shared/place";

type Sayings = Record<string, string>;

const russian: Sayings = {
  "auth.wrong_code": "Код неверный или уже не действует.",
  "auth.too_many_codes": "Слишком много кодов для этого номера. Попробуйте позже.",
  "auth.codes_paused": "Сейчас коды не отправляются. Попробуйте позже.",
  "auth.too_many_failures": "Слишком много неверных кодов. Попробуйте позже.",
  "auth.account_blocked": "Этот профиль заблокирован.",
  "auth.unsupported_phone": "Номера этой страны мы не обслуживаем.",
  "auth.phone_of_other_country": "Номера этой страны мы не обслуживаем.",
  "auth.phone_type_not_served": "Код можно получить только на мобильный телефон.",
  "cart.full": "В корзине может быть не больше двухсот позиций.",
  "cart.out_of_stock": "Столько нет в наличии.",
  "cart.quantity_too_large": "Одной позиции может быть не больше 99 штук.",
  "cart.sku_not_found": "Этот товар здесь не продаётся.",
  "http.body_too_large": "Файл слишком большой.",
  "http.invalid_input": "Проверьте, что вы ввели.",
  "http.too_many_requests": "Слишком много запросов. Подождите немного.",
  "http.unavailable": "Магазин сейчас занят. Попробуйте через минуту.",
  "media.busy": "Сейчас обрабатываются другие снимки. Попробуйте ещё раз.",
  "media.moving_picture": "Нужен неподвижный снимок.",
  "media.not_a_picture": "Этот файл не читается как снимок.",
  "media.too_many_points": "Снимок слишком большой.",
  "media.too_many_today": "Сегодня больше снимков добавить нельзя.",
  "orders.busy": "Заказ сейчас меняется. Попробуйте ещё раз.",
  "orders.move_not_allowed": "С этим заказом так уже нельзя.",
  "orders.no_longer_sold": "Часть товаров больше не продаётся.",
  "orders.out_of_stock": "Столько нет в наличии.",
  "orders.stale": "Заказ тем временем изменился. Обновите страницу.",
  "payments.not_payable": "Этот платёж уже нельзя провести.",
  "payments.provider_unavailable": "Платёжная система не отвечает. Попробуйте позже.",
  "profile.busy": "Профиль сейчас меняется. Попробуйте ещё раз.",
  "profile.too_many_addresses": "Можно хранить не больше двадцати адресов.",
  "returns.decided": "По этому возврату уже есть решение.",
  "returns.exchange_sold_out": "Того, на что вы меняете, уже нет.",
  "returns.not_returnable": "Это нельзя вернуть или срок уже вышел.",
  "reviews.already_reviewed": "Вы уже написали отзыв об этом товаре.",
  "reviews.own_review": "За свой отзыв голосовать нельзя.",
  "shoppers.too_many_guests": "Слишком много новых корзин с этого адреса. Войдите или попробуйте позже.",
  "shoppers.too_many_guest_orders": "Слишком много заказов без входа. Войдите или попробуйте позже.",
  "wishlist.full": "В избранном может быть не больше двухсот товаров.",
};

const kyrgyz: Sayings = {
  "auth.wrong_code": "Код туура эмес же мөөнөтү өткөн.",
  "auth.too_many_codes": "Бул номерге код өтө көп жөнөтүлдү. Кийинчерээк аракет кылыңыз.",
  "auth.codes_paused": "Азыр код жөнөтүлбөйт. Кийинчерээк аракет кылыңыз.",
  "auth.too_many_failures": "Туура эмес код өтө көп терилди. Кийинчерээк аракет кылыңыз.",
  "auth.account_blocked": "Бул профиль бөгөттөлгөн.",
  "auth.unsupported_phone": "Бул өлкөнүн номерлерин тейлебейбиз.",
  "auth.phone_of_other_country": "Бул өлкөнүн номерлерин тейлебейбиз.",
  "auth.phone_type_not_served": "Код мобилдик телефонго гана жөнөтүлөт.",
  "cart.full": "Себетке эки жүздөн ашык сап батпайт.",
  "cart.out_of_stock": "Мынча калган жок.",
  "cart.quantity_too_large": "Бир саптан 99дан ашык алууга болбойт.",
  "cart.sku_not_found": "Бул товар бул жерде сатылбайт.",
  "http.body_too_large": "Файл өтө чоң.",
  "http.invalid_input": "Жазганыңызды текшериңиз.",
  "http.too_many_requests": "Суроо өтө көп. Бир аз күтүңүз.",
  "http.unavailable": "Дүкөн азыр бош эмес. Бир мүнөттөн кийин аракет кылыңыз.",
  "media.busy": "Азыр башка сүрөттөр иштетилүүдө. Кайра аракет кылыңыз.",
  "media.moving_picture": "Кыймылсыз сүрөт керек.",
  "media.not_a_picture": "Бул файл сүрөт катары окулбайт.",
  "media.too_many_points": "Сүрөт өтө чоң.",
  "media.too_many_today": "Бүгүн мындан ашык сүрөт кошууга болбойт.",
  "orders.busy": "Буйрутма азыр өзгөртүлүүдө. Кайра аракет кылыңыз.",
  "orders.move_not_allowed": "Бул буйрутма менен мындай кылууга болбой калды.",
  "orders.no_longer_sold": "Айрым товарлар мындан ары сатылбайт.",
  "orders.out_of_stock": "Мынча калган жок.",
  "orders.stale": "Буйрутма бул арада өзгөрдү. Баракты жаңыртыңыз.",
  "payments.not_payable": "Бул төлөмдү мындан ары төлөөгө болбойт.",
  "payments.provider_unavailable": "Төлөм системасы жооп бербей жатат. Кийинчерээк аракет кылыңыз.",
  "profile.busy": "Профиль азыр өзгөртүлүүдө. Кайра аракет кылыңыз.",
  "profile.too_many_addresses": "Жыйырмадан ашык дарек сактоого болбойт.",
  "returns.decided": "Бул кайтаруу боюнча чечим кабыл алынган.",
  "returns.exchange_sold_out": "Алмаштыра турган товар түгөндү.",
  "returns.not_returnable": "Муну кайтарууга болбойт же мөөнөтү өттү.",
  "reviews.already_reviewed": "Бул товар тууралуу пикир жазгансыз.",
  "reviews.own_review": "Өз пикириңизге добуш берүүгө болбойт.",
  "shoppers.too_many_guests": "Бул даректен жаңы себет өтө көп ачылды. Кириңиз же кийинчерээк аракет кылыңыз.",
  "shoppers.too_many_guest_orders": "Кирбей туруп өтө көп буйрутма берилди. Кириңиз же кийинчерээк аракет кылыңыз.",
  "wishlist.full": "Жаккандарга эки жүздөн ашык товар батпайт.",
};

const all: Record<string, Sayings> = { ru: russian, ky: kyrgyz };

/** What went wrong, for the visitor; in English it is the server's own sentence. */
export function sayingOf(error: unknown, otherwise: string): string {
  const sayings = all[language];
  return sayings ? (sayings[refusalOf(error).code] ?? otherwise) : sentenceOf(error, otherwise);
}
