// The mapping editor: action, trigger and fields, each as a form or as text, with live validation.
//
// The form dispatches `mapping:change` when the trigger, the fields or the action change in any view.

import { ask, data, debounced, h, isPending, isSame } from "./dom.js";
import { FieldsInput } from "./fields.js";
import { TriggerInput } from "./trigger.js";

const page = document.querySelector("[data-mapping-page]");
const form = page.closest("form");
const presets = data("mapping-presets");
const control = (name) => form.elements.namedItem(name);
const section = (name) => page.querySelector(`[data-step=${name}]`);

function start() {
  const changed = () => form.dispatchEvent(new CustomEvent("mapping:change", { bubbles: true }));
  const trigger = new TriggerInput(section("trigger"), { url: page.dataset.triggerUrl, form, changed });
  const fields = new FieldsInput(section("fields"), { form, changed });
  const inputs = { trigger, fields };
  fields.follow(control("action").value);

  // Problems

  const differences = page.querySelector("[data-differences]");
  let asked = 0;
  async function check() {
    const mine = (asked += 1);
    const answer = await ask(page.dataset.checkUrl, {
      action: control("action").value, trigger: control("trigger").value, fields: control("fields").value,
      mapping: page.dataset.mapping ?? "", destination: control("destination")?.value ?? "",
    });
    if (answer.unanswered || mine !== asked) return;
    const of = (found, name) => found.filter(({ field }) => field === name);
    for (const name of ["trigger", "fields"]) inputs[name].show(of(answer.problems, name), of(answer.warnings, name));
    page.querySelector("[data-inactive-reason]").textContent = answer.inactive_reason;
    differences.hidden = !answer.differences.length;
    differences.querySelector("ul").replaceChildren(...answer.differences.map((text) => h("li", { text })));
    // Live validation replaces the errors of the last save. An empty builder doesn't show any, so keep those.
    for (const name of ["trigger", "fields"]) {
      if (name === "fields" || !trigger.isBlank) section(name).querySelector("[data-refused]").replaceChildren();
    }
  }
  const checkLater = debounced(check, 300);
  form.addEventListener("mapping:change", checkLater);
  const destination = control("destination");
  destination?.addEventListener("change", checkLater);
  // Select2 reports a choice only through jQuery events.
  if (destination?.matches(".admin-autocomplete")) {
    window.django.jQuery(destination).on("select2:select select2:clear", () => {
      destination.dispatchEvent(new Event("change", { bubbles: true }));
    });
  }

  // The action, and its defaults

  const defaults = page.querySelector("[data-use-defaults]");
  const isNew = page.hasAttribute("data-new");
  const preset = () => presets[control("action").value];
  const name = {
    isOther: (text) => !isSame(control("name").value, text),
    load: (text) => (control("name").value = text),
  };
  const parts = { ...(isNew ? { name } : {}), ...inputs };
  /** The default values that actions filled in, by part. Text that the user typed is not replaced. */
  const filled = { ...preset() };
  const isUntouched = (part) => [filled[part], isNew ? "" : undefined].some((text) => text !== undefined && !parts[part].isOther(text));
  control("action").addEventListener("change", () => {
    const action = control("action").value;
    for (const each of page.querySelectorAll("[data-action]")) each.hidden = each.dataset.action !== action;
    const untouched = preset() ? Object.keys(parts).filter(isUntouched) : [];
    fields.follow(action);
    for (const part of untouched) parts[part].load((filled[part] = preset()[part]));
    defaults.disabled = !preset();
    changed();
  });
  // Keep the button visible, because showing and hiding it would cause layout shifts.
  page.querySelector("[data-defaults]").hidden = false;
  defaults.disabled = !preset();
  defaults.addEventListener("click", () => {
    if (!control("name").value) control("name").value = preset().name;
    for (const part of ["trigger", "fields"]) inputs[part].load((filled[part] = preset()[part]));
  });

  // Saving waits until the builder is written to the text, and stops if that fails.

  form.addEventListener("submit", async (event) => {
    if (!isPending(form)) return;
    event.preventDefault();
    const { submitter } = event;
    if ((await trigger.flush()) && (fields.switch.view !== "form" || fields.flush())) {
      form.requestSubmit(submitter);
    }
  });

  // Enter in an input of the builder must not submit the form.
  for (const part of page.querySelectorAll("[data-builder], [data-fields-form]")) {
    part.addEventListener("keydown", (event) => {
      if (event.key === "Enter" && event.target.matches("input")) event.preventDefault();
    });
  }

  const adopt = () => {
    const { editor } = page.querySelector(".django-ace-widget") ?? {};
    if (editor) fields.adopt(editor);
    checkLater();
  };
  if (document.readyState === "complete") adopt();
  else addEventListener("load", () => setTimeout(adopt));
}

if (control("trigger")) start();
