// Categories of the managed market as a tree: dragged into another place, renamed side by side, hidden and shown.
import { Button, Checkbox, Group, Select, Skeleton, TextInput } from "@mantine/core";
import { randomUuid } from "@marque/shared/guest";
import { useRef, useState } from "react";
import { api, type Schemas } from "../api";
import { count } from "../format";
import { useCategories } from "../kit/categories";
import { FormDialog } from "../kit/dialog";
import { Empty } from "../kit/empty";
import { useFields } from "../kit/fields";
import { Page } from "../kit/page";
import { State } from "../kit/state";
import { Translations, written } from "../kit/translations";
import { nameOf, speak } from "../language";
import { readAgain, useWork } from "../query";
import { useRights } from "../rights";
import { words } from "../words";

type Category = Schemas["ManagedCategory"];

const own = speak({
  new: ["New category", "Новая категория", "Жаңы категория"],
  below: ["Below", "Внутри", "Кимдин астында"],
  top: ["top", "верхний уровень", "жогорку деңгээл"],
  products: ["products", "товаров", "товар"],
  slug: ["Slug (for good)", "Slug (навсегда)", "Slug (туруктуу)"],
  up: ["Move up", "Выше", "Жогору"],
  down: ["Move down", "Ниже", "Төмөн"],
  shown: ["Shown", "Показана", "Көрүнөт"],
  everywhere: ["all markets", "все рынки", "бардык рыноктор"],
  none: ["No categories yet", "Категорий пока нет", "Азырынча категория жок"],
  noneText: [
    "Categories are the shop's menu. Two levels are plenty.",
    "Категории — это меню магазина. Двух уровней достаточно.",
    "Категориялар — дүкөндүн менюсу. Эки деңгээл жетиштүү.",
  ],
});

export default function Categories() {
  const { may } = useRights();
  const { run } = useWork();
  const [edited, setEdited] = useState<Category | "new">();
  const [dragged, setDragged] = useState<Category>();
  const categories = useCategories();
  const all = categories.data?.items;
  const mayWrite = may("catalog.write");
  const siblings = (category: Category) => all?.filter(({ parent_id }) => parent_id === category.parent_id) ?? [];

  const put = (category: Category, changed: { parent?: string | null; sort_order?: number }) => {
    const parent = all?.find(({ id }) => id === category.parent_id)?.slug ?? null;
    const body = { name: category.name, parent, version: category.version, ...changed };
    return run(() => api.PUT("/api/v1/manager/categories/{id}", { params: { path: { id: category.id } }, body }), {
      changes: ["categories"],
    });
  };
  /** Puts one before another, in its place of the tree; only what really moves is written. */
  const place = async (moved: Category, before: Category) => {
    if (moved.id === before.id) return;
    const parent = all?.find(({ id }) => id === before.parent_id)?.slug ?? null;
    const row = siblings(before).filter(({ id }) => id !== moved.id);
    row.splice(
      row.findIndex(({ id }) => id === before.id),
      0,
      moved,
    );
    for (const [at, category] of row.entries()) {
      const isMoved = category.id === moved.id;
      if (!isMoved && (category.sort_order === at || !category.may_change)) continue;
      const isDone = await put(category, { sort_order: at, ...(isMoved ? { parent } : {}) });
      if (!isDone) break;
    }
    await readAgain("categories");
  };
  const step = (category: Category, by: number) => {
    const row = siblings(category);
    const at = row.findIndex(({ id }) => id === category.id);
    const [first, second] = by < 0 ? [category, row[at - 1]] : [row[at + 1], category];
    if (first && second) void place(first, second);
  };
  const branch = (parent: string | null, depth: number) => (
    <ul className="tree">
      {(all ?? [])
        .filter(({ parent_id }) => parent_id === parent)
        .map((category) => (
          <li key={category.id}>
            <div
              className="tree-line"
              draggable={mayWrite && category.may_change}
              data-dragged={dragged?.id === category.id || undefined}
              onDragStart={() => setDragged(category)}
              onDragEnd={() => setDragged(undefined)}
              onDragOver={(event) => event.preventDefault()}
              onDrop={() => {
                if (dragged) void place(dragged, category);
              }}
            >
              <div>
                <b>{nameOf(category)}</b>{" "}
                <span className="quiet small">
                  {count(category.products_count)} {own.products}
                  {category.market === "all" && ` · ${own.everywhere}`}
                </span>
              </div>
              <Group gap={6} wrap="nowrap">
                {!category.is_active && <State name="hidden" />}
                {mayWrite && category.may_change && (
                  <>
                    <Button
                      size="compact-xs"
                      variant="subtle"
                      aria-label={`${own.up}: ${nameOf(category)}`}
                      onClick={() => step(category, -1)}
                    >
                      ↑
                    </Button>
                    <Button
                      size="compact-xs"
                      variant="subtle"
                      aria-label={`${own.down}: ${nameOf(category)}`}
                      onClick={() => step(category, 1)}
                    >
                      ↓
                    </Button>
                    <Button size="compact-sm" variant="default" onClick={() => setEdited(category)}>
                      {words.edit}
                    </Button>
                  </>
                )}
              </Group>
            </div>
            {all?.some(({ parent_id }) => parent_id === category.id) && branch(category.id, depth + 1)}
          </li>
        ))}
    </ul>
  );
  const newButton = mayWrite && <Button onClick={() => setEdited("new")}>{own.new}</Button>;
  return (
    <Page title={words.categories} actions={newButton}>
      <section className="card">
        <div className="card-body">
          {!all && <Skeleton h={320} />}
          {all?.length === 0 && (
            <Empty title={own.none} text={own.noneText}>
              {newButton}
            </Empty>
          )}
          {all && all.length > 0 && branch(null, 0)}
        </div>
      </section>
      {edited && (
        <Edit category={edited === "new" ? undefined : edited} all={all ?? []} onClose={() => setEdited(undefined)} />
      )}
    </Page>
  );
}

