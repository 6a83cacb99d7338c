// The editor of one value of a field: a choice of its kind, and the inputs of that kind. Values hold values.

import { fill, h, icon, option, words } from "./dom.js";
import { constant, parse, print, string } from "./json.js";
import { MENU, OPTIONS, TEXTS, WRAPPERS, begun, coalesce, coalesced, directive, get, kindOf, set } from "./kinds.js";

const NUMBER = /^-?(0|[1-9]\d*)(\.\d+)?([eE][+-]?\d+)?$/;

let slots = 0;

/**
 * `place` says where a value stands: {path, label, optional, chosen, replace(next)}; `form` has changed() and redraw(focus).
 * The path is that of the problems that the server tells.
 */
export function valueEditor(node, place, form) {
  const key = JSON.stringify(place.path);
  const kindNow = () => (node ? (form.asFragments.has(node) ? "fragment" : kindOf(node)) : "absent");
  const kind = kindNow();
  // By keyboard, one goes through the choices to get to another: each begins at what there was when that began.
  const kept = () => node && parse(print(node));
  let before = kept();
  const kinds = h("select", {
    class: "fsd-control fsd-kinds", "aria-label": fill(words.kind_of_value, { field: place.label }), "data-focus": `${key}kind`,
    onfocus: () => (before = kept()),
    onchange: (event) => {
      const chosen = event.target.value;
      node = chosen === "absent" ? undefined : begun(chosen, before && parse(print(before)));
      // As JSON, whatever it is: asked for, it stays so until another kind is chosen.
      if (chosen === "fragment") form.asFragments.add(node);
      place.replace(node);
      draw();
      form.changed();
    },
  },
    place.optional || !node ? option("absent", words.values.absent, kind) : null,
    MENU.map(([group, members]) => h("optgroup", { label: words.menu[group] }, members.map((each) => option(each, words.values[each], kind)))));
  slots += 1;
  const line = h("div", { class: "fsd-value-line" }, kinds);
  const slot = h("p", { class: "fsd-slot", id: `problem-value-${slots}`, role: "status" });
  const element = h("div", { class: "fsd-value", "data-path": key }, line, slot);
  // The choice stays the one it is: what is typed into it finds a kind by its first letters.
  const draw = () => {
    for (const each of [...line.children].slice(1)) each.remove();
    slot.nextElementSibling?.remove();
    const { inline, below } = node ? parts(node, kindNow(), place, form) : { inline: [], below: [] };
    line.append(...inline);
    if (below.length) element.append(h("div", { class: "fsd-inner" }, below));
  };
  draw();
  return element;
}

const attributes = (place, key, label) => ({
  "aria-label": label ?? fill(words.value_of_field, { field: place.label }), "data-focus": JSON.stringify(place.path) + key,
  spellcheck: "false", autocapitalize: "off", autocomplete: "off",
});

/** An input of one line, or a text area where the text has more. */
function textInput(node, place, form, more = {}) {
  const many = more.many || node.value.includes("\n");
  return h(many ? "textarea" : "input", {
    class: `fsd-control fsd-grow${more.code ? " fsd-code" : ""}`, type: many ? null : "text", rows: many ? 4 : null,
    ...attributes(place, "text", more.label), list: more.list, placeholder: more.placeholder, value: node.value,
    oninput: (event) => {
      node.value = event.target.value;
      form.changed();
    },
  });
}

