// The builder of a trigger: draws its tree as groups and rows, and tells of each change.

import { announce, fill, focusOn, h, icon, mark, option, words } from "./dom.js";
import { draggable } from "./drag.js";
import { rowControls } from "./row.js";
import { grown, isGroup, isUnfinished, moves, newGroup, newRaw, newRow, nodeAt, numberOf, placeOf, plain, put, remove } from "./tree.js";

const KEYS = { ArrowUp: "up", ArrowDown: "down", ArrowRight: "into", ArrowLeft: "out" };

export class Builder {
  /** Draws in `container`; calls `onchange` after each change. */
  constructor(container, onchange) {
    this.container = container;
    this.onchange = onchange;
    this.elements = new Map();
    draggable(container, {
      nodeOf: (element) => this.nodes.get(element),
      placeOf: (node) => placeOf(this.root, node),
      drop: (node, group, index) => put(this.root, node, group, index) && this.moved(node, "moved"),
    });
  }

  get tree() {
    return plain(this.root);
  }

  load(tree) {
    this.root = grown(tree);
    this.draw();
  }

  draw(focus) {
    this.nodes = new Map();
    this.elements = new Map();
    this.container.replaceChildren(this.group(this.root));
    if (focus) focusOn(this.container, focus);
  }

  redraw(focus) {
    this.draw(focus);
    this.onchange();
  }

  /** Shows what is wrong with nodes, or that nothing is. */
  show(problems) {
    const told = new Map(problems.map((problem) => [nodeAt(this.root, problem.path) ?? this.root, problem.message]));
    for (const [node, { slot, element }] of this.elements) {
      const waits = isUnfinished(node);
      slot.classList.toggle("fsd-unfinished", waits);
      const inputs = isGroup(node) ? [] : element.querySelectorAll("input, textarea");
      mark(slot, inputs, told.get(node));
      if (waits) for (const input of inputs) input.removeAttribute("aria-invalid");
    }
  }

  focusOnProblem() {
    const invalid = this.container.querySelector("[aria-invalid=true], .fsd-slot:not(:empty)");
    if (invalid?.matches("input, textarea")) invalid.focus();
    else {
      const told = invalid?.parentElement;
      // What waits to be filled in, or else the first choice.
      const empty = [...(told?.querySelectorAll(".fsd-typed") ?? [])].find((each) => !each.value);
      (empty ?? told?.querySelector(".fsd-control"))?.focus();
    }
  }

  keep(node, element) {
    const slot = h("p", { class: "fsd-slot", id: `problem-${node.id}`, role: "status" });
    element.append(slot);
    this.nodes.set(element, node);
    this.elements.set(node, { element, slot });
    return element;
  }

  group(node) {
    const number = numberOf(this.root, node);
    const name = number ? fill(words.group, { number }) : words.whole;
    const add = (key, text, make, title) => h("button", {
      type: "button", class: "fsd-add", "data-focus": `${node.id}-${key}`, title,
      "aria-label": fill(words.add_to, { what: text, where: name }),
      onclick: () => {
        const made = make();
        node.items.push(made);
        this.redraw(`${(made.items?.[0] ?? made).id}-${made.kind === "raw" ? "text" : "kind"}`);
      },
    }, icon("add"), text);
    const element = h("div", { class: "fsd-group", role: "group", "aria-label": name, "data-node": "" },
      h("div", { class: "fsd-group-head" },
        number ? this.menu(node, number) : null,
        this.negation(node, name),
        h("select", {
          class: "fsd-control fsd-kind", "aria-label": fill(words.kind_of, { group: name }), "data-focus": `${node.id}-group`,
          onchange: (event) => {
            node.kind = event.target.value;
            this.redraw(`${node.id}-group`);
          },
        }, ["all", "any"].map((kind) => option(kind, words.groups[kind], node.kind))),
        h("span", { class: "fsd-help", text: words.are_true }),
        number ? this.removal(node, name) : null),
      h("ul", { class: "fsd-items" },
        node.items.map((item) => h("li", {}, isGroup(item) ? this.group(item) : this.condition(item)))),
      h("div", { class: "fsd-adds" },
        add("row", words.condition_word, newRow),
        add("group", words.group_word, () => newGroup(node.kind === "all" ? "any" : "all", [newRow()])),
        add("raw", words.raw_word, newRaw, words.raw_explained)));
    return this.keep(node, element);
  }

