// The command palette: every page and action the caller may use, found by typing.
import { Spotlight, type SpotlightActionData, spotlight } from "@mantine/spotlight";
import { useMantineColorScheme } from "@mantine/core";
import { IconSearch } from "@tabler/icons-react";
import { useState } from "react";
import { useLocation } from "wouter";
import { languageNames, languages, speakLanguage } from "./language";
import { useManagedMarket } from "./market";
import { switchTo, useMarketChoices } from "./market_switcher";
import { useRights } from "./rights";
import { pagesOfMenu } from "./shell";
import { speak } from "./language";
import { words } from "./words";

const own = speak({
  openOrder: ["Open order number", "Открыть заказ №", "Буйрутманы ачуу №"],
  preferences: ["Preferences", "Предпочтения", "Жөндөөлөр"],
});

export function Palette() {
  const rights = useRights();
  const [, go] = useLocation();
  const [query, setQuery] = useState("");
  const managed = useManagedMarket();
  const choices = useMarketChoices();
  const { setColorScheme } = useMantineColorScheme();
  const toPages: SpotlightActionData[] = pagesOfMenu(rights).map((page) => ({
    id: page.path,
    label: page.title,
    description: page.group,
    leftSection: page.icon ? <page.icon size={18} stroke={1.6} /> : null,
    onClick: () => go(page.path),
  }));
  const toMarkets: SpotlightActionData[] = choices
    .filter(({ market }) => market !== managed)
    .map(({ market, name }) => ({
      id: `market-${market}`,
      label: `${words.switchMarket}: ${name}`,
      onClick: () => switchTo(market, name),
    }));
  const number = query.trim().match(/^#?(\d{1,18})$/)?.[1];
  const toOrder: SpotlightActionData[] =
    number && rights.may("orders.read")
      ? [
          {
            id: "order",
            label: `${own.openOrder} ${number}`,
            keywords: query,
            onClick: () => go(`/orders/${number}`),
          },
        ]
      : [];
  const preferences: SpotlightActionData[] = [
    ...(["light", "dark"] as const).map((scheme) => ({
      id: scheme,
      label: words[scheme],
      description: words.theme,
      onClick: () => setColorScheme(scheme),
    })),
    ...languages.map((language) => ({
      id: language,
      label: languageNames[language],
      description: words.language,
      onClick: () => speakLanguage(language),
    })),
  ];
  return (
    <Spotlight
      query={query}
      onQueryChange={setQuery}
      shortcut={["mod + K", "/"]}
      nothingFound={words.nothingFound}
      highlightQuery
      scrollable
      maxHeight={420}
      actions={[
        ...toOrder,
        { group: words.goTo, actions: toPages },
        { group: words.market, actions: toMarkets },
        { group: own.preferences, actions: preferences },
      ]}
      searchProps={{
        leftSection: <IconSearch size={18} stroke={1.6} />,
        placeholder: words.paletteHint,
        "aria-label": words.paletteHint,
      }}
      onSpotlightClose={() => setQuery("")}
    />
  );
}

export function openPalette(): void {
  spotlight.open();
}
