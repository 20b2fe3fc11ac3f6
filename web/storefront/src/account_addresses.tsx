// A customer's addresses: kept, changed, forgotten; one of them is the usual one.
import { api, refusalOf } from "@marque/shared/api";
import { randomUuid } from "@marque/shared/guest";
import type { components } from "@marque/shared/schema";
import { useRef, useState } from "preact/hooks";
import { Field, Select } from "./fields";
import { regionName } from "./names";
import { words } from "./own_words_data";
import { useWork } from "./work";

type Schemas = components["schemas"];
type Address = Schemas["AddressView"];

interface FormParts {
  market: Schemas["MarketView"];
  address?: Address;
  onDone: () => Promise<void>;
  onCancel: () => void;
}

const parts = ["title", "city", "street", "building", "apartment", "postal_code"] as const;
type Part = (typeof parts)[number];

function AddressForm({ market, address, onDone, onCancel }: FormParts) {
  const [region, setRegion] = useState(address?.state ?? "");
  const [wrong, setWrong] = useState<string[]>([]);
  const key = useRef(randomUuid());
  const { isBusy, mistake, run } = useWork();
  const { required, postal_code_pattern: postalCode } = market.address;
  const save = (form: HTMLFormElement) =>
    run(async () => {
      const data = new FormData(form);
      const typed = (name: Part) => String(data.get(name) ?? "").trim() || undefined;
      const missing = ["street", "city", ...required].filter((name) =>
        name === "state" ? market.regions.length > 0 && !region : parts.includes(name as Part) && !typed(name as Part),
      );
      setWrong(missing);
      if (missing.length > 0) return {};
      const body = {
        ...Object.fromEntries(parts.map((part) => [part, typed(part)])),
        state: region || undefined,
      };
      const answer = address
        ? await api.PUT("/api/v1/profile/addresses/{id}", { params: { path: { id: address.id } }, body })
        : await api.POST("/api/v1/profile/addresses", {
            params: { header: { "Idempotency-Key": key.current } },
            body,
          });
      if (answer.error) {
        const { fields } = refusalOf(answer.error);
        setWrong(fields);
        // Another body is another wish.
        key.current = randomUuid();
        return fields.length > 0 ? {} : answer;
      }
      await onDone();
      return {};
    });
  const field = (name: Part, label: string, autocomplete: AutoFill, maxLength: number) => (
    <Field
      name={name}
      label={label}
      mistake={wrong.includes(name) ? words.wrong : undefined}
      defaultValue={address?.[name] ?? (name === "street" && address ? address.full_address : "")}
      maxLength={maxLength}
      autocomplete={autocomplete}
    />
  );
  return (
    <form
      class="stack"
      noValidate
      onInput={({ target }) => setWrong(wrong.filter((name) => name !== (target as HTMLInputElement).name))}
      onSubmit={(event) => {
        event.preventDefault();
        void save(event.currentTarget);
      }}
    >
      {field("title", words.addressTitle, "off", 100)}
      {market.regions.length > 0 && (
        <Select
          name="state"
          label={words.region}
          value={region}
          mistake={wrong.includes("state") ? words.required : undefined}
          onChoose={setRegion}
        >
          <option value="">{words.choose}</option>
          {market.regions.map((each) => (
            <option key={each.code} value={each.code}>
              {regionName(each)}
            </option>
          ))}
        </Select>
      )}
      <div class="pair">
        {field("city", words.city, "address-level2", 100)}
        {postalCode && field("postal_code", words.postalCode, "postal-code", 20)}
      </div>
      {field("street", words.street, "address-line1", 255)}
      <div class="pair">
        {address?.building && field("building", words.building, "off", 50)}
        {field("apartment", words.apartment, "address-line2", 50)}
      </div>
      <p class="buttons">
        <button class="button" disabled={isBusy}>
          {words.save}
        </button>
        <button class="button is-quiet" type="button" onClick={onCancel}>
          {words.cancel}
        </button>
      </p>
      <p class="mistake" role="alert">
        {mistake}
      </p>
    </form>
  );
}

type AutoFill = "off" | "address-level2" | "postal-code" | "address-line1" | "address-line2";

export function Addresses({ first, market }: { first: Address[]; market: Schemas["MarketView"] }) {
  const [items, setItems] = useState(first);
  /** Which one the form is open for; "" for a new one. */
  const [open, setOpen] = useState<string>();
  const { isBusy, mistake, run } = useWork();
  const again = async () => {
    const { data } = await api.GET("/api/v1/profile/addresses");
    if (data) setItems(data.items);
    setOpen(undefined);
  };
  const change = (work: () => Promise<{ error?: unknown }>) =>
    run(async () => {
      const answer = await work();
      await again();
      return answer;
    });
  const form = (address?: Address) => (
    <AddressForm
      key={address?.id ?? ""}
      market={market}
      address={address}
      onDone={again}
      onCancel={() => setOpen(undefined)}
    />
  );
  const oneOf = (address: Address) => {
    const params = { path: { id: address.id } };
    if (open === address.id) return form(address);
    return (
      <>
        <p>
          {address.title && <b>{address.title} </b>}
          {address.is_default && <span class="badge">{words.isDefault}</span>}
        </p>
        <p>{address.full_address}</p>
        <p class="links">
          <button class="link" type="button" onClick={() => setOpen(address.id)}>
            {words.edit}
          </button>
          {!address.is_default && (
            <button
              class="link"
              type="button"
              disabled={isBusy}
              data-make-default
              onClick={() => void change(() => api.POST("/api/v1/profile/addresses/{id}/default", { params }))}
            >
              {words.makeDefault}
            </button>
          )}
          <button
            class="link"
            type="button"
            disabled={isBusy}
            data-forget
            onClick={() => void change(() => api.DELETE("/api/v1/profile/addresses/{id}", { params }))}
          >
            {words.remove} <span class="hidden">{address.title ?? address.full_address}</span>
          </button>
        </p>
      </>
    );
  };
  return (
    <div class="stack">
      {items.length === 0 && open === undefined && <p class="quiet">{words.noAddresses}</p>}
      {items.length > 0 && (
        <ul class="addresses" role="list">
          {items.map((address) => (
            <li key={address.id} data-address={address.id}>
              {oneOf(address)}
            </li>
          ))}
        </ul>
      )}
      {open === "" && form()}
      {open === undefined && (
        <p>
          <button class="button is-small is-quiet" type="button" data-add-address onClick={() => setOpen("")}>
            {words.addAddress}
          </button>
        </p>
      )}
      <p class="mistake" role="alert">
        {mistake}
      </p>
    </div>
  );
}
