// Banners of the managed market: where they hang, from when to when, how often they are seen and clicked.
import { Button, Checkbox, Group, Select, SimpleGrid, TextInput } from "@mantine/core";
import { randomUuid } from "@marque/shared/guest";
import { useRef, useState } from "react";
import { answer, api, type Schemas } from "../api";
import { count, moment, percent } from "../format";
import { useQuestion } from "../kit/confirm";
import { FormDialog } from "../kit/dialog";
import { Empty } from "../kit/empty";
import { useFields } from "../kit/fields";
import { Page } from "../kit/page";
import { Listing, Tabs, useFilter } from "../kit/listing";
import { cutAt, usePagesOf } from "../kit/pages_of";
import { PictureDrop } from "../kit/picture";
import { State } from "../kit/state";
import { Translations } from "../kit/translations";
import { language, speak } from "../language";
import { useWork } from "../query";
import { useRights } from "../rights";
import { words } from "../words";

type Banner = Schemas["ManagedBanner"];
type Kind = Banner["banner_type"];

const own = speak({
  banner: ["Banner", "Баннер", "Баннер"],
  new: ["New banner", "Новый баннер", "Жаңы баннер"],
  place: ["Place", "Место", "Орду"],
  hero: ["Large, on the start page", "Большой, на главной", "Чоң, башкы бетте"],
  promo: ["Strip", "Полоса", "Тилке"],
  category: ["Tile of a category", "Плитка категории", "Категориянын плиткасы"],
  schedule: ["Schedule", "Расписание", "Расписание"],
  always: ["always", "всегда", "дайыма"],
  views: ["Views", "Показы", "Көрүүлөр"],
  clicks: ["Clicks", "Клики", "Басуулар"],
  ctr: ["CTR", "CTR", "CTR"],
  everywhere: ["all markets", "все рынки", "бардык рыноктор"],
  title: ["Title", "Заголовок", "Аталышы"],
  subtitle: ["Subtitle", "Подзаголовок", "Кошумча аталышы"],
  button: ["Button", "Кнопка", "Баскыч"],
  picture: ["Picture's address", "Адрес картинки", "Сүрөттүн дареги"],
  link: ["Link", "Ссылка", "Шилтеме"],
  order: ["Order", "Порядок", "Тартиби"],
  shown: ["Switched on", "Включён", "Күйгүзүлгөн"],
  times: ["Times are the market's own", "Время — местное для рынка", "Убакыт — рыноктун жергиликтүү убактысы"],
  none: ["No banners", "Баннеров нет", "Баннер жок"],
  noneText: [
    "A banner greets whoever opens the shop. Give it a picture, a few words and a link.",
    "Баннер встречает посетителя магазина. Добавьте картинку, пару слов и ссылку.",
    "Баннер дүкөнгө киргендерди тосуп алат. Сүрөт, бир нече сөз жана шилтеме кошуңуз.",
  ],
});

const kinds = ["hero", "promo", "category"] as const;
const filterOf = (place: Kind | undefined) => (place ? { banner_type: place } : {});

function stateOf({ is_active, is_shown, end_date, start_date }: Banner): string {
  if (!is_active) return "inactive";
  if (is_shown) return "active";
  if (start_date && new Date(start_date) > new Date()) return "scheduled";
  return end_date ? "ended" : "inactive";
}

export default function Banners() {
  const { market, may } = useRights();
  const mayWrite = may("content.write");
  const [edited, setEdited] = useState<Banner | "new">();
  const { ask, dialog } = useQuestion();
  const { run } = useWork();
  const filter = useFilter();
  const place = kinds.find((kind) => kind === filter.address.get("place"));
  const banners = usePagesOf<Banner>(["banners", place ?? "all"], (cursor) =>
    answer(api.GET("/api/v1/manager/banners", { params: { query: { ...filterOf(place), ...cutAt(cursor) } } })),
  );
  const remove = ({ id, title, version }: Banner) =>
    ask({
      title: `${words.remove}: ${title}`,
      act: () =>
        run(() => api.DELETE("/api/v1/manager/banners/{id}", { params: { path: { id }, query: { version } } }), {
          done: words.removed,
          changes: ["banners"],
        }),
    });
  const isOwn = (banner: Banner) => banner.market === market?.code;
  return (
    <Page title={words.banners} actions={mayWrite && <Button onClick={() => setEdited("new")}>{own.new}</Button>}>
      <Listing
        label={words.banners}
        {...banners}
        id={({ id }) => id}
        filter={filter}
        above={
          <Tabs
            label={own.place}
            value={place}
            names={{ hero: own.hero, promo: own.promo, category: own.category }}
            onChange={(next) => filter.change({ place: next })}
          />
        }
        empty={
          <Empty title={own.none} text={own.noneText}>
            {mayWrite && <Button onClick={() => setEdited("new")}>{own.new}</Button>}
          </Empty>
        }
        columns={[
          {
            title: own.banner,
            cell: (banner) => (
              <div className="media">
                <img src={banner.image_url} alt="" width={96} height={54} loading="lazy" className="thumb" />
                <div>
                  <b>{banner.translations[language]?.title || banner.title}</b>
                  <div className="quiet small">{banner.translations[language]?.subtitle || banner.subtitle}</div>
                </div>
              </div>
            ),
          },
          {
            title: own.place,
            wideOnly: true,
            cell: (banner) => (
              <>
                {own[banner.banner_type]}
                {!isOwn(banner) && <div className="quiet small">{own.everywhere}</div>}
              </>
            ),
          },
          {
            title: own.schedule,
            wideOnly: true,
            cell: ({ start_date, end_date, time_zone }) => (
              <span className="small">
                {start_date || end_date
                  ? [start_date, end_date].map((at) => (at ? moment(at, time_zone) : "…")).join(" – ")
                  : own.always}
              </span>
            ),
          },
          { title: words.status, cell: (banner) => <State name={stateOf(banner)} /> },
          { title: own.views, cell: ({ view_count }) => count(view_count), isNumber: true, wideOnly: true },
          { title: own.clicks, cell: ({ click_count }) => count(click_count), isNumber: true, wideOnly: true },
          { title: own.ctr, cell: ({ ctr }) => (ctr === null ? "—" : percent(ctr, 1)), isNumber: true },
          mayWrite && {
            title: "",
            cell: (banner) =>
              isOwn(banner) && (
                <Group gap={6} wrap="nowrap" justify="flex-end">
                  <Button size="compact-sm" variant="default" onClick={() => setEdited(banner)}>
                    {words.edit}
                  </Button>
                  <Button size="compact-sm" variant="default" onClick={() => remove(banner)}>
                    {words.remove}
                  </Button>
                </Group>
              ),
          },
        ]}
      />
      {edited && <Edit banner={edited === "new" ? undefined : edited} onClose={() => setEdited(undefined)} />}
      {dialog}
    </Page>
  );
}

