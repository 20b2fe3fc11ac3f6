// How the managed market ships: zones with their regions, ways with their prices, pickup points.
import { Button, Group, Skeleton } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { answer, api } from "../api";
import { money } from "../format";
import { Empty } from "../kit/empty";
import { Page } from "../kit/page";
import { State } from "../kit/state";
import { language } from "../language";
import { key } from "../query";
import { useRights } from "../rights";
import { words } from "../words";
import { EditOption, EditPoint, EditZone } from "./shipping_dialogs";
import { nameOf, type Option, own, type Point, type Zone } from "./shipping_words";

type Edited =
  | { what: "zone"; zone?: Zone }
  | { what: "option"; zone: Zone; option?: Option }
  | { what: "point"; zone: Zone; point?: Point };

export default function Shipping() {
  const { may } = useRights();
  const mayWrite = may("markets.write");
  const [edited, setEdited] = useState<Edited>();
  const shipping = useQuery({
    queryKey: key("shipping"),
    queryFn: () => answer(api.GET("/api/v1/manager/shipping", {})),
  });
  const zones = shipping.data?.zones;
  const newZone = mayWrite && <Button onClick={() => setEdited({ what: "zone" })}>{own.newZone}</Button>;
  return (
    <Page title={words.shipping} actions={newZone}>
      <div className="stack">
        {!zones && <Skeleton h={240} />}
        {zones?.length === 0 && (
          <section className="card">
            <Empty title={own.none} text={own.noneText}>
              {newZone}
            </Empty>
          </section>
        )}
        {zones?.map((zone) => (
          <ZoneCard key={zone.code} zone={zone} mayWrite={mayWrite} onEdit={setEdited} />
        ))}
      </div>
      {edited?.what === "zone" && <EditZone zone={edited.zone} onClose={() => setEdited(undefined)} />}
      {edited?.what === "option" && (
        <EditOption zone={edited.zone} option={edited.option} onClose={() => setEdited(undefined)} />
      )}
      {edited?.what === "point" && (
        <EditPoint zone={edited.zone} point={edited.point} onClose={() => setEdited(undefined)} />
      )}
    </Page>
  );
}

interface ZoneProps {
  zone: Zone;
  mayWrite: boolean;
  onEdit: (edited: Edited) => void;
}

function ZoneCard({ zone, mayWrite, onEdit }: ZoneProps) {
  const { market } = useRights();
  const priceOf = ({ price, price_rule, tiers }: Option) => {
    if (price_rule !== "flat")
      return `${own[price_rule]}: ${tiers.map((tier) => money(tier.price, market)).join(" – ")}`;
    return price === null ? own.marketPrice : price === 0 ? own.free : money(price, market);
  };
  const regionName = (code: string) => {
    const region = market?.regions.find((each) => each.code === code);
    return region?.names[language] ?? region?.name ?? code;
  };
  const regions = zone.regions.map(regionName).join(", ");
  return (
    <section className="card">
      <div className="card-head">
        <h2>
          {nameOf(zone.names, zone.code)} <span className="quiet small">{regions || own.everywhere}</span>
        </h2>
        {mayWrite && (
          <Button size="xs" variant="default" onClick={() => onEdit({ what: "zone", zone })}>
            {words.edit}
          </Button>
        )}
      </div>
      <div className="card-body">
        <ul className="lines plain">
          {zone.options.map((option) => (
            <li key={option.code}>
              <div>
                <b>{nameOf(option.names, option.code)}</b>{" "}
                <span className="quiet small">
                  {own[option.kind]} · {option.days_from}–{option.days_to} {own.days}
                </span>
                <div className="small">
                  {priceOf(option)}
                  {option.free_from !== null && option.free_from > 0 && (
                    <span className="quiet">
                      {" "}
                      · {own.freeFrom} {money(option.free_from, market)}
                    </span>
                  )}
                </div>
              </div>
              <Group gap="sm" wrap="nowrap">
                <State name={option.is_active ? "active" : "inactive"} />
                {mayWrite && (
                  <Button size="compact-sm" variant="default" onClick={() => onEdit({ what: "option", zone, option })}>
                    {words.edit}
                  </Button>
                )}
              </Group>
            </li>
          ))}
          {zone.pickup_points.map((point) => (
            <li key={point.code}>
              <div>
                <b>{nameOf(point.names, point.code)}</b> <span className="quiet small">{own.point}</span>
                <div className="small">{[point.address, point.city, point.hours].filter(Boolean).join(", ")}</div>
              </div>
              <Group gap="sm" wrap="nowrap">
                <State name={point.is_active ? "active" : "inactive"} />
                {mayWrite && (
                  <Button size="compact-sm" variant="default" onClick={() => onEdit({ what: "point", zone, point })}>
                    {words.edit}
                  </Button>
                )}
              </Group>
            </li>
          ))}
        </ul>
        {mayWrite && (
          <Group mt="sm" gap="xs">
            <Button size="xs" variant="default" onClick={() => onEdit({ what: "option", zone })}>
              {own.newOption}
            </Button>
            <Button size="xs" variant="default" onClick={() => onEdit({ what: "point", zone })}>
              {own.newPoint}
            </Button>
          </Group>
        )}
      </div>
    </section>
  );
}
