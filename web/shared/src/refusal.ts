// What the server refuses: problem documents (RFC 9457), read.

/** What a refusal is called, and which fields it names. */
export interface Refusal {
  status: number;
  code: string;
  fields: string[];
}

export function refusalOf(error: unknown): Refusal {
  const {
    status = 0,
    code = "",
    errors = [],
  } = (error ?? {}) as {
    status?: number;
    code?: string;
    errors?: Array<{ field: string }>;
  };
  return { status, code, fields: errors.map(({ field }) => field) };
}

/** What went wrong, for people: the server's own sentence where it said one. */
export function sentenceOf(error: unknown, otherwise: string): string {
  const detail = (error as { detail?: unknown } | undefined)?.detail;
  return typeof detail === "string" && detail ? detail : otherwise;
}
