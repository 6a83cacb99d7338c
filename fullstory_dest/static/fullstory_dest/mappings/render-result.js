// Renders a run (admin/mappings/event_run_result.py). Names, events and calls are user input and inserted only as text.

export function element(name, attributes = {}, ...children) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  made.append(...children);
  return made;
}

/** The elements of a run's result. */
export function resultOf(run, words, isEnabled) {
  if (run.problems.length) return run.problems.flatMap((problem) => problemOf(problem, words));
  const parts = [];
  if (run.note) parts.push(element("p", { class: "fsd-help" }, run.note));
  if (run.expected !== null) {
    parts.push(element("p", { class: run.expected ? "fsd-expectation-met" : "fsd-problem" }, run.expected ? words.met : words.unmet));
  }
  if (run.tested) {
    if (!isEnabled && run.tested.calls.length) parts.push(element("p", { class: "fsd-help" }, words.isDisabled));
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
  if (problem.field === "action") return [element("p", { class: "fsd-help" }, problem.message)];
  const parts = [element("p", { class: "fsd-problem" }, `${words[problem.field] ?? problem.field}: ${problem.message}`)];
  if (problem.excerpt) parts.push(element("pre", { class: "fsd-excerpt", tabindex: "0" }, problem.excerpt));
  return parts;
}

function resultParts(result, words) {
  const parts = [];
  if (result.conditions.length) {
    parts.push(element("h3", { class: "fsd-subheading" }, words.decided), conditionsOf(result, words));
  }
  parts.push(element("h3", { class: "fsd-subheading" }, words.calls), ...callsOf(result, words));
  if (result.fields.length) parts.push(fieldsOf(result, words));
  return parts;
}

function conditionsOf(result, words) {
  const items = result.conditions.map(({ condition, holds, found }) =>
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

function callsOf(result, words) {
  const parts = result.calls.flatMap((call) => {
    const shown = [element("pre", { class: "fsd-call", tabindex: "0" }, call.text)];
    if (call.warnings.length) {
      const items = call.warnings.map((warning) => element("li", {}, warning));
      shown.push(element("ul", { class: "fsd-warnings", "aria-label": words.warnings }, ...items));
    }
    return shown;
  });
  if (result.skipped) parts.push(element("p", { class: "fsd-skipped" }, result.skipped));
  return parts;
}

function fieldsOf(result, words) {
  const head = [words.field, words.written, words.value].map((text) => element("th", { scope: "col" }, text));
  const rows = result.fields.map((field) => {
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

function othersOf(run, words) {
  const firing = run.others.filter((other) => other.calls.length);
  const silent = run.others.filter((other) => !other.calls.length);
  const parts = [];
  if (run.tested && run.others.length) {
    parts.push(element("h3", { class: "fsd-subheading" }, words.others));
    if (!firing.length) parts.push(element("p", { class: "fsd-help" }, words.noOthers));
  }
  parts.push(...firing.map((other) => entryOf(other, words, !run.tested)));
  if (silent.length) {
    const summary = element("summary", {}, `${words.silent} (${silent.length})`);
    const entries = silent.map((other) => entryOf(other, words, false));
    // If no mapping fires, open the list that shows why.
    const attributes = { class: "fsd-details", "data-part": "silent" };
    if (!run.tested && !firing.length) attributes.open = "";
    parts.push(element("details", attributes, summary, ...entries));
  }
  return parts;
}

function entryOf(result, words, isOpen) {
  const attributes = { class: "fsd-details fsd-field-results", "data-part": `mapping-${result.id}-${result.calls.length ? "fires" : "silent"}` };
  if (isOpen) attributes.open = "";
  const link = element("a", { class: "text-link", href: result.url }, `${words.open} “${result.name}”`);
  const body = result.calls.length || result.conditions.length ? resultParts(result, words) : [element("p", {}, result.skipped)];
  const [decisive] = result.matches === false ? result.conditions : [];
  const why = decisive ? `${decisive.condition}: ${decisive.found}` : result.skipped;
  const summary = element("summary", {}, result.name);
  if (!result.calls.length) summary.append(element("span", { class: "fsd-muted fsd-reason" }, why));
  return element("details", attributes, summary, ...body, element("p", {}, link));
}
