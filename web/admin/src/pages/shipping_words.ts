// Words of shipping, and the shapes its dialogs share.
import type { Schemas } from "../api";
import { language, speak } from "../language";

export type Zone = Schemas["ManagedZone"];
export type Option = Schemas["ManagedOption"];
export type Point = Schemas["ManagedPoint"];

export const own = speak({
  newZone: ["New zone", "Новая зона", "Жаңы аймак"],
  zone: ["Zone", "Зона", "Аймак"],
  regions: ["Regions", "Регионы", "Региондор"],
  everywhere: ["everywhere else", "остальные регионы", "калган региондор"],
  newOption: ["Add a way", "Добавить способ", "Ыкма кошуу"],
  newPoint: ["Add a pickup point", "Добавить пункт выдачи", "Алуу пунктун кошуу"],
  option: ["Way of shipping", "Способ доставки", "Жеткирүү ыкмасы"],
  point: ["Pickup point", "Пункт выдачи", "Алуу пункту"],
  courier: ["Courier", "Курьер", "Курьер"],
  pickup: ["Pickup", "Самовывоз", "Өзү алып кетүү"],
  express: ["Express", "Экспресс", "Экспресс"],
  kind: ["Kind", "Вид", "Түрү"],
  rule: ["Price by", "Цена по", "Баасы"],
  flat: ["one price", "одна цена", "бир баа"],
  weight: ["weight", "весу", "салмагы боюнча"],
  subtotal: ["subtotal", "сумме", "сумма боюнча"],
  price: ["Price", "Цена", "Баасы"],
  priceHint: ["Empty: the market's own", "Пусто: как у рынка", "Бош: рыноктуку"],
  freeFrom: ["Free from", "Бесплатно от", "Акысыз, баштап"],
  freeHint: ["Empty: the market's own; 0: never", "Пусто: как у рынка; 0: никогда", "Бош: рыноктуку; 0: эч качан"],
  steps: ["Steps: from = price", "Ступени: от = цена", "Баскычтар: баштап = баа"],
  days: ["days", "дн.", "күн"],
  daysFrom: ["Days, from", "Дней, от", "Күн, баштап"],
  daysTo: ["Days, until", "Дней, до", "Күн, чейин"],
  weightMax: ["Up to grams", "До, грамм", "Граммга чейин"],
  marketPrice: ["market's price", "цена рынка", "рыноктун баасы"],
  free: ["free", "бесплатно", "акысыз"],
  address: ["Address", "Адрес", "Дарек"],
  city: ["City", "Город", "Шаар"],
  region: ["Region", "Регион", "Регион"],
  hours: ["Hours", "Часы работы", "Иш убактысы"],
  codeHint: ["For good: letters, digits, -", "Навсегда: латиница, цифры, -", "Туруктуу: латын тамга, сан, -"],
  order: ["Order", "Порядок", "Тартиби"],
  none: ["No zones yet", "Зон пока нет", "Азырынча аймак жок"],
  noneText: [
    "A zone is some regions and the ways you ship there. Begin with one for the whole country.",
    "Зона — это регионы и способы доставки в них. Начните с одной на всю страну.",
    "Аймак — региондор жана жеткирүү ыкмалары. Бүт өлкөгө бирөөнөн баштаңыз.",
  ],
});

export const nameOf = (names: Record<string, string>, code: string) => names[language] ?? names["en"] ?? code;
