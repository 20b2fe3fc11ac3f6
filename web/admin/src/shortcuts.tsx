// Keys that work everywhere: "g" and a letter goes to a page, "m" to the next market, "?" shows them all.
import { Kbd, Modal, Table } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { useEffect, useRef } from "react";
import { useLocation } from "wouter";
import { managedMarket } from "./market";
import { switchTo, useMarketChoices } from "./market_switcher";
import { useRights } from "./rights";
import { pagesOfMenu } from "./shell";
import { words } from "./words";

const sequence_ms = 1_200;

function isTyping(target: EventTarget | null): boolean {
  return target instanceof HTMLElement && target.closest("input, textarea, select, [contenteditable=true]") !== null;
}

export function Shortcuts() {
  const rights = useRights();
  const choices = useMarketChoices();
  const [, go] = useLocation();
  const [isOpen, { open, close }] = useDisclosure();
  const begunAt_ms = useRef(0);
  const shown = pagesOfMenu(rights).filter(({ shortcut }) => shortcut);

  useEffect(() => {
    const press = (event: KeyboardEvent) => {
      if (event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) return;
      if (Date.now() - begunAt_ms.current < sequence_ms) {
        begunAt_ms.current = 0;
        const page = shown.find(({ shortcut }) => shortcut === event.key.toLowerCase());
        if (page) go(page.path);
        return;
      }
      if (event.key === "g") begunAt_ms.current = Date.now();
      if (event.key === "?") open();
      if (event.key === "m" && choices.length > 1) {
        const at = choices.findIndex(({ market }) => market === managedMarket());
        const next = choices[(at + 1) % choices.length];
        if (next) switchTo(next.market, next.name);
      }
    };
    document.addEventListener("keydown", press);
    return () => document.removeEventListener("keydown", press);
  });

  return (
    <Modal opened={isOpen} onClose={close} title={words.shortcuts} closeButtonProps={{ "aria-label": words.close }}>
      <Table>
        <Table.Tbody>
          <Table.Tr>
            <Table.Td>{words.palette}</Table.Td>
            <Table.Td>
              <Kbd>Ctrl</Kbd> <Kbd>K</Kbd>
            </Table.Td>
          </Table.Tr>
          <Table.Tr>
            <Table.Td>{words.switchMarket}</Table.Td>
            <Table.Td>
              <Kbd>m</Kbd>
            </Table.Td>
          </Table.Tr>
          {shown.map(({ path, title, shortcut }) => (
            <Table.Tr key={path}>
              <Table.Td>{title}</Table.Td>
              <Table.Td>
                <Kbd>g</Kbd> <Kbd>{shortcut}</Kbd>
              </Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Modal>
  );
}
