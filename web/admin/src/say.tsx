// What is said in passing, in the corner: that something is done, with its undoing, or what went wrong.
import { Button, Group, Text } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { words } from "./words";

export function say(message: string, isMistake = false): void {
  notifications.show({
    message,
    color: isMistake ? "red" : "teal",
    autoClose: isMistake ? 9_000 : 4_000,
    role: isMistake ? "alert" : "status",
    closeButtonProps: { "aria-label": words.close },
  });
}

export function sayDone(message: string, undo?: () => unknown): void {
  if (!undo) {
    say(message);
    return;
  }
  const id = `done-${Date.now()}`;
  const body = (
    <Group justify="space-between" wrap="nowrap">
      <Text size="sm">{message}</Text>
      <Button
        size="compact-sm"
        variant="default"
        onClick={() => {
          notifications.hide(id);
          undo();
        }}
      >
        {words.undo}
      </Button>
    </Group>
  );
  notifications.show({
    id,
    message: body,
    color: "teal",
    autoClose: 8_000,
    role: "status",
    closeButtonProps: { "aria-label": words.close },
  });
}
