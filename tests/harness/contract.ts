// Holds every answer against docs/api/openapi.json: status, content type, body, and the problem codes it lists.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { Ajv2020, type ErrorObject, type ValidateFunction } from "ajv/dist/2020.js";
import addFormats from "ajv-formats";
import { projectFolder } from "./server.js";

interface Operation {
  "x-statements-max": number;
  responses: Record<string, { description: string; content?: Record<string, { schema: unknown }> }>;
}
interface Document {
  paths: Record<string, Record<string, Operation>>;
}

export const documentPath = join(projectFolder, "docs/api/openapi.json");
const document = JSON.parse(readFileSync(documentPath, "utf8")) as Document;

const ajv = new Ajv2020({ strict: false, allErrors: true, validateSchema: false });
(addFormats as unknown as (ajv: Ajv2020) => void)(ajv);
ajv.addSchema(document, "openapi");

const patterns = Object.keys(document.paths).map((template) => ({
  template,
  holes: template.split("{").length,
  pattern: new RegExp(`^${template.replace(/\{[^}]+\}/g, "[^/]+")}$`),
}));

/**
 * The path template of a request: one that has the method, the most literal first ("/products/search" before
 * "/products/{slug}").
 */
function templateOf(method: string, path: string): string | undefined {
  const matching = patterns.filter((entry) => entry.pattern.test(path)).sort((a, b) => a.holes - b.holes);
  return (matching.find((entry) => document.paths[entry.template]?.[method.toLowerCase()]) ?? matching[0])?.template;
}

const compiled = new Map<string, ValidateFunction>();

function validatorOf(pointer: string): ValidateFunction {
  const known = compiled.get(pointer) ?? ajv.compile({ $ref: `openapi#${pointer}` });
  compiled.set(pointer, known);
  return known;
}

const escaped = (part: string) => part.replaceAll("~", "~0").replaceAll("/", "~1");

export interface Answer {
  method: string;
  path: string;
  status: number;
  contentType: string;
  body: string;
  requestId: string | null;
  /** The request named the members that a list's items shall hold, so none of them is required. */
  sparse?: boolean;
  /** What the request cost the database; builds for tests say it in X-Statements. */
  statements: string | null;
}

function againstSchema(pointer: string, body: string, where: string, sparse = false): void {
  const validate = validatorOf(pointer);
  const value: unknown = JSON.parse(body);
  if (validate(value)) return;
  const missing = (error: ErrorObject) => error.keyword === "required" && /^\/items\/\d+$/.test(error.instancePath);
  const faults = (validate.errors ?? []).filter((error) => !(sparse && missing(error)));
  if (faults.length > 0)
    throw new Error(`${where}: the body is not what OpenAPI says: ${ajv.errorsText(faults)}\n${body}`);
}

/** Problem documents have one shape everywhere, documented path or not (ruling 19). */
function checkProblem(answer: Answer, where: string): void {
  if (answer.contentType !== "application/problem+json")
    throw new Error(`${where}: not a problem document: ${answer.contentType}`);
  againstSchema("/components/schemas/Problem", answer.body, where);
  const problem = JSON.parse(answer.body) as {
    status: number;
    detail: string;
    error: string;
    request_id: string;
    code: string;
  };
  if (problem.status !== answer.status) throw new Error(`${where}: the problem names status ${problem.status}`);
  if (problem.error !== problem.detail) throw new Error(`${where}: error differs from detail`);
  if (problem.request_id !== answer.requestId)
    throw new Error(`${where}: request_id differs from the header X-Request-Id`);
}

/** What the guard at the door refuses before it knows the operation; the document lists them for none. */
const beforeRouting = [408, 413, 414, 417, 431, 501, 505];

/** Throws where an answer is not one that the document allows. */
export function checkAnswer(answer: Answer): void {
  const where = `${answer.method} ${answer.path} → ${answer.status}`;
  if (!answer.requestId) throw new Error(`${where}: no X-Request-Id`);
  if (answer.status >= 400) checkProblem(answer, where);
  if (beforeRouting.includes(answer.status)) return;
  const template = templateOf(answer.method, answer.path);
  if (template === undefined) return;
  const operation = document.paths[template]?.[answer.method.toLowerCase()];
  if (operation === undefined) {
    if (answer.status !== 405) throw new Error(`${where}: the method is not documented`);
    return;
  }
  if (Number(answer.statements ?? 0) > operation["x-statements-max"])
    throw new Error(`${where}: ${answer.statements} statements, the route declares ${operation["x-statements-max"]}`);
  const declared = operation.responses[String(answer.status)];
  if (!declared) throw new Error(`${where}: a status OpenAPI does not list: ${answer.body.slice(0, 500)}`);
  if (!declared.content) {
    if (answer.body !== "") throw new Error(`${where}: a body OpenAPI does not list`);
    return;
  }
  if (!declared.content[answer.contentType])
    throw new Error(`${where}: content type ${answer.contentType} is not listed`);
  againstSchema(
    `/paths/${escaped(template)}/${answer.method.toLowerCase()}/responses/${answer.status}` +
      `/content/${escaped(answer.contentType)}/schema`,
    answer.body,
    where,
    answer.sparse,
  );
  if (answer.status < 400) return;
  const { code } = JSON.parse(answer.body) as { code: string };
  const listed = declared.description.replace(/^Problem codes: /, "").split(", ");
  if (!listed.includes(code)) throw new Error(`${where}: problem code ${code} is not listed: ${declared.description}`);
}
