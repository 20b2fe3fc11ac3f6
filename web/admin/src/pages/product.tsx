// One product: texts side by side, pictures by drag, and the matrix of sizes and colours with prices and pieces.
import { Alert, Button, Checkbox, Group, Select, SimpleGrid, Skeleton, TextInput, Textarea } from "@mantine/core";
import { randomUuid } from "@marque/shared/guest";
import { useQuery } from "@tanstack/react-query";
import { useRef, useState } from "react";
import { Link, useLocation, useParams } from "wouter";
import { answer, api, Refused, type Schemas } from "../api";
import { useCategories } from "../kit/categories";
import { Empty } from "../kit/empty";
import { useFields } from "../kit/fields";
import { Card, Page } from "../kit/page";
import { State } from "../kit/state";
import { Translations } from "../kit/translations";
import { language, languageNames, type Language, nameOf } from "../language";
import { key, queries, useWork } from "../query";
import { useRights } from "../rights";
import { useIsPhone } from "../shell";
import { words } from "../words";
import { Articles } from "./product_articles";
import { Markets } from "./product_markets";
import { Matrix } from "./product_matrix";
import { Pictures } from "./product_pictures";
import { missingWords, own } from "./product_words";

export type Product = Schemas["ManagedProduct"];

/** What the server answered is what is shown: no second question. */
export function keep(product: Product): void {
  queries.setQueryData(key("product", product.id), product);
}

export default function ProductPage() {
  const { id = "" } = useParams<{ id: string }>();
  return id === "new" ? <NewProduct /> : <OneProduct id={id} />;
}

function OneProduct({ id }: { id: string }) {
  const product = useQuery({
    queryKey: key("product", id),
    queryFn: () => answer(api.GET("/api/v1/manager/products/{id}", { params: { path: { id } } })),
  });
  if (product.error) {
    const isGone = product.error instanceof Refused && product.error.status === 404;
    return (
      <Page title={words.products} back="/products">
        <Empty title={isGone ? words.notFound : words.failedToLoad}>
          <Link href="/products">{words.products}</Link>
        </Empty>
      </Page>
    );
  }
  if (!product.data) {
    return (
      <Page title={words.products} back="/products">
        <div className="stack" aria-busy="true">
          <Skeleton h={280} />
          <Skeleton h={320} />
        </div>
      </Page>
    );
  }
  return <Loaded product={product.data} />;
}

function Loaded({ product }: { product: Product }) {
  const { market, may } = useRights();
  const mayChange = product.may_change && may("catalog.write");
  return (
    <Page
      back="/products"
      title={
        <>
          {product.translations[language]?.name || product.name}{" "}
          <State
            name={product.is_shown ? "active" : "hidden"}
            tone={product.is_shown ? "good" : "warn"}
            label={product.is_shown ? own.isShown : own.isHidden}
          />
        </>
      }
      actions={
        product.is_shown && (
          <Button
            component="a"
            href={`/p/${product.slug}?market=${market?.code ?? ""}`}
            target="_blank"
            variant="default"
          >
            {own.preview}
          </Button>
        )
      }
    >
      <div className="stack">
        {!product.is_shown && (
          <Alert color="orange" title={own.whyHidden} className="note">
            {product.missing.map((each) => missingWords[each]).join(", ")}
          </Alert>
        )}
        {!product.may_change && (
          <Alert color="gray" className="note">
            {own.notYours}
          </Alert>
        )}
        <Matrix product={product} mayChange={mayChange} />
        <Markets product={product} />
        <Pictures product={product} mayChange={mayChange} />
        <Texts key={product.version} product={product} mayChange={mayChange} />
        <Articles product={product} mayChange={mayChange} />
      </div>
    </Page>
  );
}

type Said = Record<string, string>;

function textsOf(product: Product | undefined, languages: string[], part: "name" | "description"): Said {
  return Object.fromEntries(languages.map((each) => [each, product?.translations[each]?.[part] ?? ""]));
}

interface TextsProps {
  product?: Product;
  mayChange: boolean;
}

function linesOf(said: Said): Record<string, string[]> {
  return Object.fromEntries(
    Object.entries(said).map(([each, text]) => [
      each,
      text
        .split("\n")
        .map((line) => line.trim())
        .filter(Boolean),
    ]),
  );
}

