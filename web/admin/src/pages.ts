// Every page of the back office, once: its address, who may see it, where it stands in the menu, and its part of the
// script, which is loaded when it is opened.
import {
  IconArrowBackUp,
  IconCategory,
  IconChartBar,
  IconDiscount2,
  IconFileImport,
  IconHanger,
  IconHistory,
  IconMail,
  IconMessageStar,
  IconPhoto,
  IconShieldLock,
  IconShoppingBag,
  IconTruckDelivery,
  IconUsers,
  IconUsersGroup,
  IconWebhook,
  IconWorld,
} from "@tabler/icons-react";
import { type ComponentType, lazy, type LazyExoticComponent } from "react";
import { words } from "./words";

export interface Page {
  path: string;
  /** What is needed to see it; "any" for whoever manages the market at all. */
  permission: string;
  component: LazyExoticComponent<ComponentType>;
  load: () => Promise<unknown>;
  title: string;
  /** Pages with a group stand in the menu. */
  group?: string;
  icon?: ComponentType<{ size?: number | string; stroke?: number }>;
  /** Pressed after "g". */
  shortcut?: string;
}

type Loader = () => Promise<{ default: ComponentType }>;

function page(path: string, permission: string, title: string, load: Loader, menu: Partial<Page> = {}): Page {
  return { path, permission, title, load, component: lazy(load), ...menu };
}

const { groupSales, groupCatalogue, groupMarketing, groupSettings } = words;

export const pages: Page[] = [
  page("/", "any", words.dashboard, () => import("./pages/dashboard"), {
    group: groupSales,
    icon: IconChartBar,
    shortcut: "h",
  }),
  page("/orders", "orders.read", words.orders, () => import("./pages/orders"), {
    group: groupSales,
    icon: IconShoppingBag,
    shortcut: "o",
  }),
  page("/orders/:id", "orders.read", words.order, () => import("./pages/order")),
  page("/returns", "orders.read", words.returns, () => import("./pages/returns"), {
    group: groupSales,
    icon: IconArrowBackUp,
    shortcut: "r",
  }),
  page("/products", "content.read", words.products, () => import("./pages/products"), {
    group: groupCatalogue,
    icon: IconHanger,
    shortcut: "p",
  }),
  page("/products/:id", "content.read", words.products, () => import("./pages/product")),
  page("/categories", "content.read", words.categories, () => import("./pages/categories"), {
    group: groupCatalogue,
    icon: IconCategory,
    shortcut: "c",
  }),
  page("/reviews", "content.read", words.reviews, () => import("./pages/reviews"), {
    group: groupCatalogue,
    icon: IconMessageStar,
    shortcut: "v",
  }),
  page("/import", "jobs.read", words.transfer, () => import("./pages/transfer"), {
    group: groupCatalogue,
    icon: IconFileImport,
    shortcut: "i",
  }),
  page("/customers", "customers.read", words.customers, () => import("./pages/customers"), {
    group: groupSales,
    icon: IconUsers,
    shortcut: "u",
  }),
  page("/banners", "content.read", words.banners, () => import("./pages/banners"), {
    group: groupMarketing,
    icon: IconPhoto,
    shortcut: "b",
  }),
  page("/promotions", "promotions.read", words.promotions, () => import("./pages/promotions"), {
    group: groupMarketing,
    icon: IconDiscount2,
    shortcut: "d",
  }),
  page("/messages", "messages.read", words.messages, () => import("./pages/messages"), {
    group: groupMarketing,
    icon: IconMail,
    shortcut: "m",
  }),
  page("/messages/texts", "messages.read", words.messages, () => import("./pages/message_texts")),
  page("/market", "markets.read", words.market, () => import("./pages/market"), {
    group: groupSettings,
    icon: IconWorld,
    shortcut: "k",
  }),
  page("/shipping", "markets.read", words.shipping, () => import("./pages/shipping"), {
    group: groupSettings,
    icon: IconTruckDelivery,
    shortcut: "s",
  }),
  page("/staff", "staff.read", words.staff, () => import("./pages/staff"), {
    group: groupSettings,
    icon: IconUsersGroup,
    shortcut: "t",
  }),
  page("/webhooks", "webhooks.read", words.webhooks, () => import("./pages/webhooks"), {
    group: groupSettings,
    icon: IconWebhook,
    shortcut: "w",
  }),
  page("/webhooks/:id", "webhooks.read", words.webhooks, () => import("./pages/webhook")),
  page("/audit", "audit.read", words.audit, () => import("./pages/audit"), {
    group: groupSettings,
    icon: IconHistory,
    shortcut: "a",
  }),
  page("/security", "any", words.security, () => import("./pages/security"), {
    group: groupSettings,
    icon: IconShieldLock,
    shortcut: "e",
  }),
];
