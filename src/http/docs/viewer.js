// Draws /api/v1/openapi.json: operations by tag with parameters, schemas, problem codes and a form to try each.
// Before it stand schema.js and `viewer_css`: the page's policy allows no inline style, a constructed sheet it does.

const verbs = ["get", "post", "put", "patch", "delete"];
const token_key = "marque.docs.token";

/** element("a", {href: "…", class: "…", onclick: f}, children…) */
function element(tag, properties = {}, ...children) {
    const made = document.createElement(tag);
    for (const [name, value] of Object.entries(properties)) {
        if (typeof value === "function") made[name] = value;
        else if (value === true) made.setAttribute(name, "");
        else if (value !== false && value !== undefined) made.setAttribute(name, value);
    }
    made.append(...children.flat(Infinity).filter((child) => child !== null && child !== undefined && child !== ""));
    return made;
}

const content_schema = (thing) => Object.values(resolved(thing).content ?? {})[0]?.schema;
const problem_codes = (response) =>
    /^Problem codes: (.+)$/.exec(resolved(response).description ?? "")?.[1].split(", ") ?? [];
const chips = (codes) =>
    element(
        "div",
        { class: "codes" },
        codes.map((code) => element("a", { href: "#problem-" + code }, element("code", {}, code))),
    );

function responses_block(operation) {
    const parts = [element("h3", {}, "Answers")];
    for (const [status, response] of Object.entries(operation.responses ?? {})) {
        const codes = problem_codes(response);
        const good = status < "400";
        const line = element(
            "div",
            {},
            element("span", { class: "status " + (good ? "good" : "bad") }, status),
            codes.length ? null : resolved(response).description,
        );
        parts.push(line);
        if (codes.length) line.append(chips(codes));
        else if (content_schema(response)) {
            const schema = content_schema(response);
            parts.push(
                element(
                    "details",
                    { class: "answer" },
                    element("summary", {}, element("code", {}, type_text(schema))),
                    schema_block(schema).slice(1),
                ),
            );
        }
    }
    return parts;
}

function try_form(verb, path, parameters, body_schema, secured) {
    const inputs = parameters.map((parameter) => {
        const plain = resolved(parameter.schema);
        const hint = (plain.examples ?? [plain.example ?? plain.default])[0];
        const values = plain.enum ?? (plain.type === "boolean" ? ["true", "false"] : null);
        const control = values
            ? element(
                  "select",
                  {},
                  element("option", { value: "" }, "—"),
                  values.map((value) => element("option", { value }, value)),
              )
            : element("input", {
                  placeholder: hint === undefined ? "" : String(hint),
                  spellcheck: "false",
                  autocapitalize: "off",
              });
        return { parameter, control };
    });
    const body = body_schema ? element("textarea", { spellcheck: "false", "aria-label": "Request body" }) : null;
    if (body) body.value = JSON.stringify(sample(body_schema), null, 2);
    const send = element("button", { type: "submit" }, "Send");
    const outcome = element("span", { role: "status" });
    const shown = element("pre", { hidden: true });
    const form = element(
        "form",
        { class: "try", autocomplete: "off" },
        inputs.map(({ parameter, control }) => element("label", {}, element("code", {}, parameter.name), control)),
        body,
        element("div", { class: "row" }, send, outcome),
        shown,
    );
    form.onsubmit = async (event) => {
        event.preventDefault();
        send.disabled = true;
        const request = request_of(verb, path, inputs, body);
        const started = performance.now();
        try {
            const response = await fetch(request.url, request);
            const text = await response.text();
            outcome.className = "status " + (response.ok ? "good" : "bad");
            const took_ms = Math.round(performance.now() - started);
            outcome.textContent = `${response.status} · ${took_ms} ms · ${text.length.toLocaleString()} characters`;
            shown.textContent =
                `${request.method} ${request.url}\n\n` + pretty(text, response.headers.get("content-type") ?? "");
        } catch (failure) {
            outcome.className = "status bad";
            outcome.textContent = "No answer";
            shown.textContent = String(failure);
        }
        shown.hidden = false;
        send.disabled = false;
    };
    const needs_token = secured && !sessionStorage.getItem(token_key);
    return [
        element("h3", {}, "Try it"),
        needs_token ? element("div", { class: "note" }, "Needs the access token at the top of the page.") : null,
        form,
    ];
}

