// A product market by market: what it costs there, how many there are, how it looks in the shop in each language; and
// why it is shown in the managed one, or is not.
import { Anchor, Button, Group, Skeleton } from "@mantine/core";
import { IconCheck, IconX } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { answer, api } from "../api";
import { count, money } from "../format";
import { Card } from "../kit/page";
import { language, languageNames, type Language, wordFor } from "../language";
import { key } from "../query";
import { type MarketView, useRights } from "../rights";
import type { Product } from "./product";
import { own, stepWords } from "./product_words";

export function Markets({ product }: { product: Product }) {
  const { me, markets } = useRights();
  const [isAsked, setAsked] = useState(false);
  const mine = markets.filter(({ code }) => me.markets.some(({ market }) => market === code));
  const shown = mine.filter(({ code }) => product.market === "all" || product.market === code);
  return (
    <Card
      title={own.markets}
      aside={
        <Button size="xs" variant="default" aria-expanded={isAsked} onClick={() => setAsked(!isAsked)}>
          {product.is_shown ? own.whyShown : own.whyNot}
        </Button>
      }
    >
      {isAsked && <Why slug={product.slug} />}
      <ul className="lines plain">
        {shown.map((market) => (
          <InMarket key={market.code} product={product} market={market} />
        ))}
      </ul>
    </Card>
  );
}

const spoken = (language: string) => languageNames[language as Language] ?? language;

function InMarket({ product, market }: { product: Product; market: MarketView }) {
  const offers = product.skus.flatMap((sku) => (sku.is_active ? [sku.offers[market.code]] : []));
  const prices = offers.flatMap((offer) => (offer?.current_price == null ? [] : [offer.current_price]));
  const pieces = offers.reduce((sum, offer) => sum + (offer?.on_hand ?? 0) - (offer?.reserved ?? 0), 0);
  const [from, to] = [Math.min(...prices), Math.max(...prices)];
  return (
    <li>
      <div>
        <b>{market.name}</b>
        <div className="small">
          {prices.length === 0
            ? own.noPrice
            : from === to
              ? money(from, market)
              : `${money(from, market)} – ${money(to, market)}`}
          <span className={pieces > 0 ? "quiet" : "bad"}>
            {" "}
            · {count(pieces)} {own.piecesLeft}
          </span>
        </div>
      </div>
      {prices.length > 0 && product.is_active && (
        <Group gap="xs" justify="flex-end">
          {market.languages.map((each) => (
            <Anchor
              key={each}
              size="sm"
              href={`/p/${product.slug}?market=${market.code}&lang=${each}`}
              target="_blank"
              rel="noreferrer"
              aria-label={`${each.toUpperCase()}: ${own.preview}, ${market.name}, ${spoken(each)}`}
            >
              {each.toUpperCase()}
            </Anchor>
          ))}
        </Group>
      )}
    </li>
  );
}

/** Step by step, as the server decides it; its sentences are English. */
function Why({ slug }: { slug: string }) {
  const why = useQuery({
    queryKey: key("product-why", slug),
    staleTime: 0,
    queryFn: () => answer(api.GET("/api/v1/manager/explain/visibility", { params: { query: { product: slug } } })),
  });
  if (!why.data) return <Skeleton h={120} />;
  return (
    <ul className="steps" aria-live="polite">
      {why.data.steps.map(({ step, passed, text }) => (
        <li key={step} data-passed={passed || undefined}>
          {passed ? (
            <IconCheck size={16} aria-label={own.fulfilled} />
          ) : (
            <IconX size={16} aria-label={own.unfulfilled} />
          )}
          <span>
            {wordFor(stepWords, step)}
            {language === "en" && <span className="quiet small"> · {text}</span>}
          </span>
        </li>
      ))}
    </ul>
  );
}
