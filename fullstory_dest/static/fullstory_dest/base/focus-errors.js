// Focuses the error summary at the top, so that it is announced and visible even if the browser restores the scroll position.

document.querySelector("[data-refused]")?.focus();
