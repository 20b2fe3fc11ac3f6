// Requests that two servers could read differently, each followed by a canary request on the same connection, with the
// answers that the connection must bring. Bytes are written as Latin-1 text.
export interface FramingCase {
  name: string;
  /** What goes over the connection; `canary` is a complete request that is seen when it is carried out. */
  bytes: (canary: string) => string;
  /** The status of every answer, in order. After one that closes nothing follows. */
  answers: number[];
  /** Whether the connection ends with them. */
  closes: boolean;
  /** How often the canary is carried out. */
  executed: number;
}

const host = "Host: x\r\n";

/** One answer, and the connection closed: the canary must stay unread. */
const refused = (name: string, status: number, front: string): FramingCase => ({
  name,
  bytes: (canary) => front + canary,
  answers: [status],
  closes: true,
  executed: 0,
});

/** Good HTTP: answered, and the canary after it. Shows that the guard does not simply refuse everything. */
const served = (name: string, front: string, status = 200): FramingCase => ({
  name,
  bytes: (canary) => front + canary,
  answers: [status, 200],
  closes: false,
  executed: 1,
});

/** A body that is the canary: taken as the body, never as a request. The canary after it is carried out. */
const swallowed = (name: string, status: number, start: string, headers = ""): FramingCase => ({
  name,
  bytes: (canary) => `${start}\r\n${host}${headers}Content-Length: ${canary.length}\r\n\r\n${canary}${canary}`,
  answers: [status, 200],
  closes: false,
  executed: 1,
});

/** A POST with these header lines (each ending in CR LF) and these bytes after its empty line. */
const post = (headers: string, body = "") => `POST /api/v1/nothing HTTP/1.1\r\n${host}${headers}\r\n${body}`;
const get = (headers: string) => `GET /health HTTP/1.1\r\n${host}${headers}\r\n`;
const line = (text: string) => `${text}\r\n${host}\r\n`;

const lengths: FramingCase[] = [
  refused("two different lengths", 400, post("Content-Length: 0\r\nContent-Length: 5\r\n")),
  refused(
    "two different lengths, the other way round",
    400,
    post("Content-Length: 5\r\nContent-Length: 0\r\n", "abcde"),
  ),
  refused("two equal lengths", 400, post("Content-Length: 0\r\nContent-Length: 0\r\n")),
  refused("two equal lengths in other letters", 400, post("Content-Length: 0\r\ncontent-length: 0\r\n")),
  refused("a list of equal lengths", 400, post("Content-Length: 0, 0\r\n")),
  refused("a list of lengths", 400, post("Content-Length: 0, 5\r\n")),
  refused("a length with a plus", 400, post("Content-Length: +0\r\n")),
  refused("a length with a minus", 400, post("Content-Length: -0\r\n")),
  refused("a negative length", 400, post("Content-Length: -1\r\n")),
  refused("a hexadecimal length", 400, post("Content-Length: 0x0\r\n")),
  refused("a length with a blank inside", 400, post("Content-Length: 0 0\r\n")),
  refused("an empty length", 400, post("Content-Length:\r\n")),
  refused("a blank length", 400, post("Content-Length: \t \r\n")),
  refused("a length of 2^64", 400, post("Content-Length: 18446744073709551616\r\n")),
  refused("a length of 2^64 + 5", 400, post("Content-Length: 18446744073709551621\r\n")),
  refused("a length of 2^63", 413, post("Content-Length: 9223372036854775808\r\n")),
  refused("a length with a fraction", 400, post("Content-Length: 0.0\r\n")),
  refused("a length with an exponent", 400, post("Content-Length: 0e1\r\n")),
  refused("a length with a semicolon", 400, post("Content-Length: 0;\r\n")),
  refused("a quoted length", 400, post('Content-Length: "0"\r\n')),
  refused("a length with an underscore", 400, post("Content-Length: 0_0\r\n")),
  refused("a length in Arabic digits", 400, post("Content-Length: \xd9\xa0\r\n")),
  refused("a blank before the colon of the length", 400, post("Content-Length : 5\r\n")),
  refused("a tab before the colon of the length", 400, post("Content-Length\t: 5\r\n")),
  refused("NUL in the name of the length", 400, post("Content-Length\0: 5\r\n")),
  refused("a vertical tab before the length", 400, post("Content-Length:\x0b5\r\n")),
  refused("a form feed before the length", 400, post("Content-Length:\x0c5\r\n")),
  refused("a form feed behind the length", 400, post("Content-Length: 5\x0c\r\n")),
  refused("a non-breaking space behind the length", 400, post("Content-Length: 0\xa0\r\n")),
  served("a length with zeros in front", post("Content-Length: 000\r\n"), 404),
  served("a length between blanks", post("Content-Length: \t 0  \r\n"), 404),
  refused("a length before a tab", 400, post("Content-Length: 0\t\r\n")),
  served("no length", post(""), 404),
  served("a length's name with an underscore is another name", post("Content_Length: 5\r\n"), 404),
  {
    name: "a length shorter than the body",
    bytes: (canary) => post("Content-Length: 3\r\n", "abcdef") + canary,
    answers: [404, 501],
    closes: true,
    executed: 0,
  },
];

