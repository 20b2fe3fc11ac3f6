// A page's list as a whole: tabs, search and filters above it, rows that can be chosen to do something to many at once,
// and what to say where there is nothing. What it is narrowed by stands in the address: it can be reloaded and sent on.
import { Button, Checkbox, Group, SegmentedControl, TextInput } from "@mantine/core";
import { type ReactNode, useState } from "react";
import { useSearchParams } from "wouter";
import { readAgain } from "../query";
import { say, sayDone } from "../say";
import { speak } from "../language";
import { words } from "../words";
import { Empty } from "./empty";
import { type Column, List, type ListProps } from "./table";

const own = speak({
  choose: ["Choose", "Выбрать", "Тандоо"],
  chooseAll: ["Choose all shown", "Выбрать все показанные", "Көрсөтүлгөндүн баарын тандоо"],
  chosen: ["chosen", "выбрано", "тандалды"],
  changed: ["changed", "изменено", "өзгөрдү"],
  notChanged: ["could not be changed", "не удалось изменить", "өзгөргөн жок"],
  clear: ["Clear the filter", "Сбросить фильтр", "Чыпканы тазалоо"],
});

/** What the address asks for. */
export function useFilter() {
  const [address, setAddress] = useSearchParams();
  const change = (changed: Record<string, string | null | undefined>) => {
    const next = new URLSearchParams(address);
    for (const [name, value] of Object.entries(changed)) {
      if (value) next.set(name, value);
      else next.delete(name);
    }
    setAddress(next, { replace: true });
  };
  return {
    address,
    change,
    choose: (next: Record<string, string>) => setAddress(next),
    clear: () => setAddress({}),
    isNarrow: address.size > 0,
  };
}

interface TabsProps<Name extends string> {
  label: string;
  /** None is all. */
  value: Name | undefined;
  names: Record<Name, string>;
  onChange: (value: Name | null) => void;
  hasAll?: boolean;
}

export function Tabs<Name extends string>({ label, value, names, onChange, hasAll = true }: TabsProps<Name>) {
  const data = Object.entries<string>(names).map(([name, said]) => ({ value: name, label: said }));
  return (
    <SegmentedControl
      aria-label={label}
      className="scrolls"
      value={value ?? "all"}
      onChange={(next) => onChange(next === "all" ? null : (next as Name))}
      data={hasAll ? [{ value: "all", label: words.all }, ...data] : data}
    />
  );
}

interface SearchProps {
  label: string;
  value: string | undefined;
  onSearch: (text: string) => void;
}

export function Search({ label, value = "", onSearch }: SearchProps) {
  return (
    <form
      role="search"
      key={value}
      className="filter-wide"
      onSubmit={(event) => {
        event.preventDefault();
        onSearch(String(new FormData(event.currentTarget).get("q") ?? "").trim());
      }}
    >
      <TextInput size="xs" name="q" type="search" aria-label={label} placeholder={label} defaultValue={value} />
    </form>
  );
}

interface ListingProps<Row> extends Omit<ListProps<Row>, "empty"> {
  /** Tabs, search, filters. */
  above?: ReactNode;
  /** Where there is nothing at all; where only the filter finds nothing, that is said instead. */
  empty: ReactNode;
  filter?: { isNarrow: boolean; clear: () => void };
  /** What can be done to those that are chosen; with it, rows can be. */
  bulk?: false | ((rows: Row[], done: () => void) => ReactNode);
  /** What a row is called by who cannot see it. */
  nameOf?: (row: Row) => string;
}

export function Listing<Row>(props: ListingProps<Row>) {
  const { above, empty, filter, bulk = false, nameOf, columns, rows, id, ...list } = props;
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set());
  // Only what is seen is done: what was chosen and is filtered out does not count.
  const chosenRows = (rows ?? []).filter((row) => chosen.has(id(row)));
  const choose = (changed: Row[], isChosen: boolean) =>
    setChosen((before) => {
      const next = new Set(before);
      for (const row of changed) {
        if (isChosen) next.add(id(row));
        else next.delete(id(row));
      }
      return next;
    });
  const choice: Column<Row> = {
    title: own.choose,
    isChoice: true,
    head: (
      <Checkbox
        size="xs"
        aria-label={own.chooseAll}
        checked={chosenRows.length > 0 && chosenRows.length === rows?.length}
        indeterminate={chosenRows.length > 0 && chosenRows.length !== rows?.length}
        onChange={(event) => choose(rows ?? [], event.currentTarget.checked)}
      />
    ),
    cell: (row) => (
      <Checkbox
        size="xs"
        aria-label={`${own.choose} ${nameOf?.(row) ?? id(row)}`}
        checked={chosen.has(id(row))}
        onChange={(event) => choose([row], event.currentTarget.checked)}
      />
    ),
  };
  const nothing = filter?.isNarrow ? (
    <Empty title={words.nothingFound}>
      <Button variant="default" onClick={filter.clear}>
        {own.clear}
      </Button>
    </Empty>
  ) : (
    empty
  );
  return (
    <section className="card">
      {above && <div className="bar">{above}</div>}
      {bulk && chosenRows.length > 0 && (
        <div className="bar bulk" role="status">
          <b>
            {chosenRows.length} {own.chosen}
          </b>
          <Group gap="xs">
            {bulk(chosenRows, () => setChosen(new Set()))}
            <Button size="xs" variant="default" onClick={() => setChosen(new Set())}>
              {words.cancel}
            </Button>
          </Group>
        </div>
      )}
      <List rows={rows} id={id} empty={nothing} columns={bulk ? [choice, ...columns] : columns} {...list} />
    </section>
  );
}

interface ManyOptions<Row> {
  /** The list that is read again afterwards. */
  changes: string;
  then?: () => void;
  /** Takes back what was done to those it was done to. */
  undo?: (rows: Row[]) => unknown;
}

/** The same to many, one after the other, each by its own rule; how many it was done to is said, and how many not. */
export function useMany() {
  const [isBusy, setBusy] = useState(false);
  const runMany = async <Row,>(
    rows: Row[],
    ask: (row: Row) => Promise<{ response: Response }>,
    { changes, then, undo }: ManyOptions<Row>,
  ): Promise<void> => {
    setBusy(true);
    const done: Row[] = [];
    for (const row of rows) {
      const isDone = await ask(row).then(
        ({ response }) => response.ok,
        () => false,
      );
      if (isDone) done.push(row);
    }
    setBusy(false);
    const failed = rows.length - done.length;
    if (done.length > 0) sayDone(`${own.changed}: ${done.length}`, undo && (() => undo(done)));
    if (failed > 0) say(`${own.notChanged}: ${failed}`, true);
    void readAgain(changes);
    then?.();
  };
  return { isBusy, runMany };
}
