// Where the customer is logged in: each login may be ended, this one stays until its own "log out".
import { api } from "@marque/shared/api";
import { locale } from "@marque/shared/place";
import type { components } from "@marque/shared/schema";
import { useState } from "preact/hooks";
import { words } from "./own_words_data";
import { useWork } from "./work";

type Login = components["schemas"]["SessionView"];

const moment = new Intl.DateTimeFormat(locale, { dateStyle: "medium", timeStyle: "short" });

export function Logins({ first }: { first: Login[] }) {
  const [items, setItems] = useState(first);
  const [said, setSaid] = useState("");
  const { isBusy, mistake, run } = useWork();
  const end = (work: () => Promise<{ error?: unknown }>, saying = "") =>
    run(async () => {
      const answer = await work();
      const { data } = await api.GET("/api/v1/auth/sessions");
      if (data) setItems(data.items);
      if (!answer.error) setSaid(saying);
      return answer;
    });
  return (
    <div class="stack">
      <ul class="logins" role="list">
        {items.map(({ id, device, current: isThis, last_seen_at: seen }) => (
          <li key={id} data-login={isThis ? "this" : id}>
            <span>
              {device ?? words.unknownDevice} {isThis && <span class="badge">{words.thisDevice}</span>}
              <span class="label">
                {words.lastSeen}: {moment.format(new Date(seen))}
              </span>
            </span>
            {!isThis && (
              <button
                class="link"
                type="button"
                disabled={isBusy}
                onClick={() => void end(() => api.DELETE("/api/v1/auth/sessions/{id}", { params: { path: { id } } }))}
              >
                {words.endLogin}
              </button>
            )}
          </li>
        ))}
      </ul>
      {items.length > 1 && (
        <p>
          <button
            class="button is-small is-quiet"
            type="button"
            disabled={isBusy}
            data-end-others
            onClick={() => void end(() => api.POST("/api/v1/auth/logout-all"), words.othersEnded)}
          >
            {words.endOthers}
          </button>
        </p>
      )}
      <p class="quiet" role="status">
        {said}
      </p>
      <p class="mistake" role="alert">
        {mistake}
      </p>
    </div>
  );
}
