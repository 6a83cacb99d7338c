// The page of a mapping: the reference and the defaults follow the chosen action; "Try it" runs what is typed.

const page = document.querySelector("[data-mapping-page]");
const form = page.closest("form");
const presets = JSON.parse(document.getElementById("mapping-presets").textContent);
const samples = JSON.parse(document.getElementById("mapping-samples").textContent);
const control = (name) => form.elements.namedItem(name);

const editor = () => page.querySelector(".django-ace-widget")?.editor;

function read(name) {
  return control(name)?.value ?? "";
}

function write(name, value) {
  if (name === "fields" && editor()) editor().session.setValue(value);
  control(name).value = value;
}

const same = (one, other) => one.replace(/\s/g, "") === other.replace(/\s/g, "");

/** Whether a preset's text still stands as it was put there. */
const untouched = (preset, name) => read(name) === "" || same(read(name), preset[name]);

let action = read("action");

function followAction() {
  const before = presets[action];
  action = read("action");
  const now = presets[action];
  for (const section of page.querySelectorAll("[data-action]")) section.hidden = section.dataset.action !== action;
  if (!now) return;
  const isNew = page.hasAttribute("data-new");
  for (const name of isNew ? ["name", "trigger", "fields"] : ["trigger", "fields"]) {
    if (before && untouched(before, name)) write(name, now[name]);
  }
}

if (control("action")) {
  control("action").addEventListener("change", followAction);
  // Always in its place once there are scripts: coming and going, it would move what is about to be clicked.
  page.querySelector("[data-defaults]").hidden = false;
  page.querySelector("[data-use-defaults]").addEventListener("click", () => {
    for (const name of ["trigger", "fields"]) write(name, presets[read("action")][name]);
  });
}

// Try it

const panel = document.querySelector("[data-try]");
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
form.addEventListener("change", (change) => {
  if (["action", "trigger"].includes(change.target.name)) offerSample();
});
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
