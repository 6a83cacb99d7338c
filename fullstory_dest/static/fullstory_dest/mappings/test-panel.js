// The test panel: runs an event on each change and shows the result. Beside a mapping's form, it runs the form's content.

import { h } from "./editor/dom.js";
import { problemOf, resultOf, verdictOf } from "./render-result.js";

const PAUSE = 300;
const PATIENCE = 400;
const TIMEOUT = 15_000;
const RETRIES = 3;
const CONTROLS = ["name", "destination", "action", "trigger", "fields"];

const panel = document.querySelector("[data-test-panel]");
const generated = JSON.parse(document.getElementById("test-generated").textContent);
const words = JSON.parse(document.getElementById("test-words").textContent);
const form = [...document.forms].find((each) => each.elements.namedItem("trigger") && each.elements.namedItem("action"));
const event = panel.querySelector("#test-event");
const sample = panel.querySelector("#test-sample");
const result = panel.querySelector("[data-result]");
const verdict = panel.querySelector("[data-verdict]");

const control = (name) => form?.elements.namedItem(name);
const token = () => document.querySelector("[name=csrfmiddlewaretoken]")?.value ?? "";

function request() {
  const body = new URLSearchParams({ event: event.value, mapping: panel.dataset.mapping, csrfmiddlewaretoken: token() });
  for (const name of CONTROLS) if (control(name)) body.set(name, control(name).value ?? "");
  if (control("enabled")?.checked) body.set("enabled", "on");
  if (!(sample.value in generated)) body.set("test_case", sample.value);
  return body;
}

const pause = (seconds) => new Promise((resolve) => setTimeout(resolve, seconds * 1000));

/** Requests a URL and returns the JSON. Retries a few times if the server is busy. */
async function fetchJson(url, options = {}, retries = RETRIES) {
  const answer = await fetch(url, { ...options, signal: options.signal ?? AbortSignal.timeout(TIMEOUT) });
  if (answer.status === 429 && retries) {
    await pause(Number(answer.headers.get("Retry-After")) || 1);
    return fetchJson(url, options, retries - 1);
  }
  if (answer.status === 429) throw new Error("busy");
  if (answer.status === 401) throw new Error("expired");
  if (answer.status === 403) throw new Error("forbidden");
  if (answer.status === 400 || answer.status === 413) throw new Error("refused");
  if (!answer.ok) throw new Error(`status ${answer.status}`);
  return answer.json();
}

const reason = (error) => words[error.message] ?? words.failed;

// Running

let waiting;
let running;
let last = "";

function showVerdict(text, isProblem) {
  verdict.textContent = text;
  verdict.className = `fsd-verdict${isProblem ? " fsd-problem" : ""}`;
}

/** Replaces the result and keeps which details are open. */
function keepOpen(parts) {
  const before = new Map([...result.querySelectorAll("details[data-part]")].map((each) => [each.dataset.part, each.open]));
  result.replaceChildren(...parts);
  for (const each of result.querySelectorAll("details[data-part]")) {
    if (before.has(each.dataset.part)) each.open = before.get(each.dataset.part);
  }
}

/** Why the form can't run: its builders have changes that can't be written yet. */
const unfinished = () => form?.dataset.unfinishedTrigger ?? form?.dataset.unfinishedFields;

async function run() {
  clearTimeout(waiting);
  if (unfinished()) {
    // An earlier result would look like the result of the current form.
    running?.abort();
    running = undefined;
    last = "";
    showVerdict(unfinished());
    verdict.dataset.matches = "";
    result.removeAttribute("aria-busy");
    result.replaceChildren();
    return;
  }
  const body = request();
  last = String(body);
  running?.abort();
  const mine = (running = new AbortController());
  const timeout = setTimeout(() => mine.abort("timeout"), TIMEOUT);
  const impatient = setTimeout(() => showVerdict(words.running), PATIENCE);
  result.setAttribute("aria-busy", "true");
  try {
    const testRun = await fetchJson(panel.dataset.runUrl, { method: "POST", body, signal: mine.signal });
    const isEnabled = !control("enabled") || control("enabled").checked;
    clearTimeout(impatient);
    keepOpen(resultOf(testRun, words, isEnabled));
    showVerdict(verdictOf(testRun, words));
    verdict.dataset.matches = testRun.tested ? testRun.tested.matches : "";
  } catch (error) {
    // A newer run replaced this one.
    if (mine !== running) return;
    showVerdict(reason(error), true);
  } finally {
    clearTimeout(timeout);
    clearTimeout(impatient);
    if (mine === running) result.removeAttribute("aria-busy");
  }
}

