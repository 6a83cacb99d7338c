// Asks for confirmation before leaving a form with unsaved changes. Compares with the server's values, so that reverted
// changes don't count and values restored by the browser do.

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

/** Whether the form has unsaved changes, including builder changes that are not in an input yet. */
function unsaved() {
  return "unsaved" in marker.dataset || form.matches("[data-pending-trigger], [data-pending-fields]") || [...form.elements].some(changed);
}

function ask(event) {
  if (unsaved()) event.preventDefault();
}

if (form) {
  addEventListener("beforeunload", ask);
  // Listen on the window, after listeners that prevent submitting.
  addEventListener("submit", (event) => {
    if (event.target === form && !event.defaultPrevented) removeEventListener("beforeunload", ask);
  });
}
