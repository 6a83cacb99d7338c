// The editor of one field value: a select for its kind, and the inputs of that kind. Values can be nested.

import { fill, h, icon, option, words } from "./dom.js";
import { constant, parse, print, string } from "./json.js";
import { MENU, OPTIONS, TEXTS, WRAPPERS, begun, coalesce, coalesced, directive, get, set } from "./kinds.js";

const NUMBER = /^-?(0|[1-9]\d*)(\.\d+)?([eE][+-]?\d+)?$/;

const ids = new WeakMap();
let last = 0;

/** A stable id for an item or entry, so that its row is found again after moving. */
function idOf(item) {
  if (!ids.has(item)) ids.set(item, (last += 1));
  return ids.get(item);
}

const copy = (node) => node && parse(print(node));

/**
 * Makes the editor of a value. `place` is its place, {id, path, label, optional, replace(next)}; `form` has changed() and
 * redraw(focus). `path` matches the paths of the server's problems. `id` stays the same when a key or the order changes.
 */
export function valueEditor(node, place, form) {
  const kind = node ? form.kindOf(node) : "absent";
  // The arrow keys pass through other choices. Each choice converts the original value, so that nothing is lost on the way.
  const begin = () => (form.begun = { id: place.id, node: copy(node) });
  const kinds = h("select", {
    class: "fsd-control fsd-kinds", "aria-label": fill(words.kind_of_value, { field: place.label }),
    "data-key": `${place.id}-kind`, "data-at": JSON.stringify(place.path), onfocus: begin,
    onchange: (event) => {
      const chosen = event.target.value;
      if (form.begun?.id !== place.id) begin();
      const next = chosen === "absent" ? undefined : begun(chosen, copy(form.begun.node));
      if (next) form.kinds.set(next, chosen);
      place.replace(next);
      form.redraw();
    },
  },
    place.optional || !node ? option("absent", words.values.absent, kind) : null,
    MENU.map(([group, members]) => h("optgroup", { label: words.menu[group] }, members.map((each) => option(each, words.values[each], kind)))));
  const { inline, below } = node ? parts(node, kind, place, form) : { inline: [], below: [] };
  return h("div", { class: "fsd-value", "data-key": place.id, "data-spot": "" },
    h("div", { class: "fsd-value-line" }, kinds, inline),
    h("p", { class: "fsd-slot", id: `problem-${encodeURIComponent(place.id)}`, role: "status" }),
    below.length ? h("div", { class: "fsd-inner" }, below) : null);
}

/** The attributes of an input in a value. `at` is the path of the typed value. */
const attributes = (place, key, { label, at = place.path } = {}) => ({
  "aria-label": label ?? fill(words.value_of_field, { field: place.label }), "data-key": `${place.id}-${key}`,
  "data-at": JSON.stringify(at), spellcheck: "false", autocapitalize: "off", autocomplete: "off",
});

/** A text input, or a text area if the text has more than one line. */
function textInput(node, place, form, more = {}) {
  const many = more.many || node.value.includes("\n");
  return h(many ? "textarea" : "input", {
    class: `fsd-control fsd-grow${more.code ? " fsd-code" : ""}`, type: many ? null : "text", rows: many ? 4 : null,
    ...attributes(place, "text", more), list: more.list, placeholder: more.placeholder, value: node.value,
    oninput: (event) => {
      node.value = event.target.value;
      form.changed();
    },
  });
}

function parts(node, kind, place, form) {
  const inner = directive(node);
  const child = (value, path, label, replace, more = {}) =>
    labelled(label, valueEditor(value, {
      id: [place.id, ...path].join(), path: [...place.path, ...path], label: `${place.label}, ${label}`, replace, ...more,
    }, form));
  const at = inner && [...place.path, `@${inner.name}`];
  if (kind === "path") return { inline: [textInput(inner.value, place, form, { at, list: "suggested-paths", code: true })], below: [] };
  if (TEXTS.includes(kind)) {
    const many = kind === "liquid";
    const placeholder = many ? "{{ properties.name | upcase }}" : "{{event}} – {{properties.category}}";
    const input = textInput(inner.value, place, form, { at, many, placeholder, code: many });
    return many ? { inline: [], below: [input] } : { inline: [input], below: [] };
  }
  if (WRAPPERS.includes(kind)) {
    return { inline: [], below: [child(inner.value, [`@${kind}`], words.options.value, (next) => set(node, `@${kind}`, next))] };
  }
  switch (kind) {
    case "text": return { inline: [textInput(node, place, form)], below: [] };
    case "number": return { inline: [numberInput(node, place, form)], below: [] };
    case "boolean": return { inline: [booleanInput(node, place, form)], below: [] };
    case "null": return { inline: [], below: [] };
    case "object": return { inline: [], below: objectParts(node, place, form) };
    case "list": return { inline: [], below: listParts(node.items, place, form, (items) => (node.items = items), (index) => [index]) };
    case "coalesce": return { inline: [], below: coalesceParts(node, place, form) };
    case "if": return { inline: [], below: conditionalParts(inner.value, child, form, place) };
    case "arrayPath": {
      const [path, shape] = inner.value.items;
      const label = `${place.label}, ${words.options.list}`;
      return {
        inline: [textInput(path, place, form, { at: [...at, 0], list: "suggested-paths", code: true, label })],
        below: [child(shape, ["@arrayPath", 1], words.options.shape, (next) => (inner.value.items[1] = next))],
      };
    }
    case "fragment": return { inline: [], below: [fragment(node, place, form)] };
    default: return optionParts(inner.value, kind, place, form, child);
  }
}

