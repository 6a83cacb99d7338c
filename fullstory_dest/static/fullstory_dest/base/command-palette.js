// Selects the first result of the command palette, so that Enter opens it, even if pressed before results arrive.

const input = document.getElementById("search-input-command");
const press = (key) => input.dispatchEvent(new KeyboardEvent("keydown", { key }));
/** The query of the shown results, and whether to open the first result once it arrives. */
let answered = "";
let waiting = false;

document.addEventListener(
  "keydown",
  (event) => {
    if (event.target !== input || event.key !== "Enter" || !event.isTrusted) return;
    if (answered === input.value && document.querySelector("#command-results li")) return;
    waiting = answered !== input.value;
    event.preventDefault();
    event.stopImmediatePropagation();
  },
  true,
);

document.addEventListener("htmx:afterSettle", (event) => {
  if (!event.target.closest("#command-results")) return;
  answered = input.value;
  if (!document.querySelector("#command-results li")) return;
  press("ArrowDown");
  if (waiting) press("Enter");
  waiting = false;
});