function request_of(verb, path, inputs, body) {
    const query = new URLSearchParams();
    const headers = {};
    let url = path;
    for (const { parameter, control } of inputs) {
        const value = control.value;
        if (parameter.in === "path") url = url.replace(`{${parameter.name}}`, encodeURIComponent(value));
        else if (value === "") continue;
        else if (parameter.in === "query") query.append(parameter.name, value);
        else if (parameter.in === "header") headers[parameter.name] = value;
    }
    const token = sessionStorage.getItem(token_key);
    if (token) headers.Authorization = "Bearer " + token;
    if (body) headers["Content-Type"] = "application/json";
    if (query.size) url += "?" + query;
    return { url, method: verb.toUpperCase(), headers, body: body?.value };
}

function pretty(text, type) {
    if (!type.includes("json")) return text;
    try {
        return JSON.stringify(JSON.parse(text), null, 2);
    } catch {
        return text;
    }
}

function operation_block({ verb, path, operation }) {
    const parameters = (operation.parameters ?? []).map(resolved);
    const body_schema = content_schema(operation.requestBody);
    const secured =
        (operation.security ?? []).length > 0 && !operation.security.some((choice) => Object.keys(choice).length === 0);
    const made = element(
        "details",
        { class: "operation", id: operation.operationId },
        element(
            "summary",
            {},
            element("span", { class: "verb " + verb }, verb.toUpperCase()),
            element("span", { class: "path" }, path),
            element("span", { class: "about" }, operation.summary ?? ""),
            secured ? element("span", { class: "lock" }, "token") : null,
        ),
    );
    made.ontoggle = () => {
        if (!made.open || made.children.length > 1) return;
        made.append(
            element(
                "div",
                { class: "inside" },
                operation.description ? element("p", {}, operation.description) : null,
                parameters.length
                    ? [
                          element("h3", {}, "Parameters"),
                          element(
                              "div",
                              { class: "fields" },
                              parameters.map((parameter) =>
                                  field(
                                      `${parameter.name}`,
                                      parameter.schema ?? {},
                                      parameter.required,
                                      [parameter.in, parameter.description].filter(Boolean).join(" · "),
                                      [],
                                  ),
                              ),
                          ),
                      ]
                    : null,
                body_schema ? [element("h3", {}, "Request body"), schema_block(body_schema)] : null,
                responses_block(operation),
                try_form(verb, path, parameters, body_schema, secured),
            ),
        );
    };
    return made;
}

function problems_block(operations) {
    const known = new Map();
    for (const { operation } of operations) {
        for (const [status, response] of Object.entries(operation.responses ?? {})) {
            for (const code of problem_codes(response)) {
                const entry = known.get(code) ?? { status, places: [] };
                entry.places.push(operation.operationId);
                known.set(code, entry);
            }
        }
    }
    const rows = [...known]
        .sort(([a], [b]) => a.localeCompare(b))
        .map(([code, { status, places }]) =>
            element(
                "div",
                { class: "field problem", id: "problem-" + code },
                element("code", { class: "name" }, code),
                element("code", { class: "type" }, status),
                element(
                    "div",
                    { class: "note" },
                    places.length === operations.length
                        ? "every operation"
                        : places
                              .slice(0, 8)
                              .flatMap((place, at) => [at ? ", " : "", element("a", { href: "#" + place }, place)]),
                    places.length > 8 && places.length < operations.length ? ` and ${places.length - 8} more` : "",
                ),
            ),
        );
    return [
        element("h2", { id: "problems" }, "Problem codes"),
        element(
            "p",
            { class: "note" },
            "Every error is application/problem+json; its code is one of these and stays the same in every language.",
        ),
        element("div", { class: "fields" }, rows),
    ];
}

