// The viewer's first half: what a JSON Schema says, in words, fields and sample values.
// It stands in one script with viewer.js, which fills `api`, the OpenAPI document, and brings element().

let api = null;

function resolved(thing) {
    let steps = 0;
    while (thing && thing.$ref && steps++ < 20) {
        const found = thing.$ref
            .slice(2)
            .split("/")
            .reduce((at, key) => at?.[key.replaceAll("~1", "/").replaceAll("~0", "~")], api);
        thing = found ?? {};
    }
    return thing ?? {};
}

const name_of_reference = (schema) => (schema?.$ref ? schema.$ref.split("/").pop() : "");

/** Splits "null" off: [the rest, whether null is allowed]. */
function without_null(schema) {
    const plain = resolved(schema);
    const choices = plain.anyOf ?? plain.oneOf;
    if (choices) {
        const rest = choices.filter((choice) => resolved(choice).type !== "null");
        if (rest.length < choices.length)
            return [rest.length === 1 ? rest[0] : { ...plain, anyOf: rest, oneOf: undefined }, true];
    }
    if (Array.isArray(plain.type) && plain.type.includes("null")) {
        const rest = plain.type.filter((type) => type !== "null");
        return [{ ...plain, type: rest.length === 1 ? rest[0] : rest }, true];
    }
    return [schema, false];
}

function type_text(schema) {
    const [rest, nullable] = without_null(schema);
    const plain = resolved(rest);
    let text = name_of_reference(rest);
    if (plain.type === "array") text = type_text(plain.items ?? {}) + "[]";
    else if (plain.anyOf || plain.oneOf) text ||= (plain.anyOf ?? plain.oneOf).map(type_text).join(" or ");
    else if (!text || plain.type !== "object") {
        const type = Array.isArray(plain.type) ? plain.type.join(" or ") : (plain.type ?? "any");
        text = text && plain.type ? `${text} (${type})` : type;
    }
    return nullable ? text + " or null" : text;
}

/** What a value must keep to, in words. */
function rules_text(schema) {
    const plain = resolved(without_null(schema)[0]);
    const rules = [];
    if (plain.enum) rules.push("one of " + plain.enum.join(", "));
    if (plain.const !== undefined) rules.push("always " + plain.const);
    if (plain.format) rules.push(plain.format);
    const range = (low, high, unit) => {
        if (low !== undefined && high !== undefined) rules.push(`${low} to ${high}${unit}`);
        else if (low !== undefined) rules.push(`at least ${low}${unit}`);
        else if (high !== undefined) rules.push(`at most ${high}${unit}`);
    };
    range(plain.minimum, plain.maximum, "");
    range(plain.minLength, plain.maxLength, " characters");
    range(plain.minItems, plain.maxItems, " items");
    if (plain.pattern) rules.push("pattern " + plain.pattern);
    if (plain.default !== undefined) rules.push("default " + JSON.stringify(plain.default));
    const example = plain.examples?.[0] ?? plain.example;
    if (example !== undefined) rules.push("for example " + JSON.stringify(example));
    return rules.join(" · ");
}

/** The object whose members are worth showing below a field; looks through arrays. */
function members_of(schema) {
    let inner = schema;
    for (let depth = 0; depth < 4; ++depth) {
        const plain = resolved(without_null(inner)[0]);
        if (plain.properties) return { plain, name: name_of_reference(without_null(inner)[0]) };
        if (plain.type === "array" && plain.items) inner = plain.items;
        else if (typeof plain.additionalProperties === "object") inner = plain.additionalProperties;
        else break;
    }
    return null;
}

function field(name, schema, required, description, path) {
    const rules = rules_text(schema);
    const about = description ?? resolved(schema).description;
    const inner = members_of(schema);
    const made = element(
        "div",
        { class: "field" },
        element("code", { class: "name" }, name),
        element("code", { class: "type" }, type_text(schema)),
        required ? element("span", { class: "must" }, "required") : null,
        about ? element("div", { class: "note" }, about) : null,
        rules ? element("div", { class: "note" }, rules) : null,
    );
    if (inner && !(inner.name && path.includes(inner.name))) {
        // Filled when opened: schemas may refer to each other in circles.
        const fold = element("details", {}, element("summary", {}, "members"));
        fold.ontoggle = () => {
            if (fold.open && fold.children.length === 1) fold.append(fields(inner.plain, [...path, inner.name]));
        };
        made.append(fold);
    }
    return made;
}

function fields(plain, path) {
    const required = new Set(plain.required ?? []);
    const rows = Object.entries(plain.properties).map(([name, schema]) =>
        field(name, schema, required.has(name), undefined, path),
    );
    return element("div", { class: "fields" }, rows);
}

function schema_block(schema) {
    const inner = members_of(schema);
    const plain = resolved(schema);
    const parts = [
        element(
            "div",
            {},
            element("code", {}, type_text(schema)),
            plain.description ? element("span", { class: "note" }, " " + plain.description) : null,
        ),
    ];
    if (inner) parts.push(fields(inner.plain, [inner.name]));
    else if (rules_text(schema)) parts.push(element("div", { class: "note" }, rules_text(schema)));
    return parts;
}

/** A value that the schema would accept, to start from in the form. */
function sample(schema, depth = 0) {
    const plain = resolved(without_null(schema)[0]);
    if (plain.examples?.length) return plain.examples[0];
    if (plain.example !== undefined) return plain.example;
    if (plain.default !== undefined) return plain.default;
    if (plain.enum) return plain.enum[0];
    const choice = plain.anyOf?.[0] ?? plain.oneOf?.[0];
    if (choice) return sample(choice, depth);
    if (plain.properties) {
        if (depth > 4) return {};
        const required = plain.required ?? Object.keys(plain.properties);
        return Object.fromEntries(required.map((name) => [name, sample(plain.properties[name] ?? {}, depth + 1)]));
    }
    switch (plain.type) {
        case "array":
            return depth > 4 ? [] : [sample(plain.items ?? {}, depth + 1)];
        case "integer":
        case "number":
            return plain.minimum ?? 1;
        case "boolean":
            return false;
        case "object":
            return {};
        default:
            return "";
    }
}
