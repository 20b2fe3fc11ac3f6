// Leaving: the server ends this login, and nothing of it stays in memory.
import { remember } from "@marque/shared/session";
import { api } from "./api";
import { queries } from "./query";

export async function logOut(then: () => void): Promise<void> {
  await api.POST("/api/v1/auth/logout", {}).catch(() => undefined);
  remember(undefined);
  queries.clear();
  then();
}