function Texts({ product, mayChange }: TextsProps) {
  const { market, me } = useRights();
  const { run, isBusy } = useWork();
  const [, go] = useLocation();
  const wish = useRef(randomUuid());
  const categories = useCategories();
  const isPhone = useIsPhone();
  const languages = market?.languages ?? ["en"];
  const [saidNames, setNames] = useState<Said>(() => textsOf(product, languages, "name"));
  const [saidTexts, setTexts] = useState<Said>(() => textsOf(product, languages, "description"));
  const [points, setPoints] = useState<Said>(() =>
    Object.fromEntries(languages.map((each) => [each, (product?.features[each] ?? []).join("\n")])),
  );
  const fields = useFields({
    name: product?.name ?? "",
    slug: "",
    brand: product?.brand ?? "",
    description: product?.description ?? "",
    category: (product?.category ?? null) as string | null,
    subcategory: (product?.subcategory ?? null) as string | null,
    is_active: product?.is_active ?? true,
    is_featured: product?.is_featured ?? false,
    is_best_seller: product?.is_best_seller ?? false,
    is_shared: false,
  });
  const { values } = fields;
  const all = categories.data?.items ?? [];
  const above = all.find(({ slug }) => slug === values.category);
  const choiceOf = (category: Schemas["ManagedCategory"]) => ({ value: category.slug, label: nameOf(category) });
  const save = () => {
    const translations = Object.fromEntries(
      languages
        .filter((each) => saidNames[each]?.trim())
        .map((each) => [each, { name: saidNames[each] ?? "", description: saidTexts[each] ?? "" }]),
    );
    const body = {
      name: values.name || (languages.map((each) => saidNames[each]).find(Boolean) ?? ""),
      brand: values.brand,
      description: values.description,
      category: values.category ?? "",
      subcategory: values.subcategory,
      translations: { ...(product?.translations ?? {}), ...translations },
      features: { ...(product?.features ?? {}), ...linesOf(points) },
      is_active: values.is_active,
      is_featured: values.is_featured,
      is_best_seller: values.is_best_seller,
      version: product?.version ?? null,
    };
    const options = { done: words.saved, changes: ["products"], fields: fields.setMistakes };
    if (product) {
      const params = { path: { id: product.id } };
      return run<Product>(() => api.PUT("/api/v1/manager/products/{id}", { params, body }), {
        ...options,
        then: keep,
      });
    }
    const header = { "Idempotency-Key": wish.current };
    const added = { ...body, slug: values.slug.trim() || null, is_shared: values.is_shared };
    return run<Product>(() => api.POST("/api/v1/manager/products", { params: { header }, body: added }), {
      ...options,
      then: (made) => {
        keep(made);
        go(`/products/${made.id}`);
      },
    });
  };
  return (
    <Card title={own.about}>
      <form
        className="stack"
        onSubmit={(event) => {
          event.preventDefault();
          void save();
        }}
      >
        <fieldset disabled={!mayChange} className="plain-set">
          <SimpleGrid cols={{ base: 1, sm: 2, md: 4 }} spacing="sm">
            <TextInput label={words.name} required maxLength={200} {...fields.text("name")} />
            <TextInput label={own.brand} maxLength={100} {...fields.text("brand")} />
            <Select
              label={own.category}
              required
              searchable
              data={all.filter(({ parent_id }) => parent_id === null).map(choiceOf)}
              {...fields.choice("category")}
            />
            <Select
              label={own.subcategory}
              clearable
              searchable
              data={all.filter(({ parent_id }) => parent_id !== null && parent_id === above?.id).map(choiceOf)}
              {...fields.choice("subcategory")}
            />
          </SimpleGrid>
          {!product && (
            <TextInput label={own.slug} description={own.slugHint} maxLength={100} {...fields.text("slug")} />
          )}
          <Textarea
            label={own.description}
            autosize
            minRows={3}
            maxRows={10}
            maxLength={20_000}
            {...fields.text("description")}
          />
          {/* On a phone, what a first product does not need is out of the way. */}
          <details open={!isPhone} className="more">
            <summary>{own.translations}</summary>
            <div className="stack">
              <Translations
                label={words.name}
                languages={languages}
                values={saidNames}
                onChange={setNames}
                mistakes={byLanguage(fields.mistakes, "name")}
              />
              <Translations
                label={own.description}
                languages={languages}
                values={saidTexts}
                onChange={setTexts}
                isLong
                maxLength={20_000}
                mistakes={byLanguage(fields.mistakes, "description")}
              />
              <Translations
                label={own.features}
                languages={languages}
                values={points}
                onChange={setPoints}
                isLong
                maxLength={20_000}
              />
            </div>
          </details>
          <Group>
            <Checkbox label={own.switchedOn} {...fields.flag("is_active")} />
            <Checkbox label={own.featured} {...fields.flag("is_featured")} />
            <Checkbox label={own.bestSeller} {...fields.flag("is_best_seller")} />
            {!product && me.markets.length > 1 && (
              <Checkbox label={own.isShared} description={own.isSharedHint} {...fields.flag("is_shared")} />
            )}
          </Group>
          {product && product.untranslated.length > 0 && (
            <div className="small quiet">
              {own.untranslated}:{" "}
              {product.untranslated.map((each) => languageNames[each as Language] ?? each).join(", ")}
            </div>
          )}
        </fieldset>
        {mayChange && (
          <div>
            <Button type="submit" loading={isBusy}>
              {words.save}
            </Button>
          </div>
        )}
      </form>
    </Card>
  );
}

/** "translations.ru.name" of the server's mistakes, at its field. */
function byLanguage(mistakes: Record<string, string>, part: string): Record<string, string> {
  return Object.fromEntries(
    Object.entries(mistakes).flatMap(([field, said]) => {
      const found = field.match(/^translations\.(\w+)(?:\.(\w+))?$/);
      return found?.[1] && (found[2] ?? "name") === part ? [[found[1], said]] : [];
    }),
  );
}

function NewProduct() {
  return (
    <Page title={own.new} back="/products">
      <Texts mayChange />
    </Page>
  );
}