  condition(node) {
    const number = numberOf(this.root, node);
    const name = fill(words.condition, { number });
    const holder = h("div", { class: "fsd-controls" });
    const draw = {
      changed: this.onchange,
      redraw: (focus) => this.redraw(focus),
      redrawBeside: (kept) => {
        const made = controls().map((each) => (each.dataset.focus === kept.dataset.focus ? kept : each));
        for (const each of [...holder.children]) if (each !== kept) each.remove();
        const at = made.indexOf(kept);
        kept.before(...made.slice(0, at));
        kept.after(...made.slice(at + 1));
        this.onchange();
      },
    };
    const controls = () => (node.kind === "raw" ? [this.raw(node, number)] : rowControls(node, number, draw)).filter(Boolean);
    holder.append(...controls());
    const element = h("div", { class: "fsd-condition", role: "group", "aria-label": name, "data-node": "" },
      h("div", { class: "fsd-condition-line" },
        this.menu(node, number), this.negation(node, name), holder, this.removal(node, name)));
    return this.keep(node, element);
  }

  raw(node, number) {
    return h("textarea", {
      class: "fsd-control fsd-raw", rows: 1, "aria-label": fill(words.raw_of, { number }), "data-focus": `${node.id}-text`,
      spellcheck: "false", autocapitalize: "off", placeholder: 'lowercase(event) = "order completed"', value: node.text,
      oninput: (event) => {
        node.text = event.target.value;
        this.onchange();
      },
    });
  }

  negation(node, name) {
    const times = node.not ?? 0;
    return h("button", {
      type: "button", class: "fsd-not", "aria-pressed": String(times > 0), "data-focus": `${node.id}-not`,
      "aria-label": fill(words.not_of, { what: name }), text: times > 1 ? `${words.not} ×${times}` : words.not,
      onclick: () => {
        node.not = times ? 0 : 1;
        if (!node.not) delete node.not;
        this.redraw(`${node.id}-not`);
      },
    });
  }

  /** The handle: drag it, open its menu, or use the arrow keys on it. */
  menu(node, number) {
    const what = fill(isGroup(node) ? words.group : words.condition, { number });
    const act = (move) => (event) => {
      event?.preventDefault();
      if (moves[move](this.root, node)) this.moved(node, move);
      else announce(words.cannot_move);
    };
    const items = Object.values(KEYS).map((move) => h("button", { type: "button", text: words.moves[move], onclick: act(move) }));
    const removal = h("button", {
      type: "button", class: "fsd-danger", text: words.remove,
      onclick: () => this.remove(node, what, "handle"),
    });
    const details = h("details", { class: "fsd-menu" },
      h("summary", {
        "data-handle": "", draggable: "true", "data-focus": `${node.id}-handle`, title: words.handle,
        "aria-label": fill(words.move_or_remove, { what }),
        onkeydown: (event) => {
          if (event.key in KEYS && !details.open) act(KEYS[event.key])(event);
        },
      }, icon("drag_indicator")),
      h("div", { class: "fsd-menu-items" }, items, removal));
    details.addEventListener("keydown", (event) => {
      if (event.key !== "Escape") return;
      details.open = false;
      details.firstElementChild.focus();
    });
    details.addEventListener("focusout", (event) => {
      if (!details.contains(event.relatedTarget)) details.open = false;
    });
    return details;
  }

  removal(node, what) {
    return h("button", {
      type: "button", class: "fsd-icon fsd-removal", title: words.remove, "data-focus": `${node.id}-remove`,
      "aria-label": fill(words.remove_what, { what }), onclick: () => this.remove(node, what, "remove"),
    }, icon("close"));
  }

  /** Takes a node away, with the groups that it leaves empty; the focus goes on to the same control of the next. */
  remove(node, what, control) {
    let { group, index } = placeOf(this.root, node);
    remove(this.root, node);
    while (!group.items.length && group !== this.root) {
      const outer = placeOf(this.root, group);
      remove(this.root, group);
      [group, index] = [outer.group, outer.index];
    }
    const next = group.items[Math.min(index, group.items.length - 1)];
    announce(fill(words.removed, { what }));
    this.redraw(next ? `${next.id}-${control}` : `${group.id}-row`);
  }

  moved(node, how) {
    const number = numberOf(this.root, node);
    this.redraw(`${node.id}-handle`);
    announce(fill(words.moved, { how: words.done[how], number }));
  }
}
