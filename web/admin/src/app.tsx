// From nobody to somebody who manages a market: log-in, rights, frame.
import { Button, Center, Skeleton, Stack, Text, Title } from "@mantine/core";
import { mayBeLoggedIn } from "@marque/shared/session";
import { useEffect, useState } from "react";
import { Router } from "wouter";
import { Refused } from "./api";
import { Empty } from "./kit/empty";
import { manage, managedMarket } from "./market";
import { LogIn } from "./log_in";
import { queries } from "./query";
import { permittedMarket, RightsProvider, useMarkets, useMe, useRightsIn, type MarketView, type Me } from "./rights";
import { SecondFactorDialog } from "./second_factor";
import { logOut } from "./session";
import { Shell } from "./shell";
import { speak } from "./language";
import { words } from "./words";

const own = speak({
  noMarket: ["This account manages no market", "Этот аккаунт не управляет рынками", "Бул аккаунт рынок башкарбайт"],
  noMarketText: [
    "An admin of a market can invite you by your phone number.",
    "Администратор рынка может пригласить вас по номеру телефона.",
    "Рыноктун администратору сизди телефон номериңиз менен чакыра алат.",
  ],
  otherAccount: ["Use another account", "Войти под другим аккаунтом", "Башка аккаунт менен кирүү"],
});

export function App() {
  const [isKnown, setKnown] = useState(mayBeLoggedIn());
  if (!isKnown) {
    return (
      <LogIn
        onDone={() => {
          queries.clear();
          setKnown(true);
        }}
      />
    );
  }
  return <LoggedIn onGone={() => setKnown(false)} />;
}

function LoggedIn({ onGone }: { onGone: () => void }) {
  const me = useMe();
  const markets = useMarkets();
  const status = me.error instanceof Refused ? me.error.status : 0;
  useEffect(() => {
    if (status === 401) onGone();
  }, [status, onGone]);
  if (me.data && markets.data && me.data.markets.length > 0) {
    return <Office me={me.data} markets={markets.data.items} />;
  }
  if (status === 403 || me.data?.markets.length === 0) {
    return (
      <Center mih="100dvh" p="md" component="main">
        <Empty title={own.noMarket} text={own.noMarketText}>
          <Button onClick={() => void logOut(onGone)}>{own.otherAccount}</Button>
        </Empty>
      </Center>
    );
  }
  if ((me.error && status !== 401) || markets.error) {
    return (
      <Center mih="100dvh" p="md" component="main">
        <Stack align="center">
          <Title order={1} size="h3">
            {words.office}
          </Title>
          <Text>{words.failedToLoad}</Text>
          <Button onClick={() => void Promise.all([me.refetch(), markets.refetch()])}>{words.tryAgain}</Button>
        </Stack>
      </Center>
    );
  }
  return <Skeleton className="first" aria-label={words.loading} />;
}

function Office({ me, markets }: { me: Me; markets: MarketView[] }) {
  const permitted = permittedMarket(me);
  if (permitted !== managedMarket()) manage(permitted);
  const rights = useRightsIn(me, markets);
  return (
    <RightsProvider value={rights}>
      <Router base="/admin">
        <Shell />
      </Router>
      <SecondFactorDialog />
    </RightsProvider>
  );
}
