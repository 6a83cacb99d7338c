// Renders a test run (admin/mappings/test_run.py). Names, events and calls are user input and inserted only as text.

export function element(name, attributes = {}, ...children) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  made.append(...children);
  return made;
}

/** The elements of a run's result. */
export function resultOf(trial, words, isEnabled) {
  if (trial.problems.length) return trial.problems.flatMap((problem) => problemOf(problem, words));
  const parts = [];
  if (trial.note) parts.push(element("p", { class: "fsd-help" }, trial.note));
  if (trial.expected !== null) {
    parts.push(element("p", { class: trial.expected ? "fsd-expectation-met" : "fsd-problem" }, trial.expected ? words.met : words.unmet));
  }
  if (trial.tested) {
    if (!isEnabled && trial.tested.calls.length) parts.push(element("p", { class: "fsd-help" }, words.isDisabled));
    parts.push(...outcomeOf(trial.tested, words));
  }
  return [...parts, ...othersOf(trial, words)];
}

/** The result in one sentence, for screen readers. */
export function verdictOf(trial, words) {
  if (trial.problems.length) return "";
  if (!trial.tested) {
    const firing = trial.others.filter((other) => other.calls.length);
    return firing.length ? `${words.calls}: ${firing.map((other) => other.name).join(", ")}` : words.noCalls;
  }
  if (trial.tested.matches === null) return words.fails;
  return trial.tested.matches ? words.matches : words.matchesNot;
}

export function problemOf(problem, words) {
  // A missing action is the initial state of a new mapping, not an error.
  if (problem.field === "action") return [element("p", { class: "fsd-help" }, problem.message)];
  const parts = [element("p", { class: "fsd-problem" }, `${words[problem.field] ?? problem.field}: ${problem.message}`)];
  if (problem.excerpt) parts.push(element("pre", { class: "fsd-excerpt", tabindex: "0" }, problem.excerpt));
  return parts;
}

function outcomeOf(outcome, words) {
  const parts = [];
  if (outcome.conditions.length) {
    parts.push(element("h3", { class: "fsd-subheading" }, words.decided), conditionsOf(outcome, words));
  }
  parts.push(element("h3", { class: "fsd-subheading" }, words.calls), ...callsOf(outcome, words));
  if (outcome.fields.length) parts.push(fieldsOf(outcome, words));
  return parts;
}

function conditionsOf(outcome, words) {
  const items = outcome.conditions.map(({ condition, holds, found }) =>
    element(
      "li",
      { class: holds ? "fsd-condition-true" : "fsd-condition-false" },
      element("code", {}, condition),
      element("span", { class: "fsd-condition-result" }, holds ? words.holds : words.holdsNot),
      element("span", { class: "fsd-muted" }, found),
    ),
  );
  return element("ul", { class: "fsd-conditions" }, ...items);
}

function callsOf(outcome, words) {
  const parts = outcome.calls.flatMap((call) => {
    const shown = [element("pre", { class: "fsd-call", tabindex: "0" }, call.text)];
    if (call.warnings.length) {
      const items = call.warnings.map((warning) => element("li", {}, warning));
      shown.push(element("ul", { class: "fsd-warnings", "aria-label": words.warnings }, ...items));
    }
    return shown;
  });
  if (outcome.skipped) parts.push(element("p", { class: "fsd-skipped" }, outcome.skipped));
  return parts;
}

function fieldsOf(outcome, words) {
  const head = [words.field, words.written, words.value].map((text) => element("th", { scope: "col" }, text));
  const rows = outcome.fields.map((field) => {
    const absent = element("span", { class: "fsd-muted" }, words.absent);
    const value = field.value === null ? absent : element("pre", { class: "fsd-actual-value", tabindex: "0" }, field.value);
    return element(
      "tr",
      {},
      element("th", { scope: "row" }, element("code", {}, field.key)),
      element("td", {}, element("pre", { class: "fsd-actual-value", tabindex: "0" }, field.template)),
      element("td", {}, field.error ? element("span", { class: "fsd-problem" }, field.error) : value),
    );
  });
  const table = element("table", { class: "fsd-table fsd-test-fields" }, element("thead", {}, element("tr", {}, ...head)), element("tbody", {}, ...rows));
  const wrapper = element("div", { class: "fsd-table-wrapper", tabindex: "0", role: "region", "aria-label": words.fields }, table);
  return element("details", { class: "fsd-details", open: "", "data-part": "fields" }, element("summary", {}, words.fields), wrapper);
}

function othersOf(trial, words) {
  const firing = trial.others.filter((other) => other.calls.length);
  const silent = trial.others.filter((other) => !other.calls.length);
  const parts = [];
  if (trial.tested && trial.others.length) {
    parts.push(element("h3", { class: "fsd-subheading" }, words.others));
    if (!firing.length) parts.push(element("p", { class: "fsd-help" }, words.noOthers));
  }
  parts.push(...firing.map((other) => entryOf(other, words, !trial.tested)));
  if (silent.length) {
    const summary = element("summary", {}, `${words.silent} (${silent.length})`);
    const entries = silent.map((other) => entryOf(other, words, false));
    // If no mapping fires, open the list that shows why.
    const attributes = { class: "fsd-details", "data-part": "silent" };
    if (!trial.tested && !firing.length) attributes.open = "";
    parts.push(element("details", attributes, summary, ...entries));
  }
  return parts;
}

function entryOf(outcome, words, isOpen) {
  const attributes = { class: "fsd-details fsd-field-results", "data-part": `mapping-${outcome.id}-${outcome.calls.length ? "fires" : "silent"}` };
  if (isOpen) attributes.open = "";
  const link = element("a", { class: "text-link", href: outcome.url }, `${words.open} “${outcome.name}”`);
  const body = outcome.calls.length || outcome.conditions.length ? outcomeOf(outcome, words) : [element("p", {}, outcome.skipped)];
  const [decisive] = outcome.matches === false ? outcome.conditions : [];
  const why = decisive ? `${decisive.condition}: ${decisive.found}` : outcome.skipped;
  const summary = element("summary", {}, outcome.name);
  if (!outcome.calls.length) summary.append(element("span", { class: "fsd-muted fsd-reason" }, why));
  return element("details", attributes, summary, ...body, element("p", {}, link));
}
