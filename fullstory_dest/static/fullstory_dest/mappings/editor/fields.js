// The fields' input as a form of the action's fields in the catalog, or as JSON. The JSON is saved.

import { Left, data, debounced, focusOn, h, isSame, mark, patch, pend, unfinish, words } from "./dom.js";
import { object, parse, print } from "./json.js";
import { get, kindOf, set } from "./kinds.js";
import { Switch } from "./switch.js";
import { keyAt, valueEditor } from "./value.js";

export class FieldsInput {
  constructor(section, { form, changed }) {
    this.text = form.elements.namedItem("fields");
    this.form = form;
    this.container = section.querySelector("[data-fields-form]");
    this.slot = section.querySelector("[data-slot=fields]");
    this.actions = data("editor-actions");
    this.tell = changed;
    this.node = object([]);
    this.broken = new Map();
    this.kinds = new WeakMap();
    this.problems = [];
    this.warnings = [];
    this.left = new Left(this.container, () => this.mark());
    this.written = this.text.value;
    this.later = debounced(() => changed(), 150);
    this.switch = new Switch(section, (view) => (view === "form" ? this.read() : this.flush()));
    section.addEventListener("view", () => this.editor?.resize(true));
    this.text.addEventListener("input", () => this.later());
    this.switch.show(this.read() ? "form" : "text");
    this.switch.say("");
  }

  /** Connects the Ace editor once it exists. */
  adopt(editor) {
    this.editor = editor;
    editor.session.on("change", () => {
      if (!this.writing) this.later();
    });
    editor.resize(true);
  }

  load(text) {
    this.put(text);
    if (this.switch.view === "form" && !this.read()) this.switch.show("text");
    this.tell();
  }

  put(text) {
    this.writing = true;
    this.editor?.session.setValue(text);
    this.text.value = this.written = text;
    this.writing = false;
  }

  /** Converts the JSON to the form. Returns false if it is not an object. */
  read() {
    let node;
    try {
      node = parse(this.text.value.trim() || "{}");
    } catch {
      node = undefined;
    }
    const good = node?.type === "object";
    this.switch?.say(good ? "" : words.mend_json);
    if (!good) return false;
    this.node = node;
    this.broken.clear();
    this.finish();
    this.draw();
    return true;
  }

  /** Returns whether the JSON matches the form. If not, focuses the first error. */
  flush() {
    const broken = this.isUnread;
    this.switch.say(broken ? words.mend_rows : "");
    if (broken) this.container.querySelector("[data-unnamed], [data-unread]")?.focus();
    return !broken;
  }

  /** Whether the form has invalid values or keys without a name, which can't be written as JSON. */
  get isUnread() {
    return Boolean(this.container.querySelector("[data-unread], [data-unnamed]"));
  }

  /** Whether the user changed the fields to something other than `text`. */
  isOther(text) {
    return this.isUnread || !isSame(this.text.value.trim() || "{}", text || "{}");
  }

  /** The kind of a value. It stays the same until the user chooses another, even if the value changes. */
  kindOf(node) {
    if (!this.kinds.has(node)) this.kinds.set(node, kindOf(node));
    return this.kinds.get(node);
  }

  changed() {
    if (this.isUnread) {
      pend(this.form, "fields", true);
      unfinish(this.form, "fields", words.fields_unfinished);
      this.mark();
      return;
    }
    this.finish();
    this.put(print(this.node));
    this.later();
  }

  /** Records that the JSON matches the form. */
  finish() {
    pend(this.form, "fields", false);
    unfinish(this.form, "fields", "");
  }

  redraw(focus) {
    this.draw();
    focusOn(this.container, focus);
    this.changed();
  }

  follow(action) {
    this.action = action;
    this.draw();
  }

  draw() {
    if (!this.action) {
      patch(this.container, [h("p", { class: "fsd-help", text: words.choose_action })]);
      return;
    }
    const known = this.actions[this.action] ?? [];
    const others = this.node.entries.map((entry) => entry.key).filter((key) => !known.some((field) => field.key === key));
    patch(this.container, [
      ...known.map((field) => this.field(field)),
      ...others.map((key) => this.field({ key, label: key, description: words.unknown_field })),
    ]);
    this.mark();
  }

  field({ key, label, description, required }) {
    const replace = (next) => set(this.node, key, next);
    return h("div", { class: "fsd-field-row", "data-key": `field ${key}`, role: "group", "aria-label": label },
      h("div", { class: "fsd-field-head" },
        h("span", { class: "fsd-field-label", text: label }),
        required ? h("span", { class: "fsd-required", text: words.required }) : null,
        h("code", { class: "fsd-muted", text: key }),
        h("span", { class: "fsd-help", text: description })),
      valueEditor(get(this.node, key), { id: key, path: [key], label, optional: true, replace }, this));
  }

  /** Shows problems and warnings beside the innermost value they are about, and in the JSON beside its line. */
  show(problems, warnings) {
    this.problems = problems;
    this.warnings = warnings;
    this.mark();
    const noted = (all, type) => all.filter(({ line }) => line).map(({ line, column, message }) => ({ row: line - 1, column: column - 1, text: message, type }));
    this.editor?.session.setAnnotations([...noted(problems, "error"), ...noted(warnings, "warning")]);
    const input = this.editor?.textInput.getElement();
    const said = (problems.length ? problems : warnings).map(({ located_message, excerpt }) => [located_message, excerpt].filter(Boolean).join("\n"));
    mark(this.slot, [this.text, input].filter(Boolean), { message: said.join("\n"), level: problems.length ? "error" : "warning" });
  }

  mark() {
    const spots = new Map();
    const say = (inputs, message, level) => {
      const spot = inputs[0]?.closest("[data-spot]");
      if (spot && !spots.has(spot)) spots.set(spot, { message, wrong: inputs, level: level ?? this.left.level(inputs) });
    };
    const all = [...this.container.querySelectorAll("[data-at]")];
    for (const input of all) {
      if ("unread" in input.dataset) say([input], words.unread);
      else if ("unnamed" in input.dataset) say([input], words.name_key);
      else if ("repeated" in input.dataset) say([input], words.key_repeated);
    }
    for (const problem of this.problems) say(inputsAt(all, problem), problem.message);
    for (const warning of this.warnings) say(inputsAt(all, warning), warning.message, "warning");
    for (const spot of this.container.querySelectorAll("[data-spot]")) {
      mark(spot.querySelector(":scope > .fsd-slot"), all.filter((input) => input.closest("[data-spot]") === spot), spots.get(spot));
    }
  }
}

/** The inputs of the value at a path, or of the innermost value around it. */
function inputsAt(all, { path, of_key: ofKey }) {
  const at = (place) => all.filter((input) => input.dataset.at === place);
  if (ofKey) {
    const found = at(keyAt(path));
    if (found.length) return found;
  }
  for (let length = path.length; length > 0; length -= 1) {
    const found = at(JSON.stringify(path.slice(0, length)));
    const typed = found.filter((input) => !input.matches(".fsd-kinds"));
    // A missing key was renamed, or is inside a value that is edited as JSON.
    if (found.length) return ofKey || (length < path.length && typed.length) ? typed : found;
  }
  return [];
}
