// Focuses the error at the top of the page, so that screen readers announce it and the browser scrolls to it.

document.querySelector("[data-refused]")?.focus();
