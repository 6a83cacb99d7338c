// Copy buttons: <div data-copyable><pre>code</pre><button data-copy hidden>...</button><span data-copy-status></span></div>

const SECONDS_SHOWN = 2;

/** The timers of buttons that show a status instead of their label. */
const shown = new WeakMap();

function select(node) {
  const range = document.createRange();
  range.selectNodeContents(node);
  const selection = getSelection();
  selection.removeAllRanges();
  selection.addRange(range);
}

async function copy(button) {
  const block = button.closest("[data-copyable]");
  const code = block.querySelector("pre");
  const status = block.querySelector("[data-copy-status]");
  const label = button.querySelector("[data-copy-label]");
  button.dataset.label ??= label.textContent;
  let copied = false;
  try {
    await navigator.clipboard.writeText(code.textContent);
    copied = true;
  } catch {
    // The clipboard API needs https and permission. execCommand may still work without them.
    select(code);
    copied = document.execCommand("copy");
  }
  label.textContent = status.textContent = copied ? button.dataset.done : button.dataset.failed;
  clearTimeout(shown.get(button));
  const restore = () => {
    label.textContent = button.dataset.label;
    status.textContent = "";
  };
  shown.set(button, setTimeout(restore, SECONDS_SHOWN * 1000));
}

for (const button of document.querySelectorAll("[data-copy]")) {
  button.hidden = false;
  button.addEventListener("click", () => copy(button));
}
