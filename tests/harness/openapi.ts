// The OpenAPI document as what tests generate requests from: operations, their fields, and good values for each.
import { readFileSync } from "node:fs";
import { documentPath } from "./contract.js";

export interface Schema {
  $ref?: string;
  type?: string | string[];
  format?: string;
  enum?: unknown[];
  pattern?: string;
  minLength?: number;
  maxLength?: number;
  minimum?: number;
  maximum?: number;
  minItems?: number;
  maxItems?: number;
  items?: Schema;
  properties?: Record<string, Schema>;
  additionalProperties?: boolean | Schema;
  required?: string[];
  anyOf?: Schema[];
  examples?: unknown[];
}

export interface Parameter {
  name: string;
  in: "path" | "query" | "header";
  schema: Schema;
}

export interface Operation {
  method: string;
  path: string;
  parameters: Parameter[];
  body: Schema | undefined;
  /** Whose token it wants. */
  caller: "nobody" | "customer" | "manager";
}

interface Document {
  paths: Record<string, Record<string, RawOperation>>;
  components: { schemas: Record<string, Schema>; parameters: Record<string, Parameter> };
}
interface RawOperation {
  parameters?: Array<Parameter & { $ref?: string }>;
  requestBody?: { content: Record<string, { schema: Schema }> };
  security?: Array<Record<string, unknown>>;
}

const document = JSON.parse(readFileSync(documentPath, "utf8")) as Document;
const nameOf = (reference: string) => reference.split("/").at(-1) ?? "";

/** The schema itself, behind its reference and beside its null. */
export function plain(schema: Schema): Schema {
  if (schema.$ref) return plain(document.components.schemas[nameOf(schema.$ref)] ?? {});
  const [only, ...others] = (schema.anyOf ?? []).filter((choice) => choice.type !== "null");
  return only !== undefined && others.length === 0 ? plain(only) : schema;
}

export const isNullable = (schema: Schema) =>
  schema.anyOf?.some((choice) => choice.type === "null") ??
  (Array.isArray(schema.type) && schema.type.includes("null"));
export const isInteger = (schema: Schema) => [schema.type].flat().includes("integer");
export const isString = (schema: Schema) => [schema.type].flat().includes("string");
/** Text that a person writes: no pattern, no format, no list of words. */
export const isFree = (schema: Schema) =>
  schema.type === "string" && !schema.pattern && !schema.format && !schema.enum && (schema.maxLength ?? 99) >= 20;

export const operations: Operation[] = Object.entries(document.paths).flatMap(([path, methods]) =>
  Object.entries(methods).map(([method, operation]) => ({
    method: method.toUpperCase(),
    path,
    parameters: (operation.parameters ?? []).map((parameter) =>
      parameter.$ref ? (document.components.parameters[nameOf(parameter.$ref)] as Parameter) : parameter,
    ),
    body: operation.requestBody?.content["application/json"]?.schema,
    caller: path.startsWith("/api/v1/manager")
      ? "manager"
      : operation.security?.length && operation.security.every((way) => "bearer" in way)
        ? "customer"
        : "nobody",
  })),
);

export const title = (operation: Operation) => `${operation.method} ${operation.path}`;

/** Values of the running shop by the name of a field or parameter. */
export type Known = Record<string, unknown>;

/** A value that the schema allows, for the field of that name. */
export function goodValue(schema: Schema, name: string, known: Known): unknown {
  const { enum: words, examples, items, properties, ...rest } = plain(schema);
  if (name in known) return known[name];
  if (isNullable(schema) && !items && !properties) return null;
  if (words) return words[0];
  if (examples?.length) return examples[0];
  if (properties) {
    return Object.fromEntries(
      Object.entries(properties).map(([member, inner]) => [member, goodValue(inner, member, known)]),
    );
  }
  if (items) return [goodValue(items, name, known)];
  if (isInteger(rest)) return rest.minimum ?? 0;
  if (rest.type === "boolean") return false;
  if (rest.type === "object") return {};
  if (rest.type === "number") return 1;
  return "Somebody".slice(0, rest.maxLength ?? 8).padEnd(rest.minLength ?? 0, "x");
}

/** A leaf of a body: where it is and what it may be. */
export interface Field {
  /** As the server names it in errors: "items[0].quantity". */
  path: string;
  keys: Array<string | number>;
  schema: Schema;
  nullable: boolean;
}

export function fieldsOf(schema: Schema, keys: Array<string | number> = []): Field[] {
  const { items, properties, ...rest } = plain(schema);
  if (properties) return Object.entries(properties).flatMap(([name, inner]) => fieldsOf(inner, [...keys, name]));
  if (items) return fieldsOf(items, [...keys, 0]);
  const path = keys.map((key) => (typeof key === "number" ? `[${key}]` : `.${key}`)).join("");
  return [{ path: path.replace(/^\./, ""), keys, schema: rest, nullable: isNullable(schema) ?? false }];
}

/** A copy of a body with one of its leaves replaced. */
export function withField(body: unknown, keys: Array<string | number>, value: unknown): unknown {
  const [first, ...others] = keys;
  if (first === undefined) return value;
  const copy: unknown = Array.isArray(body) ? [...(body as unknown[])] : { ...(body as object) };
  const members = copy as Record<string | number, unknown>;
  members[first] = withField(members[first], others, value);
  return copy;
}

/** The target of an operation: holes filled, good values for the query parameters that are named. */
export function targetOf(operation: Operation, known: Known, query: Record<string, string> = {}): string {
  const path = operation.path.replace(/\{([^}]+)\}/g, (_, name: string) => {
    const parameter = operation.parameters.find((each) => each.in === "path" && each.name === name);
    return encodeURIComponent(String(goodValue(parameter?.schema ?? {}, name, known)));
  });
  const search = new URLSearchParams(query).toString();
  return search ? `${path}?${search}` : path;
}
