// The panel beside a mapping's editor: runs what is typed on a sample event.

const panel = document.querySelector("[data-try]");
const page = document.querySelector("[data-mapping-page]");
const form = page.closest("form");
const samples = JSON.parse(document.getElementById("mapping-samples").textContent);
const control = (name) => form.elements.namedItem(name);
const read = (name) => control(name)?.value ?? "";
const event = panel.querySelector("#try-event");
const sample = panel.querySelector("#try-sample");
const result = panel.querySelector("[data-result]");

const typed = () => !Object.values(samples).includes(event.value) && event.value !== "";

function offerSample() {
  const inTrigger = /\btype\s*=\s*["'](\w+)["']/.exec(read("trigger") || panel.dataset.trigger || "");
  const key = inTrigger && samples[inTrigger[1]] ? inTrigger[1] : { i: "identify", t: "track", v: "page" }[read("action")[0]];
  if (key && !typed()) {
    sample.value = key;
    event.value = samples[key];
  }
}

sample.addEventListener("change", () => (event.value = samples[sample.value]));
form.addEventListener("mapping:change", offerSample);
event.value = samples[sample.value];
offerSample();

function element(name, text, className = "") {
  const made = document.createElement(name);
  made.textContent = text;
  made.className = className;
  return made;
}

function show(trial) {
  const parts = [];
  for (const problem of trial.problems) {
    parts.push(element("p", `${result.dataset[problem.field] ?? problem.field}: ${problem.message}`, "fsd-problem"));
    if (problem.excerpt) parts.push(element("pre", problem.excerpt, "fsd-excerpt"));
  }
  for (const call of trial.calls) {
    parts.push(element("pre", call.text, "fsd-call"));
    if (!call.warnings.length) continue;
    const list = element("ul", "", "fsd-warnings");
    list.setAttribute("aria-label", result.dataset.warnings);
    list.append(...call.warnings.map((warning) => element("li", warning)));
    parts.push(list);
  }
  if (trial.skipped) parts.push(element("p", trial.skipped, "fsd-skipped"));
  if (trial.calls.length && control("enabled")?.checked === false) {
    parts.push(element("p", result.dataset.disabled, "fsd-muted"));
  }
  result.replaceChildren(...parts);
}

async function run() {
  const body = new URLSearchParams({ event: event.value, mapping: page.dataset.mapping ?? "" });
  for (const name of ["destination", "action", "trigger", "fields"]) if (control(name)) body.set(name, read(name));
  body.set("csrfmiddlewaretoken", read("csrfmiddlewaretoken"));
  result.replaceChildren(element("p", result.dataset.waiting, "fsd-muted"));
  try {
    const answer = await fetch(page.dataset.tryUrl, { method: "POST", body });
    if (!answer.ok) throw new Error(`status ${answer.status}`);
    show(await answer.json());
  } catch {
    result.replaceChildren(element("p", result.dataset.failed, "fsd-problem"));
  }
}

panel.querySelector("[data-run]").addEventListener("click", run);
event.addEventListener("keydown", (key) => {
  if (key.key === "Enter" && (key.ctrlKey || key.metaKey)) {
    key.preventDefault();
    run();
  }
});