const chunked = "Transfer-Encoding: chunked\r\n";
const transferEncodings: FramingCase[] = [
  refused("TE: chunked", 501, post(chunked, "0\r\n\r\n")),
  refused("CL.TE", 501, post(`Content-Length: 5\r\n${chunked}`, "0\r\n\r\n")),
  refused("CL.TE, the rest left over", 501, post(`Content-Length: 6\r\n${chunked}`, "0\r\n\r\nG")),
  refused("TE.CL", 501, post(`${chunked}Content-Length: 3\r\n`, "1\r\nZ\r\nQ\r\n\r\n")),
  refused("TE.CL, length zero", 501, post(`${chunked}Content-Length: 0\r\n`, "0\r\n\r\n")),
  refused("TE.TE, one unknown", 501, post(`${chunked}Transfer-Encoding: cow\r\n`, "0\r\n\r\n")),
  refused("TE.TE, the unknown first", 501, post(`Transfer-encoding: cow\r\n${chunked}`, "0\r\n\r\n")),
  refused("TE twice", 501, post(`${chunked}${chunked}`, "0\r\n\r\n")),
  refused("TE: xchunked", 501, post("Transfer-Encoding: xchunked\r\n")),
  refused("TE: cow", 501, post("Transfer-Encoding: cow\r\n")),
  refused("TE: identity", 501, post("Transfer-Encoding: identity\r\n")),
  refused("TE: chunked, identity", 501, post("Transfer-Encoding: chunked, identity\r\n", "0\r\n\r\n")),
  refused("TE: identity, chunked", 501, post("Transfer-Encoding: identity, chunked\r\n", "0\r\n\r\n")),
  refused("TE: chunked, chunked", 501, post("Transfer-Encoding: chunked, chunked\r\n", "0\r\n\r\n")),
  refused("TE: gzip, chunked", 501, post("Transfer-Encoding: gzip, chunked\r\n", "0\r\n\r\n")),
  refused("TE: chunked;q=1", 501, post("Transfer-Encoding: chunked;q=1\r\n", "0\r\n\r\n")),
  refused("TE in other letters", 501, post("tRANSFER-eNCODING: cHUNKED\r\n", "0\r\n\r\n")),
  refused("TE without a blank", 501, post("Transfer-Encoding:chunked\r\n", "0\r\n\r\n")),
  refused("TE after a tab", 501, post("Transfer-Encoding:\tchunked\r\n", "0\r\n\r\n")),
  refused("TE, quoted", 501, post('Transfer-Encoding: "chunked"\r\n', "0\r\n\r\n")),
  refused("TE, empty", 501, post("Transfer-Encoding:\r\n")),
  refused("TE, a comma", 501, post("Transfer-Encoding: ,chunked\r\n", "0\r\n\r\n")),
  refused("TE by a folded line", 400, post("Transfer-Encoding:\r\n chunked\r\n", "0\r\n\r\n")),
  refused("TE on a folded line", 400, post("X-A: b\r\n Transfer-Encoding: chunked\r\n", "0\r\n\r\n")),
  refused("TE after a vertical tab", 400, post("Transfer-Encoding:\x0bchunked\r\n", "0\r\n\r\n")),
  refused("TE with NUL behind", 400, post("Transfer-Encoding: chunked\0\r\n", "0\r\n\r\n")),
  refused("TE with a blank before the colon", 501, post("Transfer-Encoding : chunked\r\n", "0\r\n\r\n")),
  refused("TE behind a bare LF", 400, post("X-A: b\nTransfer-Encoding: chunked\r\n", "0\r\n\r\n")),
  refused("TE behind a bare CR", 400, post("X-A: b\rTransfer-Encoding: chunked\r\n", "0\r\n\r\n")),
  refused("TE with a byte beyond ASCII in its name", 400, post("Transfer-Encoding\x80: chunked\r\n", "0\r\n\r\n")),
  refused("TE with a bracket in its name", 400, post("Transfer-Encoding[: chunked\r\n", "0\r\n\r\n")),
  refused("TE in HTTP/1.0", 501, `POST /api/v1/nothing HTTP/1.0\r\n${host}${chunked}\r\n0\r\n\r\n`),
  refused("TE on GET", 501, get(chunked) + "0\r\n\r\n"),
  served("a name that only resembles TE", post("X-Transfer-Encoding: chunked\r\n"), 404),
  served("TE's name with an underscore is another name", post("Transfer_Encoding: chunked\r\n"), 404),
  served("the field TE", get("TE: trailers\r\n")),
];

