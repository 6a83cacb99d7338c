// The controls of one condition: field, operator, value.

import { h, fill, option, words, icon } from "./dom.js";
import { ALONE, WITH_NAME, kindOf, pathKeys, pathText } from "./paths.js";
import { UNFILLED } from "./tree.js";

const TEXTS = ["contains", "does_not_contain", "starts_with", "does_not_start_with", "ends_with", "does_not_end_with", "matches", "does_not_match"];
const ORDERS = ["greater", "at_least", "less", "at_most"];
const OPERATORS = ["is", "is_not", "one_of", ...TEXTS, ...ORDERS, "exists", "does_not_exist", "has_item"];
const FOR_NAMES = ["is", "is_not", "one_of", ...TEXTS, "exists", "does_not_exist"];
const TYPED = ["is", "is_not", "one_of", "has_item"];

const isScalar = (value) => value === null || typeof value !== "object";
const isUnread = (value) => value?.typed !== undefined;
const typeOf = (value) => (value === null ? "null" : { number: "number", boolean: "boolean" }[typeof value] ?? (isUnread(value) ? "number" : "text"));

/** The typed number, or the text if it is not a number, which the server reports. */
function asNumber(text) {
  const found = Number(text);
  return text.trim() !== "" && Number.isFinite(found) ? found : { typed: text };
}

const textOf = (value) => (isUnread(value) ? value.typed : isScalar(value) && value !== null ? String(value) : "");

/** The value converted to another type. */
function converted(value, type) {
  const text = textOf(value);
  return { text, number: asNumber(text), boolean: text !== "false", null: null }[type];
}

function follow(node, operator) {
  const first = Array.isArray(node.value) && node.value.length ? node.value[0] : node.value;
  if (operator === "one_of") node.value = Array.isArray(node.value) && node.value.length ? node.value : [first ?? UNFILLED];
  else if (ORDERS.includes(operator)) node.value = typeof first === "number" ? first : converted(first, "number");
  else if (TEXTS.includes(operator)) node.value = first === UNFILLED ? first : converted(first, "text");
  else if (operator === "exists" || operator === "does_not_exist") node.value = null;
  else node.value = isScalar(first) ? (first ?? UNFILLED) : UNFILLED;
  node.operator = operator;
}

const kindNow = (node) => node.fieldKind ?? kindOf(node.path);

