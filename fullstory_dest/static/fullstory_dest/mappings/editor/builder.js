// The trigger builder: draws the tree as groups and rows, and reports changes.

import { Left, announce, fill, focusOn, h, icon, mark, option, patch, words } from "./dom.js";
import { draggable } from "./drag.js";
import { rowControls } from "./row.js";
import { grown, isGroup, moves, newGroup, newRaw, newRow, nodeAt, numberOf, placeOf, plain, put, remove } from "./tree.js";

const KEYS = { ArrowUp: "up", ArrowDown: "down", ArrowRight: "into", ArrowLeft: "out" };

export class Builder {
  /** Draws in `container`; calls `onchange` after each change. */
  constructor(container, onchange) {
    this.container = container;
    this.onchange = onchange;
    this.nodes = new Map();
    this.problems = new Map();
    this.left = new Left(container, () => this.mark());
    draggable(container, {
      nodeOf: (element) => this.nodes.get(element.dataset.node),
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
    this.nodes.clear();
    patch(this.container, [this.group(this.root)]);
    this.mark();
    focusOn(this.container, focus);
  }

  redraw(focus) {
    this.draw(focus);
    this.onchange();
  }

  /** Shows the problems of nodes, and clears earlier ones. */
  show(problems) {
    this.problems = new Map(problems.map(({ path, message }) => {
      const steps = path.findIndex((step) => typeof step === "string");
      const [place, part] = steps < 0 ? [path, []] : [path.slice(0, steps), path.slice(steps)];
      return [nodeAt(this.root, place) ?? this.root, { message, part: part.join(".") }];
    }));
    this.mark();
  }

  /** Shows each message in the slot of its node. */
  mark() {
    for (const element of this.container.querySelectorAll("[data-node]")) {
      const node = this.nodes.get(element.dataset.node);
      if (!node) continue;
      const { message, part } = this.problems.get(node) ?? {};
      const inputs = isGroup(node) ? [] : [...element.querySelectorAll("[data-part]")];
      const wrong = part ? inputs.filter((input) => input.dataset.part === part) : inputs;
      mark(element.querySelector(":scope > .fsd-slot"), inputs, { message, wrong, level: this.left.level(wrong) });
    }
  }

  focusOnProblem() {
    const slot = this.container.querySelector(".fsd-slot:not(:empty)");
    const wrong = this.container.querySelector(`[aria-describedby~="${slot?.id}"]`);
    (wrong ?? slot?.parentElement.querySelector(".fsd-control"))?.focus();
  }

  keep(node, element) {
    element.dataset.node = element.dataset.key = node.id;
    element.append(h("p", { class: "fsd-slot", id: `problem-${node.id}`, role: "status" }));
    this.nodes.set(element.dataset.node, node);
    return element;
  }

  group(node) {
    const number = numberOf(this.root, node);
    const name = number ? fill(words.group, { number }) : words.whole;
    const add = (key, text, make, title) => h("button", {
      type: "button", class: "fsd-add", "data-key": `${node.id}-${key}`, title,
      "aria-label": fill(words.add_to, { what: text, where: name }),
      onclick: () => {
        const made = make();
        node.items.push(made);
        this.redraw(`${(made.items?.[0] ?? made).id}-${made.kind === "raw" ? "text" : "kind"}`);
      },
    }, icon("add"), text);
    const element = h("div", { class: "fsd-group", role: "group", "aria-label": name },
      h("div", { class: "fsd-group-head" },
        number ? this.menu(node, number) : null,
        this.negation(node, name),
        h("select", {
          class: "fsd-control fsd-kind", "aria-label": fill(words.kind_of, { group: name }), "data-key": `${node.id}-group`,
          onchange: (event) => {
            node.kind = event.target.value;
            this.redraw();
          },
        }, ["all", "any"].map((kind) => option(kind, words.groups[kind], node.kind))),
        h("span", { class: "fsd-help", text: words.are_true }),
        number ? this.removal(node, name) : null),
      h("ul", { class: "fsd-items" },
        node.items.map((item) => h("li", { "data-key": `${item.id}-item` }, isGroup(item) ? this.group(item) : this.condition(item)))),
      h("div", { class: "fsd-adds" },
        add("row", words.condition_word, newRow),
        add("group", words.group_word, () => newGroup(node.kind === "all" ? "any" : "all", [newRow()])),
        add("raw", words.raw_word, newRaw, words.raw_explained)));
    return this.keep(node, element);
  }

  condition(node) {
    const number = numberOf(this.root, node);
    const name = fill(words.condition, { number });
    const draw = { changed: this.onchange, redraw: (focus) => this.redraw(focus) };
    const controls = node.kind === "raw" ? [this.raw(node, number)] : rowControls(node, number, draw);
    const element = h("div", { class: "fsd-condition", role: "group", "aria-label": name },
      h("div", { class: "fsd-condition-line" },
        this.menu(node, number), this.negation(node, name), h("div", { class: "fsd-controls" }, controls), this.removal(node, name)));
    return this.keep(node, element);
  }

  raw(node, number) {
    return h("textarea", {
      class: "fsd-control fsd-raw", rows: 1, "aria-label": fill(words.raw_of, { number }), "data-key": `${node.id}-text`, "data-part": "text",
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
      type: "button", class: "fsd-not", "aria-pressed": String(times > 0), "data-key": `${node.id}-not`,
      "aria-label": fill(words.not_of, { what: name }), text: times > 1 ? `${words.not} ×${times}` : words.not,
      onclick: () => {
        node.not = times ? 0 : 1;
        if (!node.not) delete node.not;
        this.redraw();
      },
    });
  }

  /** The handle of a node, with dragging, a menu and arrow keys. */
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
    return h("details", {
      class: "fsd-menu",
      onkeydown: ({ key, currentTarget: details }) => {
        if (key !== "Escape") return;
        details.open = false;
        details.firstElementChild.focus();
      },
      onfocusout: ({ currentTarget: details, relatedTarget }) => {
        if (!details.contains(relatedTarget)) details.open = false;
      },
    },
      h("summary", {
        "data-handle": "", draggable: "true", "data-key": `${node.id}-handle`, title: words.handle,
        "aria-label": fill(words.move_or_remove, { what }),
        onkeydown: (event) => {
          if (event.key in KEYS && !event.currentTarget.parentElement.open) act(KEYS[event.key])(event);
        },
      }, icon("drag_indicator")),
      h("div", { class: "fsd-menu-items" }, items, removal));
  }

  removal(node, what) {
    return h("button", {
      type: "button", class: "fsd-icon fsd-removal", title: words.remove, "data-key": `${node.id}-remove`,
      "aria-label": fill(words.remove_what, { what }), onclick: () => this.remove(node, what, "remove"),
    }, icon("close"));
  }

  /** Removes a node and groups that become empty. Focuses the same control of the next node. */
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