// All refused at the header; a proxy in front sees them.
const chunks: FramingCase[] = (
  [
    ["a size with 0x", "0x3\r\nabc\r\n0\r\n\r\n"],
    ["a size with a plus", "+3\r\nabc\r\n0\r\n\r\n"],
    ["a size with a minus", "-3\r\nabc\r\n0\r\n\r\n"],
    ["a size after a blank", " 3\r\nabc\r\n0\r\n\r\n"],
    ["a size before a blank", "3 \r\nabc\r\n0\r\n\r\n"],
    ["a size with an underscore", "0_3\r\nabc\r\n0\r\n\r\n"],
    ["a size of 17 digits", "00000000000000003\r\nabc\r\n0\r\n\r\n"],
    ["a size of 2^64", "10000000000000003\r\nabc\r\n0\r\n\r\n"],
    ["no size", "\r\nabc\r\n0\r\n\r\n"],
    ["a letter for a size", "g\r\nabc\r\n0\r\n\r\n"],
    ["no line end behind the data", "3\r\nabc0\r\n\r\n"],
    ["a bare LF behind the data", "3\r\nabc\n0\r\n\r\n"],
    ["a bare LF behind the size", "3\nabc\r\n0\r\n\r\n"],
    ["a bare CR behind the size", "3\rabc\r\n0\r\n\r\n"],
    ["an extension", "3;a=b\r\nabc\r\n0\r\n\r\n"],
    ["a bare LF in an extension", "3;a\nb\r\nabc\r\n0\r\n\r\n"],
    ["a long extension", `3;${"a".repeat(3_000)}\r\nabc\r\n0\r\n\r\n`],
    ["a trailer of Content-Length", "0\r\nContent-Length: 5\r\n\r\n"],
    ["a trailer of Transfer-Encoding", "0\r\nTransfer-Encoding: chunked\r\n\r\n"],
    ["a trailer of Authorization", "0\r\nAuthorization: Bearer x\r\n\r\n"],
    ["a trailer of X-Forwarded-For", "0\r\nX-Forwarded-For: 6.6.6.6\r\n\r\n"],
    ["no end of the last chunk", "0\r\n"],
  ] as const
).map(([name, body]) => refused(`chunks: ${name}`, 501, post(chunked, body)));

