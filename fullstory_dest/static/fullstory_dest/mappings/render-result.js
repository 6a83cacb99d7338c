// Renders a run (admin/mappings/event_run_result.py). Names, events and calls are user input and inserted only as text.

import { h } from "./editor/dom.js";

/** The elements of a run's result. */
export function resultOf(run, words, isEnabled) {
  if (run.problems.length) return run.problems.flatMap((problem) => problemOf(problem, words));
  const parts = [];
  if (run.note) parts.push(h("p", { class: "fsd-help" }, run.note));
  if (run.expected !== null) {
    parts.push(h("p", { class: run.expected ? "fsd-expectation-met" : "fsd-problem" }, run.expected ? words.met : words.unmet));
  }
  if (run.tested) {
    if (!isEnabled && run.tested.calls.length) parts.push(h("p", { class: "fsd-help" }, words.isDisabled));
    parts.push(...resultParts(run.tested, words));
  }
  return [...parts, ...othersOf(run, words)];
}

/** The result in one sentence, for screen readers. */
export function verdictOf(run, words) {
  if (run.problems.length) return "";
  if (!run.tested) {
    const firing = run.others.filter((other) => other.calls.length);
    return firing.length ? `${words.calls}: ${firing.map((other) => other.name).join(", ")}` : words.noCalls;
  }
  if (run.tested.matches === null) return words.fails;
  return run.tested.matches ? words.matches : words.matchesNot;
}

export function problemOf(problem, words) {
  // A missing action is the initial state of a new mapping, not an error.
  if (problem.field === "action") return [h("p", { class: "fsd-help" }, problem.message)];
  const parts = [h("p", { class: "fsd-problem" }, `${words[problem.field] ?? problem.field}: ${problem.message}`)];
  if (problem.excerpt) parts.push(h("pre", { class: "fsd-excerpt", tabindex: "0" }, problem.excerpt));
  return parts;
}

function resultParts(result, words) {
  const parts = [];
  if (result.conditions.length) {
    parts.push(h("h3", { class: "fsd-subheading" }, words.decided), conditionsOf(result, words));
  }
  parts.push(h("h3", { class: "fsd-subheading" }, words.calls), ...callsOf(result, words));
  if (result.fields.length) parts.push(fieldsOf(result, words));
  return parts;
}

function conditionsOf(result, words) {
  const items = result.conditions.map(({ condition, holds, found }) =>
    h(
      "li",
      { class: holds ? "fsd-condition-true" : "fsd-condition-false" },
      h("code", {}, condition),
      h("span", { class: "fsd-condition-result" }, holds ? words.holds : words.holdsNot),
      h("span", { class: "fsd-muted" }, found),
    ),
  );
  return h("ul", { class: "fsd-conditions" }, ...items);
}

function callsOf(result, words) {
  const parts = result.calls.flatMap((call) => {
    const shown = [h("pre", { class: "fsd-call", tabindex: "0" }, call.text)];
    if (call.warnings.length) {
      const items = call.warnings.map((warning) => h("li", {}, warning));
      shown.push(h("ul", { class: "fsd-warnings", "aria-label": words.warnings }, ...items));
    }
    return shown;
  });
  if (result.skipped) parts.push(h("p", { class: "fsd-skipped" }, result.skipped));
  return parts;
}

function fieldsOf(result, words) {
  const head = [words.field, words.written, words.value].map((text) => h("th", { scope: "col" }, text));
  const rows = result.fields.map((field) => {
    const absent = h("span", { class: "fsd-muted" }, words.absent);
    const value = field.value === null ? absent : h("pre", { class: "fsd-actual-value", tabindex: "0" }, field.value);
    return h(
      "tr",
      {},
      h("th", { scope: "row" }, h("code", {}, field.key)),
      h("td", {}, h("pre", { class: "fsd-actual-value", tabindex: "0" }, field.template)),
      h("td", {}, field.error ? h("span", { class: "fsd-problem" }, field.error) : value),
    );
  });
  const table = h("table", { class: "fsd-table fsd-test-fields" }, h("thead", {}, h("tr", {}, ...head)), h("tbody", {}, ...rows));
  const wrapper = h("div", { class: "fsd-table-wrapper", tabindex: "0", role: "region", "aria-label": words.fields }, table);
  return h("details", { class: "fsd-details", open: "", "data-part": "fields" }, h("summary", {}, words.fields), wrapper);
}

function othersOf(run, words) {
  const firing = run.others.filter((other) => other.calls.length);
  const silent = run.others.filter((other) => !other.calls.length);
  const parts = [];
  if (run.tested && run.others.length) {
    parts.push(h("h3", { class: "fsd-subheading" }, words.others));
    if (!firing.length) parts.push(h("p", { class: "fsd-help" }, words.noOthers));
  }
  parts.push(...firing.map((other) => entryOf(other, words, !run.tested)));
  if (silent.length) {
    const summary = h("summary", {}, `${words.silent} (${silent.length})`);
    const entries = silent.map((other) => entryOf(other, words, false));
    // If no mapping ran, open the list that shows why.
    const attributes = { class: "fsd-details", "data-part": "silent" };
    if (!run.tested && !firing.length) attributes.open = "";
    parts.push(h("details", attributes, summary, ...entries));
  }
  return parts;
}

function entryOf(result, words, isOpen) {
  const attributes = { class: "fsd-details fsd-field-results", "data-part": `mapping-${result.id}-${result.calls.length ? "fires" : "silent"}` };
  if (isOpen) attributes.open = "";
  const link = h("a", { class: "text-link", href: result.url }, `${words.open} “${result.name}”`);
  const body = result.calls.length || result.conditions.length ? resultParts(result, words) : [h("p", {}, result.skipped)];
  const [decisive] = result.matches === false ? result.conditions : [];
  const why = decisive ? `${decisive.condition}: ${decisive.found}` : result.skipped;
  const summary = h("summary", {}, result.name);
  if (!result.calls.length) summary.append(h("span", { class: "fsd-muted fsd-reason" }, why));
  return h("details", attributes, summary, ...body, h("p", {}, link));
}
