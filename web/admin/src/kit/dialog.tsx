// A dialog with a form: fields, mistakes at them, one button that does it.
import { Button, Group, Modal, Stack, Text } from "@mantine/core";
import { type FormEvent, type ReactNode, useState } from "react";
import { words } from "../words";

interface DialogProps {
  title: string;
  text?: ReactNode;
  isOpen: boolean;
  onClose: () => void;
  /** Answers whether it is done; the dialog closes then. */
  onSubmit: () => Promise<boolean>;
  submit: string;
  isDangerous?: boolean;
  size?: string;
  children?: ReactNode;
}

export function FormDialog(props: DialogProps) {
  const { title, text, isOpen, onClose, onSubmit, submit, isDangerous = false, size = "md", children } = props;
  const [isBusy, setBusy] = useState(false);
  const send = async (event: FormEvent) => {
    event.preventDefault();
    // A form inside a dialog inside a form would be sent, too.
    event.stopPropagation();
    setBusy(true);
    const isDone = await onSubmit();
    setBusy(false);
    if (isDone) onClose();
  };
  return (
    <Modal opened={isOpen} onClose={onClose} title={title} size={size} closeButtonProps={{ "aria-label": words.close }}>
      <form onSubmit={(event) => void send(event)} noValidate={false}>
        <Stack>
          {text && (
            <Text size="sm" c="dimmed">
              {text}
            </Text>
          )}
          {children}
          <Group justify="flex-end" gap="xs">
            <Button variant="default" type="button" onClick={onClose}>
              {words.cancel}
            </Button>
            <Button type="submit" loading={isBusy} className={isDangerous ? "danger" : undefined}>
              {submit}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}
