// Dialogs of shipping: a zone, a way to ship there, a pickup point.
import { Checkbox, MultiSelect, Select, SimpleGrid, TextInput } from "@mantine/core";
import { useState } from "react";
import { api } from "../api";
import { amountOf } from "../format";
import { FormDialog } from "../kit/dialog";
import { useFields } from "../kit/fields";
import { Translations, written } from "../kit/translations";
import { language } from "../language";
import { useWork } from "../query";
import { useRights } from "../rights";
import { words } from "../words";
import { nameOf, type Option, own, type Point, type Zone } from "./shipping_words";

function useRegions() {
  const { market } = useRights();
  return (market?.regions ?? []).map(({ code, name, names }) => ({ value: code, label: names[language] ?? name }));
}

const code_pattern = "[a-z0-9\\-]+";

export function EditZone({ zone, onClose }: { zone: Zone | undefined; onClose: () => void }) {
  const { market } = useRights();
  const { run } = useWork();
  const [names, setNames] = useState<Record<string, string>>(zone?.names ?? {});
  const fields = useFields({
    code: zone?.code ?? "",
    regions: zone?.regions ?? [],
    sort_order: String(zone?.sort_order ?? 0),
  });
  const { code, regions, sort_order } = fields.values;
  const body = {
    names: written(names),
    regions,
    sort_order: Number(sort_order) || 0,
    version: zone?.version ?? null,
  };
  const send = () =>
    run(() => api.PUT("/api/v1/manager/shipping/zones/{code}", { params: { path: { code: code.trim() } }, body }), {
      done: words.saved,
      changes: ["shipping"],
      fields: fields.setMistakes,
    });
  return (
    <FormDialog
      title={zone ? nameOf(zone.names, zone.code) : own.newZone}
      isOpen
      onClose={onClose}
      onSubmit={send}
      submit={words.save}
      size="lg"
    >
      <Translations label={words.name} languages={market?.languages ?? ["en"]} values={names} onChange={setNames} />
      <MultiSelect
        label={own.regions}
        searchable
        data={useRegions()}
        {...fields.choices("regions")}
        placeholder={regions.length === 0 ? own.everywhere : undefined}
      />
      <SimpleGrid cols={{ base: 1, xs: 2 }}>
        <TextInput
          label={words.code}
          description={own.codeHint}
          required
          disabled={zone !== undefined}
          pattern={code_pattern}
          {...fields.text("code")}
        />
        <TextInput label={own.order} description=" " inputMode="numeric" {...fields.text("sort_order")} />
      </SimpleGrid>
    </FormDialog>
  );
}

interface EditOptionProps {
  zone: Zone;
  option: Option | undefined;
  onClose: () => void;
}

