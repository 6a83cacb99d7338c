// The trigger's input in two views: a builder and text. The text is what is saved; the server turns one into the other.

import { Left, ask, data, debounced, isSame, mark, pend, unfinish, words } from "./dom.js";
import { Builder } from "./builder.js";
import { Switch } from "./switch.js";

/** The builder without a condition. */
const NOTHING = { kind: "all", items: [] };

export class TriggerInput {
  constructor(section, { url, form, changed }) {
    this.text = form.elements.namedItem("trigger");
    this.form = form;
    this.url = url;
    this.changed = changed;
    this.asked = 0;
    this.problems = [];
    this.slot = section.querySelector("[data-slot=trigger]");
    this.builder = new Builder(section.querySelector("[data-builder]"), () => {
      pend(form, "trigger", true);
      this.settled = false;
      this.asked += 1; // An answer that is still to come is about what was there before.
      this.later();
    });
    this.left = new Left(section, () => this.mark());
    this.later = debounced(() => {
      // It may have been written since, because somebody went on to the text, which is theirs then.
      if (!this.settled) this.write();
    });
    this.switch = new Switch(section, (view) => (view === "form" ? this.read() : this.flush()));
    this.text.addEventListener("input", () => this.changed());
    const tree = this.isBlank ? NOTHING : data("described-trigger")?.tree;
    if (tree) this.builder.load(tree);
    this.switch.show(tree ? "form" : "text");
    this.settled = true;
  }

  get isBlank() {
    return !this.text.value.trim();
  }

  /** Another text, from outside. */
  async load(text) {
    this.text.value = text;
    this.settle([]);
    if (this.switch.view === "form" && !(await this.read())) this.switch.show("text");
    this.changed();
  }

  /** Text to builder. False where the text is no trigger. */
  async read() {
    const asked = (this.asked += 1);
    const answer = this.isBlank ? { tree: NOTHING } : await ask(this.url, { text: this.text.value });
    if (asked !== this.asked) return true;
    if (!answer.tree) {
      this.switch.say(answer.unanswered ?? words.mend_text);
      this.show(answer.problems ?? []);
      return false;
    }
    this.switch.say("");
    this.settle([]);
    this.builder.load(answer.tree);
    this.show([]);
    return true;
  }

  /** Builder to text. */
  async write() {
    const asked = (this.asked += 1);
    const answer = await ask(this.url, { tree: this.builder.tree });
    if (asked !== this.asked) return;
    const problems = answer.unanswered ? [{ path: [], message: answer.unanswered }] : answer.problems;
    this.settle(problems, answer.unanswered);
    this.builder.show(problems);
    if (problems.length) return;
    this.text.value = answer.text;
    this.changed();
  }

  /** Notes that the text says what the builder shows, but for these problems, and why it does not. */
  settle(problems, why = problems.length ? words.trigger_unfinished : "") {
    this.settled = true;
    this.problems = problems;
    pend(this.form, "trigger", problems.length > 0);
    unfinish(this.form, "trigger", why);
  }

  /** Has what is in the builder written, if it is not. True when the text says all that is to be seen. */
  async flush() {
    if (this.switch.view !== "form") return true;
    // Once more where there was a problem: it may have been that nobody answered.
    if (!this.settled || this.problems.length) do await this.write(); while (!this.settled);
    this.switch.say(this.problems.length ? words.mend_rows : "");
    if (this.problems.length) this.builder.focusOnProblem();
    return !this.problems.length;
  }

  /** What is wrong with the text. In the builder, it tells of its own. */
  show(problems) {
    [this.wrong] = problems;
    this.mark();
  }

  mark() {
    // Nobody has typed anything yet.
    const waits = this.left.level([this.text]) === "unfinished";
    const said = waits || !this.wrong ? "" : [this.wrong.located_message, this.wrong.excerpt].filter(Boolean).join("\n");
    mark(this.slot, [this.text], { message: said });
  }

  /** Whether somebody has written something that `text` does not say. */
  isOther(text) {
    return !this.settled || this.problems.length > 0 || !isSame(this.text.value, text);
  }
}
