// Copy buttons: <div data-copyable><pre>code</pre><button data-copy hidden>...</button></div>

const SECONDS_SHOWN = 2;

function select(node) {
  const range = document.createRange();
  range.selectNodeContents(node);
  const selection = getSelection();
  selection.removeAllRanges();
  selection.addRange(range);
}

async function copy(button) {
  const code = button.closest("[data-copyable]").querySelector("pre");
  const label = button.querySelector("[data-copy-label]");
  button.dataset.label ??= label.textContent;
  let copied = false;
  try {
    await navigator.clipboard.writeText(code.textContent);
    copied = true;
  } catch {
    // No clipboard over plain http: the older way still works there.
    select(code);
    copied = document.execCommand("copy");
  }
  label.textContent = copied ? button.dataset.done : button.dataset.failed;
  setTimeout(() => (label.textContent = button.dataset.label), SECONDS_SHOWN * 1000);
}

for (const button of document.querySelectorAll("[data-copy]")) {
  button.hidden = false;
  button.addEventListener("click", () => copy(button));
}