const bodies: FramingCase[] = [
  swallowed("CL.0 on a path that is not there", 404, "POST /api/v1/nothing HTTP/1.1"),
  swallowed("CL.0 on a path that takes no POST", 405, "POST /health HTTP/1.1"),
  swallowed("CL.0 without a token", 401, "POST /api/v1/auth/logout HTTP/1.1"),
  swallowed("CL.0 on DELETE", 405, "DELETE /health HTTP/1.1"),
  swallowed("CL.0 on OPTIONS", 405, "OPTIONS /health HTTP/1.1"),
  swallowed("CL.0 on a preflight", 204, "OPTIONS /health HTTP/1.1", "Access-Control-Request-Method: GET\r\n"),
  swallowed(
    "CL.0 with another content type",
    415,
    "POST /api/v1/auth/verify-code HTTP/1.1",
    "Content-Type: text/plain\r\n",
  ),
  swallowed(
    "CL.0 with a body that is no JSON",
    400,
    "POST /api/v1/auth/verify-code HTTP/1.1",
    "Content-Type: application/json\r\n",
  ),
  swallowed("a body after Expect: 100-continue", 404, "POST /api/v1/nothing HTTP/1.1", "Expect: 100-continue\r\n"),
  swallowed(
    "a body with Upgrade",
    404,
    "POST /api/v1/nothing HTTP/1.1",
    "Connection: Upgrade\r\nUpgrade: websocket\r\n",
  ),
  {
    name: "a body on GET",
    bytes: (canary) => `GET /health HTTP/1.1\r\n${host}Content-Length: ${canary.length}\r\n\r\n${canary}${canary}`,
    answers: [400],
    closes: true,
    executed: 0,
  },
  {
    name: "a body on HEAD",
    bytes: (canary) => `HEAD /health HTTP/1.1\r\n${host}Content-Length: ${canary.length}\r\n\r\n${canary}${canary}`,
    answers: [400],
    closes: true,
    executed: 0,
  },
  served("a length of zero on GET", get("Content-Length: 0\r\n")),
  refused("an unknown expectation", 417, post("Expect: 200-ok\r\nContent-Length: 3\r\n", "abc")),
  refused("Expect twice", 400, post("Expect: 100-continue\r\nExpect: 100-continue\r\nContent-Length: 3\r\n", "abc")),
  refused("a body announced too large", 413, post("Content-Length: 262145\r\n")),
];