export function EditOption({ zone, option, onClose }: EditOptionProps) {
  const { market } = useRights();
  const { run } = useWork();
  const [names, setNames] = useState<Record<string, string>>(option?.names ?? {});
  const or = (number: number | null | undefined) => (number === null || number === undefined ? "" : String(number));
  const fields = useFields({
    code: option?.code ?? "",
    kind: (option?.kind ?? "courier") as string | null,
    price_rule: (option?.price_rule ?? "flat") as string | null,
    price: or(option?.price),
    steps: (option?.tiers ?? []).map((tier) => `${tier.from_g ?? tier.from_amount ?? 0} = ${tier.price}`).join(", "),
    free_from: or(option?.free_from),
    weight_max_g: or(option?.weight_max_g),
    days_from: or(option?.days_from ?? 1),
    days_to: or(option?.days_to ?? 3),
    sort_order: or(option?.sort_order ?? 0),
    is_active: option?.is_active ?? true,
  });
  const { values } = fields;
  const rule = values.price_rule as Option["price_rule"];
  const send = () => {
    const tiers = values.steps
      .split(",")
      .map((line) => line.split("="))
      .filter(([from = ""]) => from.trim() !== "")
      .map(([from = "", price = ""]) =>
        rule === "weight"
          ? { from_g: Number(from), price: amountOf(price) ?? "0" }
          : { from_amount: amountOf(from), price: amountOf(price) ?? "0" },
      );
    const body = {
      kind: values.kind as Option["kind"],
      names: written(names),
      price_rule: rule,
      price: rule === "flat" ? amountOf(values.price) : null,
      tiers: rule === "flat" ? [] : tiers,
      free_from: amountOf(values.free_from),
      weight_max_g: values.weight_max_g ? Number(values.weight_max_g) : null,
      days_from: Number(values.days_from),
      days_to: Number(values.days_to),
      sort_order: Number(values.sort_order) || 0,
      is_active: values.is_active,
      version: option?.version ?? null,
    };
    const path = { zone: zone.code, code: values.code.trim() };
    return run(() => api.PUT("/api/v1/manager/shipping/zones/{zone}/options/{code}", { params: { path }, body }), {
      done: words.saved,
      changes: ["shipping"],
      fields: fields.setMistakes,
    });
  };
  return (
    <FormDialog
      title={option ? nameOf(option.names, option.code) : `${own.option} · ${nameOf(zone.names, zone.code)}`}
      isOpen
      onClose={onClose}
      onSubmit={send}
      submit={words.save}
      size="lg"
    >
      <Translations label={words.name} languages={market?.languages ?? ["en"]} values={names} onChange={setNames} />
      <SimpleGrid cols={{ base: 1, xs: 2 }} spacing="sm">
        <TextInput
          label={words.code}
          description={own.codeHint}
          required
          disabled={option !== undefined}
          pattern={code_pattern}
          {...fields.text("code")}
        />
        <Select
          label={own.kind}
          description=" "
          allowDeselect={false}
          data={(["courier", "pickup", "express"] as const).map((kind) => ({ value: kind, label: own[kind] }))}
          {...fields.choice("kind")}
        />
        <Select
          label={own.rule}
          description=" "
          allowDeselect={false}
          data={(["flat", "weight", "subtotal"] as const).map((each) => ({ value: each, label: own[each] }))}
          {...fields.choice("price_rule")}
        />
        {rule === "flat" ? (
          <TextInput label={own.price} description={own.priceHint} inputMode="decimal" {...fields.text("price")} />
        ) : (
          <TextInput label={own.steps} description="0 = 150, 1000 = 200" {...fields.text("steps")} />
        )}
        <TextInput label={own.freeFrom} description={own.freeHint} inputMode="decimal" {...fields.text("free_from")} />
        <TextInput label={own.weightMax} description=" " inputMode="numeric" {...fields.text("weight_max_g")} />
        <TextInput label={own.daysFrom} required inputMode="numeric" {...fields.text("days_from")} />
        <TextInput label={own.daysTo} required inputMode="numeric" {...fields.text("days_to")} />
      </SimpleGrid>
      <Checkbox label={words.active} {...fields.flag("is_active")} />
    </FormDialog>
  );
}

export function EditPoint({ zone, point, onClose }: { zone: Zone; point: Point | undefined; onClose: () => void }) {
  const { market } = useRights();
  const { run } = useWork();
  const regions = useRegions();
  const [names, setNames] = useState<Record<string, string>>(point?.names ?? {});
  const fields = useFields({
    code: point?.code ?? "",
    address: point?.address ?? "",
    city: point?.city ?? "",
    region: (point?.region ?? null) as string | null,
    hours: point?.hours ?? "",
    is_active: point?.is_active ?? true,
  });
  const { code, address, city, region, hours, is_active } = fields.values;
  const send = () =>
    run(
      () =>
        api.PUT("/api/v1/manager/shipping/pickup-points/{code}", {
          params: { path: { code: code.trim() } },
          body: {
            zone: zone.code,
            names: written(names),
            address,
            city,
            region: region ?? "",
            hours,
            is_active,
            version: point?.version ?? null,
          },
        }),
      { done: words.saved, changes: ["shipping"], fields: fields.setMistakes },
    );
  return (
    <FormDialog
      title={point ? nameOf(point.names, point.code) : `${own.point} · ${nameOf(zone.names, zone.code)}`}
      isOpen
      onClose={onClose}
      onSubmit={send}
      submit={words.save}
      size="lg"
    >
      <Translations label={words.name} languages={market?.languages ?? ["en"]} values={names} onChange={setNames} />
      <SimpleGrid cols={{ base: 1, xs: 2 }} spacing="sm">
        <TextInput label={own.address} required {...fields.text("address")} />
        <TextInput label={own.city} required {...fields.text("city")} />
        <Select label={own.region} required searchable data={regions} {...fields.choice("region")} />
        <TextInput label={own.hours} maxLength={200} {...fields.text("hours")} />
        <TextInput
          label={words.code}
          required
          disabled={point !== undefined}
          pattern={code_pattern}
          {...fields.text("code")}
        />
      </SimpleGrid>
      <Checkbox label={words.active} {...fields.flag("is_active")} />
    </FormDialog>
  );
}
