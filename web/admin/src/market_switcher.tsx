// Which market is managed: always visible, in the market's colour, with those the caller may manage.
import { Menu, UnstyledButton } from "@mantine/core";
import { IconCheck, IconSelector } from "@tabler/icons-react";
import { useEffect } from "react";
import { api } from "./api";
import { manage, useManagedMarket } from "./market";
import { useRights } from "./rights";
import { say } from "./say";
import { colourOf, wear } from "./theme";
import { words } from "./words";

/** Another market: its colour at once, and told to the server for whoever asks it without naming a market. */
export function switchTo(market: string, name: string): void {
  manage(market);
  void api.POST("/api/v1/manager/market", { body: { market } });
  say(`${words.nowManaging} ${name}`);
}

export function useMarketChoices() {
  const { me, markets } = useRights();
  return me.markets.map(({ market, role }) => ({
    market,
    role,
    name: markets.find(({ code }) => code === market)?.name ?? market,
  }));
}

export function MarketSwitcher() {
  const managed = useManagedMarket();
  const choices = useMarketChoices();
  const current = choices.find(({ market }) => market === managed);
  useEffect(() => wear(colourOf(managed)), [managed]);
  return (
    <Menu position="bottom-start" width={260}>
      <Menu.Target>
        <UnstyledButton
          className="market"
          aria-label={`${words.switchMarket}: ${managed.toUpperCase()} ${current?.name ?? ""}`}
        >
          <b>{managed.toUpperCase()}</b> <span className="market-name">{current?.name}</span>
          <IconSelector size={16} stroke={1.8} aria-hidden />
        </UnstyledButton>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Label>{words.market}</Menu.Label>
        {choices.map(({ market, name, role }) => (
          <Menu.Item
            key={market}
            leftSection={
              <span className="market-dot" ref={(dot) => dot?.style.setProperty("--dot", colourOf(market))} />
            }
            rightSection={market === managed ? <IconCheck size={16} /> : null}
            onClick={() => switchTo(market, name)}
          >
            {name}
            <span className="quiet"> · {role}</span>
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  );
}
