// Products that the managed market sees: searched and filtered, with what keeps them from being shown.
import { Button } from "@mantine/core";
import { Link } from "wouter";
import { answer, api, type Schemas } from "../api";
import { count, money } from "../format";
import { useCategoryName } from "../kit/categories";
import { Empty } from "../kit/empty";
import { Listing, Search, Tabs, useFilter } from "../kit/listing";
import { Page } from "../kit/page";
import { cut, usePagesOf } from "../kit/pages_of";
import { State } from "../kit/state";
import { useWork } from "../query";
import { useRights } from "../rights";
import { words } from "../words";
import { Bulk } from "./products_bulk";
import { missingWords, own } from "./product_words";

type Line = Schemas["ProductLine"];
const filters = ["shown", "hidden", "out"] as const;

function queryOf(filter: (typeof filters)[number] | undefined) {
  if (filter === "shown") return { is_active: true };
  if (filter === "hidden") return { is_active: false };
  return filter === "out" ? { in_stock: false } : {};
}

export default function Products() {
  const { market, may } = useRights();
  const { run } = useWork();
  const categoryName = useCategoryName();
  const list = useFilter();
  const filter = filters.find((each) => each === list.address.get("show"));
  const search = list.address.get("q") ?? "";
  const mayWrite = may("catalog.write");
  const products = usePagesOf<Line>(["products", filter ?? "all", search], (cursor) =>
    answer(
      api.GET("/api/v1/manager/products", {
        params: { query: { ...queryOf(filter), ...(search ? { search } : {}), ...cut(cursor) } },
      }),
    ),
  );
  const exportAll = () =>
    run(() => api.POST("/api/v1/manager/exports", { body: { kind: "products", format: "csv" } }), {
      done: own.exported,
      changes: ["jobs"],
    });
  const newButton = mayWrite && (
    <Button component={Link} href="/products/new">
      {own.new}
    </Button>
  );
  const actions = (
    <>
      {may("jobs.run") && (
        <Button variant="default" onClick={() => void exportAll()}>
          {own.export}
        </Button>
      )}
      {newButton}
    </>
  );
  return (
    <Page title={words.products} actions={actions}>
      <Listing<Line>
        label={words.products}
        {...products}
        id={({ id }) => id}
        nameOf={({ name }) => name}
        link={({ id }) => `/products/${id}`}
        filter={list}
        above={
          <>
            <Tabs
              label={words.filter}
              value={filter}
              names={{ shown: own.active, hidden: own.inactive, out: own.soldOut }}
              onChange={(show) => list.change({ show })}
            />
            <Search label={own.find} value={search} onSearch={(q) => list.change({ q })} />
          </>
        }
        bulk={(mayWrite || may("prices.write")) && ((rows, done) => <Bulk rows={rows} onDone={done} />)}
        empty={
          <Empty title={own.none} text={own.noneText}>
            {newButton}
          </Empty>
        }
        columns={[
          {
            title: words.name,
            cell: ({ id, name, brand, image, market: of }) => (
              <div className="media">
                {image ? (
                  <img src={image} alt="" width={40} height={50} loading="lazy" className="thumb" />
                ) : (
                  <span className="thumb thumb-none" />
                )}
                <div>
                  <Link href={`/products/${id}`}>{name}</Link>
                  <div className="quiet small">
                    {[brand, of === "all" && own.everywhere].filter(Boolean).join(" · ")}
                  </div>
                </div>
              </div>
            ),
          },
          { title: own.category, cell: ({ category }) => categoryName(category), wideOnly: true },
          {
            title: words.status,
            cell: ({ is_shown, is_active, missing }) => (
              <>
                <State
                  name={is_shown ? "active" : "hidden"}
                  tone={is_shown ? "good" : is_active ? "warn" : "quiet"}
                  label={is_shown ? own.isShown : own.isHidden}
                />
                {!is_shown && <div className="quiet small">{missing.map((each) => missingWords[each]).join(", ")}</div>}
              </>
            ),
          },
          { title: own.skus, cell: ({ skus_count }) => count(skus_count), isNumber: true, wideOnly: true },
          {
            title: own.stock,
            isNumber: true,
            cell: ({ on_hand, reserved }) => (
              <span className={on_hand - reserved <= 0 ? "bad" : undefined}>{count(on_hand - reserved)}</span>
            ),
          },
          {
            title: own.price,
            isNumber: true,
            cell: ({ price_from, price_to }) =>
              price_from === null
                ? "—"
                : price_to !== null && price_to !== price_from
                  ? `${money(price_from, market)} – ${money(price_to, market)}`
                  : money(price_from, market),
          },
        ]}
      />
    </Page>
  );
}
