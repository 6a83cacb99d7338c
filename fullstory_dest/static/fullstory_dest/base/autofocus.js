// Focuses the `autofocus` element once Unfold shows the page. Browsers skip `autofocus` on hidden elements.

const root = document.documentElement;

function focus() {
  if (document.activeElement !== document.body) return;
  [...document.querySelectorAll("[autofocus]")].find((each) => each.checkVisibility())?.focus();
}

if (root.hasAttribute("x-cloak")) {
  new MutationObserver((_, observer) => {
    observer.disconnect();
    focus();
  }).observe(root, { attributeFilter: ["x-cloak"] });
} else focus();
