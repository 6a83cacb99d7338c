// The fields' input in two views: a form, made from the catalog's fields of the action, and JSON, which is what is saved.

import { data, debounced, focusOn, h, mark, pend, unfinish, words } from "./dom.js";
import { object, parse, print } from "./json.js";
import { get, set } from "./kinds.js";
import { Switch } from "./switch.js";
import { valueEditor } from "./value.js";

const has = (node, part) => node === part || (node.entries ?? node.items ?? []).some((each) => has(each.value?.type ? each.value : each, part));

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
    this.asFragments = new WeakSet();
    this.problems = [];
    this.written = this.text.value;
    this.later = debounced(() => changed(), 150);
    this.switch = new Switch(section, (view) => (view === "form" ? this.read() : this.flush()));
    section.addEventListener("view", () => this.editor?.resize(true));
    this.text.addEventListener("input", () => this.later());
    this.switch.show(this.read() ? "form" : "text");
    this.switch.say("");
  }

  /** Ace, once it has been made. */
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

  /** JSON to form. False where it is no object. */
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

  /** Whether the JSON says all that is to be seen in the form. */
  flush() {
    const broken = this.unread().length > 0;
    this.switch.say(broken ? words.mend_rows : "");
    if (broken) this.container.querySelector("[aria-invalid=true]")?.focus();
    return !broken;
  }

  unread = () => [...this.broken.keys()].filter((node) => has(this.node, node));

  changed() {
    if (this.unread().length) {
      pend(this.form, "fields", true);
      unfinish(this.form, "fields", words.fields_unfinished);
      this.mark();
      return;
    }
    this.finish();
    this.put(print(this.node));
    this.later();
  }

  /** Notes that the JSON says what the form shows. */
  finish() {
    pend(this.form, "fields", false);
    unfinish(this.form, "fields", "");
  }

  redraw(focus) {
    this.draw();
    if (focus) focusOn(this.container, focus);
    this.changed();
  }

  follow(action) {
    this.action = action;
    this.draw();
  }

  draw() {
    if (!this.action) {
      this.container.replaceChildren(h("p", { class: "fsd-help", text: words.choose_action }));
      return;
    }
    const known = this.actions[this.action] ?? [];
    const others = this.node.entries.map((entry) => entry.key).filter((key) => !known.some((field) => field.key === key));
    this.container.replaceChildren(
      ...known.map((field) => this.field(field)),
      ...others.map((key) => this.field({ key, label: key, description: words.unknown_field })),
    );
    this.mark();
  }

  field({ key, label, description, required }) {
    const replace = (next) => set(this.node, key, next);
    return h("div", { class: "fsd-field-row", role: "group", "aria-label": label },
      h("div", { class: "fsd-field-head" },
        h("span", { class: "fsd-field-label", text: label }),
        required ? h("span", { class: "fsd-required", text: words.required }) : null,
        h("code", { class: "fsd-muted", text: key }),
        h("span", { class: "fsd-help", text: description })),
      valueEditor(get(this.node, key), { path: [key], label, optional: true, replace }, this));
  }

  /** Shows what is wrong, each beside the innermost value that it is about; in the JSON, beside its line. */
  show(problems) {
    this.problems = problems;
    this.mark();
    const annotations = problems.filter(({ line }) => line).map(({ line, column, message }) => ({ row: line - 1, column: column - 1, text: message, type: "error" }));
    this.editor?.session.setAnnotations(annotations);
    const input = this.editor?.textInput.getElement();
    const said = problems.map(({ told, excerpt }) => [told, excerpt].filter(Boolean).join("\n"));
    mark(this.slot, [this.text, input].filter(Boolean), said.join("\n"));
  }

  mark() {
    const told = new Map();
    for (const { path, message } of this.problems) {
      for (let length = path.length; length > 0; length -= 1) {
        const place = JSON.stringify(path.slice(0, length));
        const found = [...this.container.querySelectorAll("[data-path]")].find((each) => each.dataset.path === place);
        if (!found) continue;
        if (!told.has(found)) told.set(found, message);
        break;
      }
    }
    for (const each of this.container.querySelectorAll("[data-path]")) {
      const inputs = each.querySelectorAll(":scope > .fsd-value-line :is(input, select), :scope > .fsd-inner > :is(input, textarea)");
      const unread = [...each.querySelectorAll(":scope > .fsd-value-line > input, :scope > .fsd-inner > textarea")]
        .some((input) => [...this.broken].some(([node, text]) => has(this.node, node) && text === input.value));
      mark(each.querySelector(":scope > .fsd-slot"), inputs, unread ? words.unread : told.get(each));
    }
  }
}
