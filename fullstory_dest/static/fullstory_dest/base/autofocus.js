// Applies `autofocus` once the page is visible. Unfold hides the page until its script has run, so browsers ignore it.

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