const texts = ["title", "subtitle", "button_text"] as const;
type Said = Record<(typeof texts)[number], Record<string, string>>;

function saidBy(banner: Banner | undefined, languages: string[]): Said {
  const of = (name: (typeof texts)[number]) =>
    Object.fromEntries(languages.map((language) => [language, banner?.translations[language]?.[name] ?? ""]));
  return { title: of("title"), subtitle: of("subtitle"), button_text: of("button_text") };
}

function Edit({ banner, onClose }: { banner: Banner | undefined; onClose: () => void }) {
  const { market } = useRights();
  const { run } = useWork();
  const languages = market?.languages ?? ["en"];
  const wish = useRef(randomUuid());
  const [said, setSaid] = useState(() => saidBy(banner, languages));
  const fields = useFields({
    banner_type: (banner?.banner_type ?? "hero") as string | null,
    image_url: banner?.image_url ?? "",
    link_url: banner?.link_url ?? "",
    start_date: banner?.start_local?.slice(0, 16) ?? "",
    end_date: banner?.end_local?.slice(0, 16) ?? "",
    sort_order: String(banner?.sort_order ?? 0),
    is_active: banner?.is_active ?? true,
  });
  const { values } = fields;
  const send = () => {
    const first = (name: (typeof texts)[number]) => languages.map((each) => said[name][each]).find(Boolean) ?? "";
    const body = {
      banner_type: values.banner_type as Kind,
      title: first("title"),
      subtitle: first("subtitle"),
      button_text: first("button_text"),
      translations: Object.fromEntries(
        languages
          .filter((each) => texts.some((name) => said[name][each]))
          .map((each) => [each, Object.fromEntries(texts.map((name) => [name, said[name][each] || null]))]),
      ),
      image_url: values.image_url,
      link_url: values.link_url || null,
      start_date: values.start_date || null,
      end_date: values.end_date || null,
      sort_order: Number(values.sort_order) || 0,
      is_active: values.is_active,
      version: banner?.version ?? null,
    };
    const options = { done: words.saved, changes: ["banners"], fields: fields.setMistakes };
    if (!banner) {
      const header = { "Idempotency-Key": wish.current };
      return run<Banner>(() => api.POST("/api/v1/manager/banners", { params: { header }, body }), options);
    }
    const path = { id: banner.id };
    return run<Banner>(() => api.PUT("/api/v1/manager/banners/{id}", { params: { path }, body }), options);
  };
  const mistake = fields.mistakes.title;
  return (
    <FormDialog
      title={banner?.title ?? own.new}
      text={own.times}
      isOpen
      onClose={onClose}
      onSubmit={send}
      submit={words.save}
      size="xl"
    >
      {values.image_url && <img src={values.image_url} alt="" className="preview" />}
      <PictureDrop purpose="banner" onPictures={([picture]) => picture && fields.set("image_url", picture.url)} />
      <SimpleGrid cols={{ base: 1, sm: 2 }} spacing="sm">
        <TextInput label={own.picture} required {...fields.text("image_url")} />
        <TextInput label={own.link} placeholder="/c/dresses" {...fields.text("link_url")} />
        <Select
          label={own.place}
          required
          allowDeselect={false}
          data={kinds.map((kind) => ({ value: kind, label: own[kind] }))}
          {...fields.choice("banner_type")}
        />
        <TextInput label={own.order} inputMode="numeric" {...fields.text("sort_order")} />
        <TextInput label={words.from} type="datetime-local" {...fields.text("start_date")} />
        <TextInput label={words.to} type="datetime-local" {...fields.text("end_date")} />
      </SimpleGrid>
      <Translations
        label={own.title}
        languages={languages}
        values={said.title}
        required
        mistakes={mistake ? { [languages[0] ?? ""]: mistake } : undefined}
        onChange={(title) => setSaid({ ...said, title })}
      />
      <Translations
        label={own.subtitle}
        languages={languages}
        values={said.subtitle}
        onChange={(subtitle) => setSaid({ ...said, subtitle })}
      />
      <Translations
        label={own.button}
        languages={languages}
        values={said.button_text}
        maxLength={60}
        onChange={(button_text) => setSaid({ ...said, button_text })}
      />
      <Checkbox label={own.shown} {...fields.flag("is_active")} />
    </FormDialog>
  );
}