function parts(node, kind, place, form) {
  const inner = directive(node);
  const child = (value, path, label, replace, more = {}) =>
    labelled(label, valueEditor(value, { path: [...place.path, ...path], label: `${place.label}, ${label}`, replace, ...more }, form));
  if (kind === "path") return { inline: [textInput(inner.value, place, form, { list: "suggested-paths", code: true })], below: [] };
  if (TEXTS.includes(kind)) {
    const many = kind === "liquid";
    const placeholder = many ? "{{ properties.name | upcase }}" : "{{event}} – {{properties.category}}";
    return { inline: many ? [] : [textInput(inner.value, place, form, { placeholder })], below: many ? [textInput(inner.value, place, form, { many, placeholder, code: true })] : [] };
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
      const at = { ...place, path: [...place.path, "@arrayPath", 0] };
      return {
        inline: [textInput(path, at, form, { list: "suggested-paths", code: true, label: `${place.label}, ${words.options.list}` })],
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
    oninput: (event) => {
      const typed = event.target.value.trim();
      if (NUMBER.test(typed)) {
        node.raw = typed;
        form.broken.delete(node);
      } else form.broken.set(node, event.target.value);
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
    const at = attributes({ ...place, path: [...place.path, `@${kind}`, each.name] }, "", `${place.label}, ${name}`);
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
    class: "fsd-control", ...attributes(place, "condition", `${place.label}, ${words.options.condition}`),
    onchange: (event) => {
      options.entries.find((entry) => entry.key === condition).key = event.target.value;
      form.redraw(`${JSON.stringify(place.path)}condition`);
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
  // The condition is the same node as the result once it was made here: both change together.
  write(values);
  return listParts(values, place, form, write, (index) => [...depth(index), ...(index < values.length - 1 ? ["@if", "then"] : [])]);
}

function listParts(items, place, form, write, pathOf) {
  const act = (next, focus) => {
    write(next);
    form.redraw(focus);
  };
  const key = JSON.stringify(place.path);
  const focus = (index) => `${key}item${index}`;
  const rows = items.map((item, index) => {
    const name = fill(words.item, { number: index + 1 });
    const others = (change) => items.toSpliced(index, 1, ...change);
    return h("li", { class: "fsd-entry" },
      h("span", { class: "fsd-option", "aria-hidden": "true", text: `${index + 1}.` }),
      valueEditor(item, {
        path: [...place.path, ...pathOf(index)], label: `${place.label}, ${name}`,
        replace: (next) => write((items = others([next]))),
      }, form),
      entryMenu(`${place.label}, ${name}`, focus(index), {
        up: index > 0 && (() => act(swapped(items, index, index - 1), focus(index - 1))),
        down: index < items.length - 1 && (() => act(swapped(items, index, index + 1), focus(index + 1))),
        remove: () => act(others([]), items.length > 1 ? focus(Math.max(0, index - 1)) : `${key}add`),
      }));
  });
  return [h("ol", { class: "fsd-entries" }, rows), h("button", {
    type: "button", class: "fsd-add", "data-focus": `${JSON.stringify(place.path)}add`, "aria-label": fill(words.add_item_to, { field: place.label }),
    onclick: () => {
      write([...items, begun("path")]);
      form.redraw(`${JSON.stringify([...place.path, ...pathOf(items.length)])}kind`);
    },
  }, icon("add"), words.add_item)];
}

function swapped(items, one, other) {
  const next = [...items];
  [next[one], next[other]] = [next[other], next[one]];
  return next;
}

function objectParts(node, place, form) {
  const key = JSON.stringify(place.path);
  const rows = node.entries.map((entry, index) => {
    const label = `${place.label}, ${entry.key || fill(words.item, { number: index + 1 })}`;
    const write = (entries, focus) => () => {
      node.entries = entries;
      form.redraw(focus);
    };
    const focus = (at) => `${key}entry${at}`;
    return h("li", { class: "fsd-entry" },
      h("input", {
        class: "fsd-control fsd-object-key", type: "text", "aria-label": fill(words.key_of, { field: place.label, number: index + 1 }), "data-focus": `${key}key${index}`,
        spellcheck: "false", autocapitalize: "off", autocomplete: "off", placeholder: words.key, value: entry.key,
        oninput: (event) => {
          entry.key = event.target.value;
          form.changed();
        },
        onchange: () => form.redraw(),
      }),
      valueEditor(entry.value, { path: [...place.path, entry.key], label, replace: (next) => (entry.value = next) }, form),
      entryMenu(label, focus(index), {
        up: index > 0 && write(swapped(node.entries, index, index - 1), focus(index - 1)),
        down: index < node.entries.length - 1 && write(swapped(node.entries, index, index + 1), focus(index + 1)),
        remove: write(node.entries.toSpliced(index, 1), node.entries.length > 1 ? focus(Math.max(0, index - 1)) : `${key}add`),
      }));
  });
  return [h("ul", { class: "fsd-entries" }, rows), h("button", {
    type: "button", class: "fsd-add", "data-focus": `${key}add`, "aria-label": fill(words.add_key_to, { field: place.label }),
    onclick: () => {
      node.entries.push({ key: "", value: begun("path") });
      form.redraw(`${key}key${node.entries.length - 1}`);
    },
  }, icon("add"), words.add_key)];
}

function entryMenu(label, focus, acts) {
  const button = (name, symbol) => h("button", {
    type: "button", class: "fsd-icon", title: words.entry[name], "aria-label": `${words.entry[name]}: ${label}`,
    "data-focus": name === "remove" ? focus : null, "aria-disabled": acts[name] ? null : "true", onclick: () => acts[name] && acts[name](),
  }, icon(symbol));
  return h("span", { class: "fsd-entry-menu" }, button("up", "arrow_upward"), button("down", "arrow_downward"), button("remove", "close"));
}

function fragment(node, place, form) {
  return h("textarea", {
    class: "fsd-control fsd-code fsd-grow", ...attributes(place, "json"), rows: Math.min(12, print(node).split("\n").length + 1),
    value: form.broken.get(node) ?? print(node),
    oninput: (event) => {
      try {
        const next = parse(event.target.value);
        form.broken.delete(node);
        Object.assign(clear(node), next);
      } catch {
        form.broken.set(node, event.target.value);
      }
      form.changed();
    },
  });
}

/** The same node, emptied: whoever holds it goes on holding it. */
function clear(node) {
  for (const name of Object.keys(node)) delete node[name];
  return node;
}