const requestLines: FramingCase[] = [
  refused("HTTP/0.9", 505, "GET /health\r\n\r\n"),
  refused("HTTP/0.9 with a header", 505, line("GET /health HTTP/0.9")),
  refused("HTTP/1.2", 505, line("GET /health HTTP/1.2")),
  refused("HTTP/2.0", 505, line("GET /health HTTP/2.0")),
  refused("HTTP/1.10", 505, line("GET /health HTTP/1.10")),
  refused("HTTP/01.1", 505, line("GET /health HTTP/01.1")),
  refused("http/1.1", 400, line("GET /health http/1.1")),
  refused("HTTP/1.", 505, line("GET /health HTTP/1.")),
  refused("a blank behind the version", 505, line("GET /health HTTP/1.1 ")),
  refused("another protocol", 400, line("GET /health ICE/1.0")),
  refused("the preface of HTTP/2", 400, "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"),
  refused("two blanks before the target", 400, line("GET  /health HTTP/1.1")),
  refused("two blanks before the version", 400, line("GET /health  HTTP/1.1")),
  refused("a tab before the target", 501, line("GET\t/health HTTP/1.1")),
  refused("a tab before the version", 400, line("GET /health\tHTTP/1.1")),
  refused("a blank in front", 400, line(" GET /health HTTP/1.1")),
  refused("a bare LF in front", 400, line("\nGET /health HTTP/1.1")),
  refused("a bare CR in front", 400, line("\rGET /health HTTP/1.1")),
  refused("two empty lines in front", 400, line("\r\n\r\nGET /health HTTP/1.1")),
  refused("a bare LF behind", 400, `GET /health HTTP/1.1\n${host}\r\n`),
  refused("a bare CR behind", 400, `GET /health HTTP/1.1\r${host}\r\n`),
  refused("no target", 400, line("GET HTTP/1.1")),
  refused("no method", 400, line(" /health HTTP/1.1")),
  refused("a method in small letters", 501, line("get /health HTTP/1.1")),
  refused("an unknown method", 501, line("GETT /health HTTP/1.1")),
  refused("a method with NUL", 400, line("G\0T /health HTTP/1.1")),
  refused("TRACE", 501, line("TRACE /health HTTP/1.1")),
  refused("CONNECT", 501, line("CONNECT x:80 HTTP/1.1")),
  refused("the target *", 400, line("OPTIONS * HTTP/1.1")),
  refused("a target beyond ASCII", 400, line("GET /health\xff HTTP/1.1")),
  refused("a target in UTF-8", 400, line("GET /\xd0\x96 HTTP/1.1")),
  refused("a target with NUL", 400, line("GET /hea\0lth HTTP/1.1")),
  refused("a target with a fragment", 400, line("GET /health#a HTTP/1.1")),
  refused("a target with a blank", 400, line("GET /hea lth HTTP/1.1")),
  refused("a target with DEL", 400, line("GET /health\x7f HTTP/1.1")),
  refused("a target without a slash", 400, line("GET health HTTP/1.1")),
  refused("the target of another host", 400, line("GET http://y/health HTTP/1.1")),
  refused("the target of another port", 400, line("GET http://x:81/health HTTP/1.1")),
  refused("a target with a user", 400, line("GET http://a@x/health HTTP/1.1")),
  refused("a target that is only a host", 400, line("GET http://x HTTP/1.1")),
  refused("a target of another scheme", 400, line("GET ftp://x/health HTTP/1.1")),
  refused("a target of an authority", 400, line("GET x:80 HTTP/1.1")),
  refused("a target of 5 KiB", 414, line(`GET /${"a".repeat(5_000)} HTTP/1.1`)),
  served("the target of the same host", line("GET http://x/health HTTP/1.1")),
  served("one empty line in front", line("\r\nGET /health HTTP/1.1")),
  served("two slashes in front", line("GET //x/health HTTP/1.1"), 404),
];

const hosts: FramingCase[] = [
  refused("no Host", 400, "GET /health HTTP/1.1\r\n\r\n"),
  refused("two Hosts", 400, get("Host: y\r\n")),
  refused("two equal Hosts", 400, get(host)),
  refused("an empty Host", 400, "GET /health HTTP/1.1\r\nHost:\r\n\r\n"),
  refused("a list of Hosts", 400, "GET /health HTTP/1.1\r\nHost: x, y\r\n\r\n"),
  refused("a Host with a user", 400, "GET /health HTTP/1.1\r\nHost: a@x\r\n\r\n"),
  refused("a Host with a path", 400, "GET /health HTTP/1.1\r\nHost: x/y\r\n\r\n"),
  refused("a Host with a blank", 400, "GET /health HTTP/1.1\r\nHost: x y\r\n\r\n"),
  refused("a Host with a word for a port", 400, "GET /health HTTP/1.1\r\nHost: x:y\r\n\r\n"),
  refused("a Host of only a port", 400, "GET /health HTTP/1.1\r\nHost: :80\r\n\r\n"),
  refused("a Host beyond ASCII", 400, "GET /health HTTP/1.1\r\nHost: \xff\r\n\r\n"),
  refused("a Host on a folded line", 400, "GET /health HTTP/1.1\r\nHost:\r\n x\r\n\r\n"),
  refused("a Host with a blank before the colon", 400, "GET /health HTTP/1.1\r\nHost : x\r\n\r\n"),
  served("a Host with a port", "GET /health HTTP/1.1\r\nHost: x:80\r\n\r\n"),
  served("a Host of IPv6", "GET /health HTTP/1.1\r\nHost: [::1]:80\r\n\r\n"),
  refused("HTTP/1.0 without a Host, which closes", 200, "GET /health HTTP/1.0\r\n\r\n"),
];