const labelled = (label, ...content) => h("div", { class: "fsd-labelled" }, h("span", { class: "fsd-option", "aria-hidden": "true", text: label }), content);

function numberInput(node, place, form) {
  return h("input", {
    class: "fsd-control", type: "text", inputmode: "decimal", ...attributes(place, "number"), value: form.broken.get(node) ?? node.raw,
    "data-unread": form.broken.has(node),
    oninput: (event) => {
      const typed = event.target.value.trim();
      if (NUMBER.test(typed)) {
        node.raw = typed;
        form.broken.delete(node);
      } else form.broken.set(node, event.target.value);
      event.target.toggleAttribute("data-unread", form.broken.has(node));
      form.changed();
    },
  });
}

function booleanInput(node, place, form) {
  return h("select", {
    class: "fsd-control", ...attributes(place, "boolean"),
    onchange: (event) => {
      node.value = event.target.value === "true";
      form.changed();
    },
  }, ["true", "false"].map((each) => option(each, each, String(node.value))));
}

function optionParts(options, kind, place, form, child) {
  const shown = OPTIONS[kind].map((each) => {
    const name = words.options[each.name] ?? each.name;
    const found = get(options, each.name);
    if (each.type === "value") return child(found, [`@${kind}`, each.name], name, (next) => set(options, each.name, next));
    const at = attributes(place, each.name, { label: `${place.label}, ${name}`, at: [...place.path, `@${kind}`, each.name] });
    const write = (next) => {
      set(options, each.name, next);
      form.changed();
    };
    if (each.type === "flag") {
      const box = h("input", { type: "checkbox", ...at, onchange: (event) => write(constant(event.target.checked)) });
      box.checked = found ? found.value : each.standard;
      return h("label", { class: "fsd-flag" }, box, name);
    }
    if (each.type === "choice") {
      return labelled(name, h("select", { class: "fsd-control", ...at, onchange: (event) => write(string(event.target.value)) },
        each.choices.map((one) => option(one, words.choices[one], found.value))));
    }
    return labelled(name, h("input", {
      class: "fsd-control fsd-short", type: "text", ...at, value: found?.value ?? "",
      oninput: (event) => write(event.target.value || !each.optional ? string(event.target.value) : undefined),
    }));
  });
  const isNested = (element) => element.querySelector(".fsd-value");
  const short = shown.filter((element) => !isNested(element));
  return { inline: [], below: [h("div", { class: "fsd-options" }, short), ...shown.filter(isNested)] };
}

function conditionalParts(options, child, form, place) {
  const condition = get(options, "exists") ? "exists" : "blank";
  const choose = h("select", {
    class: "fsd-control", ...attributes(place, "condition", { label: `${place.label}, ${words.options.condition}`, at: [...place.path, "@if"] }),
    onchange: (event) => {
      options.entries.find((entry) => entry.key === condition).key = event.target.value;
      form.redraw();
    },
  }, ["exists", "blank"].map((each) => option(each, words.conditions[each], condition)));
  const part = (name, label, more) => child(get(options, name), ["@if", name], label, (next) => set(options, name, next), more);
  return [part(condition, words.options.if), labelled("", choose), part("then", words.options.then), part("else", words.options.else, { optional: true })];
}

function coalesceParts(node, place, form) {
  const write = (values) => {
    const next = coalesce(values);
    if (values.length > 1) node.entries = next.entries;
    else place.replace(next);
  };
  const depth = (index) => Array.from({ length: index }).flatMap(() => ["@if", "else"]);
  const values = coalesced(node);
  // Rewriting makes the condition and the result the same node, so that they change together.
  write(values);
  return listParts(values, place, form, write, (index) => [...depth(index), ...(index < values.length - 1 ? ["@if", "then"] : [])]);
}

