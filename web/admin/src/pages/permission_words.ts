// Permissions and the server's roles, in words.
import { speak } from "../language";

export const roleWords = speak({
  admin: ["Admin", "Администратор", "Администратор"],
  manager: ["Manager", "Менеджер", "Менеджер"],
  support: ["Support", "Поддержка", "Колдоо"],
  content: ["Content", "Контент", "Контент"],
  viewer: ["Viewer", "Наблюдатель", "Көрүүчү"],
});

export const permissionWords = speak({
  "orders.read": ["see orders", "видеть заказы", "буйрутмаларды көрүү"],
  "orders.write": ["move orders", "вести заказы", "буйрутмаларды жүргүзүү"],
  "payments.read": ["see payments", "видеть оплаты", "төлөмдөрдү көрүү"],
  "payments.write": ["confirm payments", "подтверждать оплаты", "төлөмдөрдү ырастоо"],
  "refunds.write": ["give money back", "возвращать деньги", "акча кайтаруу"],
  "customers.read": ["see customers", "видеть покупателей", "кардарларды көрүү"],
  "customers.write": ["change customers", "менять покупателей", "кардарларды өзгөртүү"],
  "catalog.write": ["change products", "менять товары", "товарларды өзгөртүү"],
  "prices.write": ["change prices", "менять цены", "бааларды өзгөртүү"],
  "stock.write": ["change stock", "менять остатки", "калдыктарды өзгөртүү"],
  "content.read": ["see content", "видеть контент", "контентти көрүү"],
  "content.write": ["change content", "менять контент", "контентти өзгөртүү"],
  "reviews.write": ["decide on reviews", "модерировать отзывы", "пикирлерди текшерүү"],
  "promotions.read": ["see promotions", "видеть акции", "акцияларды көрүү"],
  "promotions.write": ["change promotions", "менять акции", "акцияларды өзгөртүү"],
  "markets.read": ["see the market's settings", "видеть настройки рынка", "рыноктун жөндөөлөрүн көрүү"],
  "markets.write": ["change the market's settings", "менять настройки рынка", "рыноктун жөндөөлөрүн өзгөртүү"],
  "reports.read": ["see reports", "видеть отчёты", "отчетторду көрүү"],
  "jobs.read": ["see imports and exports", "видеть импорт и экспорт", "импорт-экспортту көрүү"],
  "jobs.run": ["import and export", "импорт и экспорт", "импорт жана экспорт"],
  "staff.read": ["see staff", "видеть сотрудников", "кызматкерлерди көрүү"],
  "staff.write": ["change staff and roles", "менять сотрудников и роли", "кызматкерлерди өзгөртүү"],
  "messages.read": ["see messages", "видеть сообщения", "билдирүүлөрдү көрүү"],
  "messages.write": ["change messages", "менять сообщения", "билдирүүлөрдү өзгөртүү"],
  "audit.read": ["see the audit log", "видеть журнал действий", "аракеттер журналын көрүү"],
  "webhooks.read": ["see webhooks", "видеть вебхуки", "вебхуктарды көрүү"],
  "webhooks.write": ["change webhooks", "менять вебхуки", "вебхуктарды өзгөртүү"],
});