const fields: FramingCase[] = [
  refused("a line without a colon", 400, get("X-A\r\n")),
  refused("an empty name", 400, get(": b\r\n")),
  refused("a name with a blank", 400, get("X A: b\r\n")),
  refused("a name with a bracket", 400, get("X(A): b\r\n")),
  refused("a name beyond ASCII", 400, get("X-\xd0\x96: b\r\n")),
  refused("a name with NUL", 400, get("X\0A: b\r\n")),
  refused("a value with NUL", 400, get("X-A: b\0c\r\n")),
  refused("a value with DEL", 400, get("X-A: b\x7fc\r\n")),
  refused("a value with ESC", 400, get("X-A: b\x1bc\r\n")),
  refused("a folded line", 400, get("X-A: b\r\n c\r\n")),
  refused("a line folded by a tab", 400, get("X-A: b\r\n\tc\r\n")),
  refused("a blank before the first name", 400, `GET /health HTTP/1.1\r\n ${host}\r\n`),
  refused("a bare LF between fields", 400, get("X-A: b\nX-B: c\r\n")),
  refused("a bare CR in a value", 400, get("X-A: b\rc\r\n")),
  refused("CR CR LF", 400, get("X-A: b\r\r\n")),
  refused("an end of LF LF", 400, `GET /health HTTP/1.1\r\nHost: x\n\n`),
  refused("an end of CR LF LF", 400, `GET /health HTTP/1.1\r\nHost: x\r\n\n`),
  refused("a header of 20 KiB", 431, get(`X-A: ${"a".repeat(20_000)}\r\n`)),
  refused("65 fields", 431, get("X-A: b\r\n".repeat(64))),
  refused("3,500 fields", 431, get("A:b\r\n".repeat(3_500))),
  served("a value beyond ASCII", get("X-A: \xd0\x96\r\n")),
  served("a value with a tab", get("X-A: b\tc\r\n")),
  served("an empty value", get("X-A:\r\n")),
  ...[
    "Authorization: Bearer x",
    "Content-Type: application/json",
    "X-Market: kg",
    "Idempotency-Key: a",
    "X-Cart-Token: a",
    "Origin: https://x",
    "Content-Encoding: identity",
    "X-Forwarded-Proto: https",
  ].map((field) => refused(`${field.split(":")[0]} twice`, 400, get(`${field}\r\n${field}\r\n`))),
];

const connections: FramingCase[] = [
  served(
    "an upgrade to h2c",
    get("Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABk\r\n"),
  ),
  served("an upgrade to websocket", get("Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n")),
  served("Connection names Host", get("Connection: Host\r\n")),
  served("Connection names Content-Length", post("Connection: Content-Length\r\nContent-Length: 0\r\n"), 404),
  refused("Proxy-Connection: close, taken for Connection", 200, get("Proxy-Connection: close\r\n")),
  refused("Connection: close", 200, get("Connection: close\r\n")),
  refused("Connection: keep-alive, close", 200, get("Connection: keep-alive, close\r\n")),
];

export const corpus: FramingCase[] = [
  ...lengths,
  ...transferEncodings,
  ...chunks,
  ...bodies,
  ...requestLines,
  ...hosts,
  ...fields,
  ...connections,
];
