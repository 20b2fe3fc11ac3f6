// What stands where there is nothing: what belongs here, and how to begin.
import { Stack, Text, Title } from "@mantine/core";
import type { ReactNode } from "react";

export function Empty({ title, text, children }: { title: string; text?: string; children?: ReactNode }) {
  return (
    <Stack align="center" gap="xs" className="empty">
      <Title order={2} size="h4">
        {title}
      </Title>
      {text && (
        <Text c="dimmed" size="sm" maw={460} ta="center">
          {text}
        </Text>
      )}
      {children}
    </Stack>
  );
}