/** The controls of a row. Calls `changed()` after typing, and `redraw(focus)` if the controls change. */
export function rowControls(node, number, { changed, redraw }) {
  const label = (key) => fill(words[key], { number });
  const focus = (key) => `${node.id}-${key}`;
  const kind = kindNow(node);
  const prefix = WITH_NAME.includes(kind) ? 1 : 0;

  // The arrow keys pass through other choices. Each choice converts the original value, so that nothing is lost on the way.
  const now = () => ({ path: node.path, kind: kindNow(node), operator: node.operator, value: node.value });
  const remember = () => (node.before = now());
  const kinds = h("select", {
    class: "fsd-control", "aria-label": label("field_of"), "data-key": focus("kind"), "data-part": ALONE.includes(kind) ? "path" : null, onfocus: remember,
    onchange: (event) => {
      const chosen = event.target.value;
      const before = (node.before ??= now());
      const rest = ALONE.includes(before.kind) ? [] : before.path.slice(WITH_NAME.includes(before.kind) ? 1 : 0);
      node.path = ALONE.includes(chosen) ? [chosen] : WITH_NAME.includes(chosen) ? [chosen, ...rest] : rest;
      Object.assign(node, { fieldKind: chosen, operator: before.operator, value: before.value });
      if (ALONE.includes(chosen) && !FOR_NAMES.includes(node.operator)) follow(node, "is");
      redraw();
    },
  }, [...ALONE, ...WITH_NAME, "other"].map((each) => option(each, words.kinds[each], kind)));

  const name = ALONE.includes(kind) ? null : h("input", {
    class: "fsd-control fsd-name", type: "text", "aria-label": label("name_of"), "data-key": focus("name"), "data-part": "path",
    list: `suggested-${kind}`, spellcheck: "false", autocapitalize: "off", autocomplete: "off",
    placeholder: words.placeholders[kind], value: pathText(node.path.slice(prefix)),
    oninput: (event) => {
      const keys = pathKeys(event.target.value.trim());
      node.path = prefix ? [kind, ...keys] : keys;
      node.fieldKind = kind;
      changed();
    },
  });

  const known = ALONE.includes(kind) ? FOR_NAMES : OPERATORS;
  const operators = h("select", {
    class: "fsd-control", "aria-label": label("operator_of"), "data-key": focus("operator"), "data-part": "operator", onfocus: remember,
    onchange: (event) => {
      node.value = (node.before ??= now()).value;
      follow(node, event.target.value);
      redraw();
    },
  }, (known.includes(node.operator) ? known : [...known, node.operator]).map((each) => option(each, words.operators[each], node.operator)));

  const one = (value, key, part, set) => valueControls(value, { node, kind, label, focus: focus(key), part, set, changed, redraw });
  let values = [];
  if (node.operator === "one_of") {
    values = [h("ul", { class: "fsd-values" }, node.value.map((value, index) => h("li", {},
      one(value, `value-${index}`, `value.${index}`, (next) => (node.value[index] = next)),
      h("button", {
        type: "button", class: "fsd-icon", "aria-label": fill(words.remove_value, { number, index: index + 1 }),
        onclick: () => {
          node.value.splice(index, 1);
          redraw(focus(node.value.length ? `value-${Math.max(0, index - 1)}` : "add"));
        },
      }, icon("close")))),
      h("li", {}, h("button", {
        type: "button", class: "fsd-add", text: words.add_value, "data-key": focus("add"),
        "aria-label": fill(words.add_value_to, { number }),
        onclick: () => {
          node.value.push(UNFILLED);
          redraw(focus(`value-${node.value.length - 1}`));
        },
      })))];
  } else if (!["exists", "does_not_exist"].includes(node.operator)) {
    values = one(node.value, "value", "value", (next) => (node.value = next));
  }
  return [kinds, name, operators, ...values].filter(Boolean);
}

function valueControls(value, { node, kind, label, focus, part, set, changed, redraw }) {
  const order = ORDERS.includes(node.operator);
  const type = order ? "number" : typeOf(value);
  // Event types and names are always text, so they need no select for the type.
  const types = TYPED.includes(node.operator) && (!ALONE.includes(kind) || type !== "text")
    ? [h("select", {
        class: "fsd-control fsd-type", "aria-label": label("type_of"), "data-key": `${focus}-type`,
        onchange: (event) => {
          set(converted(value, event.target.value));
          redraw();
        },
      }, ["text", "number", "boolean", ...(type === "null" ? ["null"] : [])].map((each) => option(each, words.types[each], type)))]
    : [];
  if (type === "boolean") {
    return [...types, h("select", {
      class: "fsd-control", "aria-label": label("value_of"), "data-key": focus, "data-part": part,
      onchange: (event) => {
        set(event.target.value === "true");
        changed();
      },
    }, ["true", "false"].map((each) => option(each, each, String(value))))];
  }
  if (type === "null") return types;
  return [...types, h("input", {
    class: "fsd-control fsd-typed", type: "text", "aria-label": label("value_of"), "data-key": focus, "data-part": part,
    inputmode: type === "number" ? "decimal" : null, list: ALONE.includes(kind) ? `suggested-values-${kind}` : null,
    spellcheck: "false", autocapitalize: "off", autocomplete: "off",
    value: textOf(value),
    oninput: (event) => {
      const text = event.target.value;
      // No event has an empty name, so an emptied input counts as unfilled.
      const written = text === "" && ALONE.includes(kind) ? UNFILLED : text;
      set(type === "number" ? asNumber(text) : written);
      changed();
    },
  })];
}
