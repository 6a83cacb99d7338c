// Asks before a form with unsaved changes is left. Compares with what the server sent, so that what was changed back, or
// what a browser has restored, is told apart.

const marker = document.querySelector("[data-leaving]");
const form = marker?.closest("form");
const plain = (text) => text.replace(/\r\n?/g, "\n");

function changed(control) {
  if (!control.name || control.name.startsWith("_") || control.disabled) return false;
  if (["checkbox", "radio"].includes(control.type)) return control.checked !== control.defaultChecked;
  if (control.type === "file") return control.files.length > 0;
  if (control.options) {
    const options = [...control.options];
    if (!control.multiple && !options.some((option) => option.defaultSelected)) return control.selectedIndex > 0;
    return options.some((option) => option.selected !== option.defaultSelected);
  }
  return "defaultValue" in control && control.type !== "hidden" && plain(control.value) !== plain(control.defaultValue);
}

/** Whether something would be lost. What is typed but not yet in an input says so by an attribute of the form. */
function unsaved() {
  return "unsaved" in marker.dataset || form.matches("[data-pending-trigger], [data-pending-fields]") || [...form.elements].some(changed);
}

function ask(event) {
  if (unsaved()) event.preventDefault();
}

if (form) {
  addEventListener("beforeunload", ask);
  // On the window: whoever keeps the form from being sent has said so by then.
  addEventListener("submit", (event) => {
    if (event.target === form && !event.defaultPrevented) removeEventListener("beforeunload", ask);
  });
}