interface EditProps {
  category: Category | undefined;
  all: Category[];
  onClose: () => void;
}

function Edit({ category, all, onClose }: EditProps) {
  const { market } = useRights();
  const { run } = useWork();
  const wish = useRef(randomUuid());
  const [names, setNames] = useState<Record<string, string>>(category?.names ?? {});
  const parent = all.find(({ id }) => id === category?.parent_id)?.slug ?? null;
  const fields = useFields({
    name: category?.name ?? "",
    slug: "",
    parent: parent as string | null,
    is_active: category?.is_active ?? true,
  });
  const { values } = fields;
  const send = () => {
    const body = {
      name: values.name,
      names: written(names),
      parent: values.parent,
      is_active: values.is_active,
      version: category?.version ?? null,
    };
    const options = { done: words.saved, changes: ["categories"], fields: fields.setMistakes };
    if (category) {
      const params = { path: { id: category.id } };
      return run(() => api.PUT("/api/v1/manager/categories/{id}", { params, body }), options);
    }
    const params = { header: { "Idempotency-Key": wish.current } };
    const added = { ...body, slug: values.slug.trim() || null };
    return run(() => api.POST("/api/v1/manager/categories", { params, body: added }), options);
  };
  return (
    <FormDialog
      title={category ? nameOf(category) : own.new}
      isOpen
      onClose={onClose}
      onSubmit={send}
      submit={words.save}
      size="lg"
    >
      <TextInput label={words.name} required maxLength={100} data-autofocus {...fields.text("name")} />
      <Translations
        label={words.name}
        languages={market?.languages ?? ["en"]}
        values={names}
        onChange={setNames}
        maxLength={100}
      />
      <Select
        label={own.below}
        clearable
        searchable
        placeholder={own.top}
        data={all.filter(({ id }) => id !== category?.id).map((each) => ({ value: each.slug, label: nameOf(each) }))}
        {...fields.choice("parent")}
      />
      {!category && <TextInput label={own.slug} maxLength={100} {...fields.text("slug")} />}
      <Checkbox label={own.shown} {...fields.flag("is_active")} />
    </FormDialog>
  );
}