function soon() {
  clearTimeout(waiting);
  waiting = setTimeout(() => (unfinished() || String(request()) !== last) && run(), PAUSE);
}

// The event

const isTyped = () => !Object.values(generated).includes(event.value) && event.value.trim() !== "";

async function begin() {
  if (sample.value in generated) {
    event.value = generated[sample.value];
  } else {
    try {
      const url = panel.dataset.testCaseUrl.replace(/0\/$/, `${sample.value}/`);
      event.value = (await fetchJson(url)).event;
    } catch (error) {
      showVerdict(reason(error), true);
      return;
    }
  }
  run();
}

/** Selects the sample event of the trigger's type, unless the user edited the event. */
function offer() {
  const trigger = control("trigger")?.value ?? "";
  const named = /\btype\s*=\s*["'](\w+)["']/.exec(trigger)?.[1];
  const kind = named in generated ? named : { i: "identify", t: "track", v: "page" }[control("action")?.value?.[0]];
  if (kind && !isTyped() && sample.value in generated && sample.value !== kind) {
    sample.value = kind;
    event.value = generated[kind];
  }
}

sample.addEventListener("change", begin);
event.addEventListener("input", soon);
panel.querySelector("[data-run]").addEventListener("click", run);
// Code editors change their text without an input event, but only after a key.
for (const name of ["input", "change", "keyup", "mapping:change", "mapping:unfinished"]) {
  form?.addEventListener(name, (change) => {
    if (panel.contains(change.target)) return;
    if (name === "change") offer();
    soon();
  });
}

// Saving test cases

const keep = panel.querySelector("[data-keep]");
if (keep) {
  const name = keep.querySelector("#test-name");
  const status = keep.querySelector("[data-save-status]");

  /** Reloads the list of test cases below the panel, if any, from the server. */
  const listAnew = async () => {
    const list = document.querySelector("[data-test-cases]");
    if (!list) return;
    try {
      const answer = await fetch(location.href, { signal: AbortSignal.timeout(TIMEOUT) });
      const made = new DOMParser().parseFromString(await answer.text(), "text/html").querySelector("[data-test-cases]");
      if (made) list.replaceWith(made);
    } catch {
      // The test case is saved even if the list can't be reloaded.
    }
  };

  const store = async () => {
    if (unfinished()) {
      status.replaceChildren(h("span", { class: "fsd-problem" }, unfinished()));
      return;
    }
    const body = request();
    body.set("test_case_name", name.value);
    if (keep.querySelector("#test-expect").checked) body.set("expect", "on");
    status.replaceChildren(words.running);
    try {
      const { problems, test_case: kept } = await fetchJson(panel.dataset.saveUrl, { method: "POST", body });
      if (problems.length) {
        status.replaceChildren(...problems.flatMap((problem) => problemOf(problem, words)));
        return;
      }
      status.replaceChildren(`${kept.message} `, h("a", { class: "text-link", href: kept.url }, words.open));
      const group = sample.querySelector("[data-saved]");
      group.hidden = false;
      group.append(h("option", { value: kept.id }, kept.name));
      sample.value = String(kept.id);
      name.value = "";
      run();
      listAnew();
    } catch (error) {
      status.replaceChildren(h("span", { class: "fsd-problem" }, reason(error)));
    }
  };
  keep.querySelector("[data-keep-button]").addEventListener("click", store);
  name.addEventListener("keydown", (key) => {
    if (key.key !== "Enter") return;
    // Don't submit the surrounding form.
    key.preventDefault();
    store();
  });
}

// The user may have typed before this script loaded.
if (!event.value) event.value = generated[sample.value] ?? generated.track;
offer();
// Code editors take over their text on load.
if (document.readyState === "complete") run();
else addEventListener("load", run);
