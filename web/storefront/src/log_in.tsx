// Logging in by phone: a code is sent, a code is typed.
import { api, refusalOf } from "@marque/shared/api";
import { forgetCart } from "@marque/shared/guest";
import { phoneExample } from "@marque/shared/place";
import { inCookie, remember } from "@marque/shared/session";
import { useRef, useState } from "preact/hooks";
import { words } from "./words_data";
import { useWork } from "./work";

interface Sent {
  challenge: string;
  phone: string;
}

export function LogIn({ onDone }: { onDone: () => void }) {
  const [sent, setSent] = useState<Sent>();
  const { isBusy, mistake, run } = useWork();
  const phone = useRef<HTMLInputElement>(null);

  const send = (typed: string) =>
    run(async () => {
      const { data, error } = await api.POST("/api/v1/auth/send-verification", { body: { phone: typed } });
      if (data) setSent({ challenge: data.challenge_id, phone: data.phone });
      const isUnreadable = refusalOf(error).code === "http.invalid_input";
      return { error, said: isUnreadable ? `${words.wrongPhone} ${phoneExample}` : undefined };
    });
  const verify = (code: string, { challenge, phone }: Sent) =>
    run(async () => {
      const body = { phone, verification_code: code, challenge_id: challenge };
      const { data, error } = await api.POST("/api/v1/auth/verify-code", { body, headers: inCookie });
      if (data) {
        remember(data);
        if (data.cart_joined) forgetCart();
        onDone();
      }
      return { error };
    });
  const valueOf = (event: Event, name: string) =>
    String(new FormData(event.currentTarget as HTMLFormElement).get(name) ?? "").trim();

  const problem = (
    <p class="mistake" role="alert">
      {mistake}
    </p>
  );
  if (!sent) {
    return (
      <form
        class="stack"
        key="phone"
        onSubmit={(event) => {
          event.preventDefault();
          void send(valueOf(event, "phone"));
        }}
      >
        <p class="quiet">{words.logInHint}</p>
        <label class="field">
          <span>{words.phone}</span>
          <input
            ref={phone}
            name="phone"
            type="tel"
            autocomplete="tel"
            placeholder={phoneExample}
            required
            minLength={5}
            maxLength={40}
            autofocus
          />
        </label>
        {problem}
        <button class="button" disabled={isBusy}>
          {words.sendCode}
        </button>
      </form>
    );
  }
  return (
    <form
      class="stack"
      key="code"
      onSubmit={(event) => {
        event.preventDefault();
        void verify(valueOf(event, "code"), sent);
      }}
    >
      <p class="quiet">
        {words.codeSent} {sent.phone}
      </p>
      <label class="field">
        <span>{words.code}</span>
        <input
          name="code"
          inputMode="numeric"
          autocomplete="one-time-code"
          pattern="[0-9]{6}"
          maxLength={6}
          required
          ref={(input) => input?.focus()}
        />
      </label>
      {problem}
      <button class="button" disabled={isBusy}>
        {words.logIn}
      </button>
      <button class="link" type="button" onClick={() => setSent(undefined)}>
        {words.otherPhone}
      </button>
    </form>
  );
}