function open_target() {
    const id = decodeURIComponent(location.hash.slice(1));
    const wanted = document.getElementById(id) ?? document.getElementById("problem-" + id);
    if (!wanted) return;
    if (wanted.tagName === "DETAILS") wanted.open = true;
    wanted.scrollIntoView();
}

function draw() {
    const operations = Object.entries(api.paths ?? {}).flatMap(([path, item]) =>
        verbs.filter((verb) => item[verb]).map((verb) => ({ verb, path, operation: item[verb] })),
    );
    const by_tag = Map.groupBy
        ? Map.groupBy(operations, tag_of)
        : operations.reduce((map, each) => map.set(tag_of(each), [...(map.get(tag_of(each)) ?? []), each]), new Map());
    const sections = [...by_tag].map(([tag, members]) => ({
        tag,
        blocks: members.map((each) => ({
            block: operation_block(each),
            words: `${each.verb} ${each.path} ${each.operation.summary}`.toLowerCase(),
        })),
    }));
    const links = sections.map(({ tag, blocks }) =>
        element("a", { href: "#tag-" + tag }, tag, element("span", {}, String(blocks.length))),
    );
    const parts = sections.map(({ tag, blocks }) =>
        element(
            "section",
            {},
            element("h2", { id: "tag-" + tag }, tag),
            blocks.map(({ block }) => block),
        ),
    );
    const nothing = element("p", { class: "empty", hidden: true }, "No operation matches.");
    const search = element("input", {
        type: "search",
        placeholder: "Filter operations",
        "aria-label": "Filter operations",
    });
    search.oninput = () => {
        const words = search.value.toLowerCase().split(/\s+/).filter(Boolean);
        sections.forEach(({ blocks }, at) => {
            for (const entry of blocks) entry.block.hidden = !words.every((word) => entry.words.includes(word));
            parts[at].hidden = blocks.every(({ block }) => block.hidden);
        });
        nothing.hidden = parts.some((part) => !part.hidden);
    };
    const token = element("input", {
        type: "text",
        placeholder: "Access token",
        spellcheck: "false",
        "aria-label": "Access token",
        autocomplete: "off",
    });
    token.value = sessionStorage.getItem(token_key) ?? "";
    token.oninput = () => sessionStorage.setItem(token_key, token.value.trim());
    document.body.replaceChildren(
        element(
            "header",
            {},
            element("h1", {}, (api.info?.title ?? "") + " API"),
            element("span", { class: "version" }, "version " + (api.info?.version ?? "")),
            element("span", { class: "spring" }),
            search,
            token,
            element("a", { href: "/api/v1/openapi.json" }, "openapi.json"),
        ),
        element(
            "div",
            { class: "layout" },
            element("nav", { "aria-label": "Groups" }, links, element("a", { href: "#problems" }, "Problem codes")),
            element("main", {}, nothing, parts, problems_block(operations)),
        ),
    );
    window.onhashchange = open_target;
    if (location.hash) open_target();
    else if (location.pathname.endsWith("/problems")) document.getElementById("problems").scrollIntoView();
}

const tag_of = ({ operation }) => operation.tags?.[0] ?? "other";

async function start() {
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(viewer_css);
    document.adoptedStyleSheets = [sheet];
    try {
        const response = await fetch("/api/v1/openapi.json");
        if (!response.ok) throw new Error(`the server answered ${response.status}`);
        api = await response.json();
        draw();
    } catch (failure) {
        document.body.replaceChildren(
            element(
                "main",
                {},
                element("p", { class: "empty" }, "The API's document could not be shown: " + failure.message),
            ),
        );
    }
}

start();
