// A list: columns, rows that lead somewhere, skeletons while it loads, what to do where it is empty, more on demand.
import { Button, Skeleton, Table } from "@mantine/core";
import type { ReactNode } from "react";
import { useLocation } from "wouter";
import { count } from "../format";
import { mistakeOf } from "../query";
import { Refused } from "../api";
import { words } from "../words";

export interface Column<Row> {
  title: string;
  /** What stands in the head instead of the title. */
  head?: ReactNode;
  cell: (row: Row) => ReactNode;
  /** Right-aligned. */
  isNumber?: boolean;
  /** A box to tick: what follows stands beside it. */
  isChoice?: boolean;
  /** Left out where there is little room. */
  wideOnly?: boolean;
}

export interface ListProps<Row> {
  label: string;
  columns: Array<Column<Row> | false>;
  rows: Row[] | undefined;
  id: (row: Row) => string;
  /** Where a click on a row leads; the row's first cell holds the link for keyboards. */
  link?: (row: Row) => string;
  empty: ReactNode;
  error?: unknown;
  retry?: () => unknown;
  total?: number;
  more?: { isThere: boolean; isLoading: boolean; load: () => unknown };
}

export function List<Row>({ label, columns, rows, id, link, empty, error, retry, total, more }: ListProps<Row>) {
  const [, go] = useLocation();
  const shown = columns.filter((column) => column !== false);
  if (error) {
    return (
      <div className="empty list-error" role="alert">
        <p>{error instanceof Refused ? mistakeOf(error.problem) : words.failedToLoad}</p>
        {retry && (
          <Button variant="default" onClick={() => retry()}>
            {words.tryAgain}
          </Button>
        )}
      </div>
    );
  }
  if (rows?.length === 0) return <>{empty}</>;
  const classes = ({ isNumber, isChoice, wideOnly }: Column<Row>) =>
    [isNumber && "number", isChoice && "choice", wideOnly && "wide-only"].filter(Boolean).join(" ") || undefined;
  return (
    <>
      <div className="table-scroll" tabIndex={0} role="region" aria-label={label} aria-busy={rows === undefined}>
        <Table aria-label={label} className="list">
          <Table.Thead>
            <Table.Tr>
              {shown.map((column, at) => (
                <Table.Th key={at} className={classes(column)}>
                  {column.head ?? (column.title || <span className="hidden">{words.actions}</span>)}
                </Table.Th>
              ))}
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {rows
              ? rows.map((row) => (
                  <Table.Tr
                    key={id(row)}
                    data-link={link ? "" : undefined}
                    onClick={(event) => {
                      if (!link || (event.target as HTMLElement).closest("a, button, input, label")) return;
                      go(link(row));
                    }}
                  >
                    {shown.map((column, at) => (
                      <Table.Td key={at} className={classes(column)}>
                        {column.cell(row)}
                      </Table.Td>
                    ))}
                  </Table.Tr>
                ))
              : Array.from({ length: 8 }, (_, at) => (
                  <Table.Tr key={at}>
                    {shown.map((column, within) => (
                      <Table.Td key={within} className={classes(column)}>
                        <Skeleton h={14} w={column.isNumber ? 60 : "80%"} ml={column.isNumber ? "auto" : 0} />
                      </Table.Td>
                    ))}
                  </Table.Tr>
                ))}
          </Table.Tbody>
        </Table>
      </div>
      {rows && (total !== undefined || more?.isThere) && (
        <div className="table-foot">
          <span>{total !== undefined ? `${count(rows.length)} / ${count(total)}` : count(rows.length)}</span>
          {more?.isThere && (
            <Button variant="default" size="xs" loading={more.isLoading} onClick={() => more.load()}>
              {words.more}
            </Button>
          )}
        </div>
      )}
    </>
  );
}
