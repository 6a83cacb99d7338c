// The trigger's input as a builder or as text. The text is saved; the server converts between them.

import { Left, ask, data, debounced, isSame, mark, pend, unfinish, words } from "./dom.js";
import { Builder } from "./builder.js";
import { Switch } from "./switch.js";

/** A builder tree without conditions. */
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
      this.asked += 1; // Ignore pending responses, which are about the previous tree.
      this.later();
    });
    this.left = new Left(section, () => this.mark());
    this.later = debounced(() => {
      // Switching to the text writes the tree earlier. Don't overwrite the text after that.
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

  /** Replaces the text, such as with an action's default. */
  async load(text) {
    this.text.value = text;
    this.settle([]);
    if (this.switch.view === "form" && !(await this.read())) this.switch.show("text");
    this.changed();
  }

  /** Converts the text to the builder. Returns false if the text is not a valid trigger. */
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

  /** Converts the builder to text. */
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

  /** Records that the text matches the builder, or the problems that prevent it. */
  settle(problems, why = problems.length ? words.trigger_unfinished : "") {
    this.settled = true;
    this.problems = problems;
    pend(this.form, "trigger", problems.length > 0);
    unfinish(this.form, "trigger", why);
  }

  /** Writes the builder's tree if necessary. Returns whether the text now matches the builder. */
  async flush() {
    if (this.switch.view !== "form") return true;
    // Retry after a problem, because the server might not have responded.
    if (!this.settled || this.problems.length) do await this.write(); while (!this.settled);
    this.switch.say(this.problems.length ? words.mend_rows : "");
    if (this.problems.length) this.builder.focusOnProblem();
    return !this.problems.length;
  }

  /** Shows problems of the text. The builder shows its own. */
  show(problems) {
    [this.wrong] = problems;
    this.mark();
  }

  mark() {
    // An empty input that the user has not left yet is not an error.
    const waits = this.left.level([this.text]) === "unfinished";
    const said = waits || !this.wrong ? "" : [this.wrong.located_message, this.wrong.excerpt].filter(Boolean).join("\n");
    mark(this.slot, [this.text], { message: said });
  }

  /** Whether the user changed the trigger to something other than `text`. */
  isOther(text) {
    return !this.settled || this.problems.length > 0 || !isSame(this.text.value, text);
  }
}
