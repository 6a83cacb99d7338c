// The kinds of field values: how each is recognized in JSON, its options, and its initial value.
//
// An option of a directive is {name, type: "value" | "text" | "flag" | "choice", optional?, choices?, standard?}. Other
// JSON is a "fragment", which is edited as text.

import { array, constant, number, object, same, string } from "./json.js";

const value = (name, more) => ({ name, type: "value", ...more });
const text = (name, more) => ({ name, type: "text", ...more });
const flag = (name, standard) => ({ name, type: "flag", optional: true, standard });
const choice = (name, ...choices) => ({ name, type: "choice", choices });
const optional = { optional: true };

/** Directives whose value is an object of options. */
export const OPTIONS = {
  case: [choice("operator", "lower", "upper"), value("value")],
  replace: [
    text("pattern"), text("replacement", optional), text("pattern2", optional), text("replacement2", optional),
    flag("ignorecase", false), flag("global", true), value("value"),
  ],
  flatten: [text("separator"), flag("omitArrays", false), value("value")],
  json: [choice("mode", "encode", "decode"), value("value")],
  merge: [choice("direction", "right", "left"), value("objects")],
  transform: [value("apply"), value("mapping")],
};
/** Directives whose value is text. */
export const TEXTS = ["path", "template", "liquid"];
/** Directives whose value is a template. */
export const WRAPPERS = ["excludeWhenNull", "literal"];

/** The groups and order of kinds in the select. */
export const MENU = [
  ["from_event", ["path", "template"]],
  ["static", ["text", "number", "boolean", "null", "object", "list"]],
  ["functions", ["coalesce", "if", "case", "replace", "flatten", "json", "merge", "arrayPath", "excludeWhenNull", "transform", "liquid", "literal"]],
  ["other", ["fragment"]],
];

/** The value of an object's key. */
export const get = (node, key) => node.entries.find((entry) => entry.key === key)?.value;

export function set(node, key, next) {
  const entry = node.entries.find((each) => each.key === key);
  if (!next) node.entries = node.entries.filter((each) => each !== entry);
  else if (entry) entry.value = next;
  else node.entries.push({ key, value: next });
}

/** A directive's name without its @, and its value. */
export function directive(node) {
  if (node.type !== "object" || node.entries.length !== 1 || !node.entries[0].key.startsWith("@")) return undefined;
  return { name: node.entries[0].key.slice(1), value: node.entries[0].value };
}

const TYPES = {
  value: () => true,
  text: (node) => node.type === "string",
  flag: (node) => node.type === "constant" && node.value !== null,
  choice: (node, { choices }) => node.type === "string" && choices.includes(node.value),
};

function fits(node, options) {
  if (node.type !== "object") return false;
  const keys = node.entries.map((entry) => entry.key);
  if (new Set(keys).size < keys.length || keys.some((key) => !options.some(({ name }) => name === key))) return false;
  return options.every((each) => {
    const found = get(node, each.name);
    return found ? TYPES[each.type](found, each) : each.optional;
  });
}

const CONDITIONS = ["exists", "blank"];

function isConditional(node) {
  const parts = [...CONDITIONS, "then", "else"].map((name) => value(name, optional));
  return fits(node, parts) && CONDITIONS.filter((name) => get(node, name)).length === 1 && Boolean(get(node, "then"));
}

/** The values of "First that exists": nested @if directives that each return the value they test. */
export function coalesced(node) {
  const found = directive(node);
  if (found?.name !== "if" || !isConditional(found.value)) return undefined;
  if (found.value.entries.map((entry) => entry.key).join() !== "exists,then,else") return undefined;
  const [exists, then, otherwise] = found.value.entries.map((entry) => entry.value);
  if (!same(exists, then)) return undefined;
  return [then, ...(coalesced(otherwise) ?? [otherwise])];
}

export function coalesce([first, ...rest]) {
  if (!rest.length) return first;
  return object([["@if", object([["exists", first], ["then", first], ["else", coalesce(rest)]])]]);
}

export function kindOf(node) {
  if (node.type === "string") return "text";
  if (node.type === "number") return "number";
  if (node.type === "constant") return node.value === null ? "null" : "boolean";
  if (node.type === "array") return "list";
  const found = directive(node);
  if (!found) return node.entries.some((entry) => entry.key.startsWith("@")) ? "fragment" : "object";
  const { name, value: inner } = found;
  if (TEXTS.includes(name)) return inner.type === "string" ? name : "fragment";
  if (WRAPPERS.includes(name)) return name;
  if (name === "arrayPath") {
    const good = inner.type === "array" && inner.items.length === 2 && inner.items[0].type === "string" && inner.items[1].type === "object";
    return good ? name : "fragment";
  }
  if (name === "if") return coalesced(node) ? "coalesce" : isConditional(inner) ? "if" : "fragment";
  return OPTIONS[name] && fits(inner, OPTIONS[name]) ? name : "fragment";
}

/** The text of a value, to keep when its kind changes. */
const wordsOf = (node) => (node.type === "string" ? node.value : directive(node)?.value.type === "string" ? directive(node).value.value : "");
const made = (name, ...pairs) => object([[`@${name}`, object(pairs)]]);

/** A new value of a kind, which keeps the old value's text or items if possible. */
export function begun(kind, old) {
  const inner = old ?? object([["@path", string("$.")]]);
  const words = old ? wordsOf(old) : "";
  const listed = old?.type === "array" ? old : array([inner]);
  switch (kind) {
    case "path": return object([["@path", string(words.startsWith("$.") ? words : "$.")]]);
    case "template": return object([["@template", string(words.startsWith("$.") ? `{{${words.slice(2)}}}` : words)]]);
    case "liquid": return object([["@liquid", string(words.startsWith("$.") ? `{{ ${words.slice(2)} }}` : words)]]);
    case "text": return string(words);
    case "number": return number("0");
    case "boolean": return constant(true);
    case "null": return constant(null);
    case "object": return object([]);
    case "list": return listed;
    case "coalesce": return coalesce([inner, string("")]);
    case "if": return made("if", ["exists", inner], ["then", string("")]);
    case "case": return made("case", ["operator", string("lower")], ["value", inner]);
    case "replace": return made("replace", ["pattern", string("")], ["replacement", string("")], ["value", inner]);
    case "flatten": return made("flatten", ["value", inner], ["separator", string("_")]);
    case "json": return made("json", ["mode", string("encode")], ["value", inner]);
    case "merge": return made("merge", ["objects", listed], ["direction", string("right")]);
    case "transform": return made("transform", ["apply", inner], ["mapping", object([])]);
    case "arrayPath": return object([["@arrayPath", array([string(words || "$."), object([])])]]);
    case "excludeWhenNull":
    case "literal": return object([[`@${kind}`, inner]]);
    default: return inner;
  }
}
