// The search over everything: Enter opens the first hit, also when it is pressed before the hits are there.

const RESULTS = "#command-results";

/** What the hits on the page are for, and whether to open the first of those that are on their way. */
let answered = "";
let waiting = false;

const input = () => document.getElementById("search-input-command");

function openFirst() {
  const first = document.querySelector(`${RESULTS} a[href]`);
  if (first) location.assign(first.href);
}

document.addEventListener(
  "keydown",
  (event) => {
    if (event.target !== input() || event.key !== "Enter") return;
    // An entry chosen with the arrows is opened by the palette itself.
    if (document.querySelector(`${RESULTS} li.active`)) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    if (answered === input().value) openFirst();
    else waiting = true;
  },
  true,
);

document.addEventListener("htmx:afterSettle", (event) => {
  if (!event.target.closest(RESULTS)) return;
  answered = input().value;
  if (waiting) openFirst();
  waiting = false;
});