function listParts(items, place, form, write, pathOf) {
  const act = (next, focus) => {
    write(next);
    form.redraw(focus);
  };
  const rows = items.map((item, index) => {
    const name = fill(words.item, { number: index + 1 });
    const id = `${place.id},${idOf(item)}`;
    const next = items[index + 1] ?? items[index - 1];
    return h("li", { class: "fsd-entry", "data-key": `${id}-item` },
      h("span", { class: "fsd-option", "aria-hidden": "true", text: `${index + 1}.` }),
      valueEditor(item, {
        id, path: [...place.path, ...pathOf(index)], label: `${place.label}, ${name}`,
        replace: (value) => {
          ids.set(value, idOf(item));
          write(items.with(index, value));
        },
      }, form),
      entryMenu(`${place.label}, ${name}`, id, {
        up: index > 0 && (() => act(swapped(items, index, index - 1))),
        down: index < items.length - 1 && (() => act(swapped(items, index, index + 1))),
        remove: () => act(items.toSpliced(index, 1), next ? `${place.id},${idOf(next)}-remove` : `${place.id}-add`),
      }));
  });
  return [h("ol", { class: "fsd-entries" }, rows), h("button", {
    type: "button", class: "fsd-add", "data-key": `${place.id}-add`, "aria-label": fill(words.add_item_to, { field: place.label }),
    onclick: () => {
      const added = begun("path");
      act([...items, added], `${place.id},${idOf(added)}-kind`);
    },
  }, icon("add"), words.add_item)];
}

function swapped(items, one, other) {
  const next = [...items];
  [next[one], next[other]] = [next[other], next[one]];
  return next;
}

function objectParts(node, place, form) {
  const rows = node.entries.map((entry, index) => {
    const label = `${place.label}, ${entry.key || fill(words.item, { number: index + 1 })}`;
    const id = `${place.id},${idOf(entry)}`;
    const path = [...place.path, entry.key];
    const next = node.entries[index + 1] ?? node.entries[index - 1];
    const write = (entries, focus) => () => {
      node.entries = entries;
      form.redraw(focus);
    };
    return h("li", { class: "fsd-entry", "data-key": `${id}-entry` },
      h("div", { class: "fsd-object-key", "data-spot": "" },
        h("input", {
          class: "fsd-control fsd-code", type: "text", "aria-label": fill(words.key_of, { field: place.label, number: index + 1 }),
          "data-key": `${id}-key`, "data-at": keyAt(path), "data-unnamed": entry.isTyped && !entry.key,
          "data-repeated": node.entries.findIndex(({ key }) => key === entry.key) < index,
          spellcheck: "false", autocapitalize: "off", autocomplete: "off", placeholder: words.key, value: entry.key,
          oninput: (event) => {
            entry.key = event.target.value;
            entry.isTyped = true;
            form.redraw();
          },
        }),
        h("p", { class: "fsd-slot", id: `problem-${encodeURIComponent(id)}-key`, role: "status" })),
      valueEditor(entry.value, { id, path, label, replace: (value) => (entry.value = value) }, form),
      entryMenu(label, id, {
        up: index > 0 && write(swapped(node.entries, index, index - 1)),
        down: index < node.entries.length - 1 && write(swapped(node.entries, index, index + 1)),
        remove: write(node.entries.toSpliced(index, 1), next ? `${place.id},${idOf(next)}-remove` : `${place.id}-add`),
      }));
  });
  return [h("ul", { class: "fsd-entries" }, rows), h("button", {
    type: "button", class: "fsd-add", "data-key": `${place.id}-add`, "aria-label": fill(words.add_key_to, { field: place.label }),
    onclick: () => {
      const added = { key: "", value: begun("path"), isTyped: true };
      node.entries.push(added);
      form.redraw(`${place.id},${idOf(added)}-key`);
    },
  }, icon("add"), words.add_key)];
}

/** The place of an entry's key. The path alone is the place of its value. */
export const keyAt = (path) => `key of ${JSON.stringify(path)}`;

function entryMenu(label, id, acts) {
  const button = (name, symbol) => h("button", {
    type: "button", class: "fsd-icon", title: words.entry[name], "aria-label": `${words.entry[name]}: ${label}`,
    "data-key": `${id}-${name}`, "aria-disabled": acts[name] ? null : "true", onclick: () => acts[name] && acts[name](),
  }, icon(symbol));
  return h("span", { class: "fsd-entry-menu" }, button("up", "arrow_upward"), button("down", "arrow_downward"), button("remove", "close"));
}

function fragment(node, place, form) {
  return h("textarea", {
    class: "fsd-control fsd-code fsd-grow", ...attributes(place, "json"), rows: Math.min(12, print(node).split("\n").length + 1),
    value: form.broken.get(node) ?? print(node), "data-unread": form.broken.has(node),
    oninput: (event) => {
      try {
        const next = parse(event.target.value);
        form.broken.delete(node);
        Object.assign(clear(node), next);
      } catch {
        form.broken.set(node, event.target.value);
      }
      event.target.toggleAttribute("data-unread", form.broken.has(node));
      form.changed();
    },
  });
}

/** Empties a node in place, so that references to it stay valid. */
function clear(node) {
  for (const name of Object.keys(node)) delete node[name];
  return node;
}
