// The page of a mapping: the reference and the defaults follow the chosen action.

const page = document.querySelector("[data-mapping-page]");
const form = page.closest("form");
const presets = JSON.parse(document.getElementById("mapping-presets").textContent);
const control = (name) => form.elements.namedItem(name);

const editor = () => page.querySelector(".django-ace-widget")?.editor;

function read(name) {
  return control(name)?.value ?? "";
}

function write(name, value) {
  if (name === "fields" && editor()) editor().session.setValue(value);
  control(name).value = value;
  form.dispatchEvent(new CustomEvent("mapping:change", { bubbles: true }));
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
