// Refreshes "Check my site" while the page is visible.

const SECONDS = 4;

const section = document.querySelector("[data-seen]");
const text = section.querySelector("[data-seen-text]");
let timer = 0;

async function look() {
  timer = 0;
  try {
    const answer = await fetch(section.dataset.seen, { headers: { Accept: "text/html" } });
    if (answer.ok && !answer.redirected) {
      const html = await answer.text();
      // Unchanged text must not be announced again by screen readers.
      if (html.trim() !== text.dataset.shown) {
        text.innerHTML = html;
        text.dataset.shown = html.trim();
      }
    }
  } catch {
    // The next poll tries again.
  }
  plan();
}

function plan() {
  if (!timer && document.visibilityState === "visible") timer = setTimeout(look, SECONDS * 1000);
}

function follow() {
  if (document.visibilityState === "visible") plan();
  else {
    clearTimeout(timer);
    timer = 0;
  }
}

document.addEventListener("visibilitychange", follow);
plan();
