// Adds keyboard access to unfold's menus, and hides icon names from screen readers. Runs before Alpine, which binds the
// added attributes.
(() => {
  const words = { ...document.currentScript.dataset };
  const CLICKED = ":is(a:not([href]), div, span)[x-on\\:click]:not(#changelist-filter-close)";

  /** Makes a clickable element a focusable button with its expanded or pressed state. */
  function toButton(element) {
    const action = element.getAttribute("x-on:click");
    const opened = action.match(/^(\w+) = (?:!\1|true)/)?.[1];
    const theme = action.match(/'(light|dark|auto)'/)?.[1];
    element.setAttribute("role", "button");
    element.tabIndex = 0;
    element.removeAttribute("aria-hidden");
    if (opened) element.setAttribute("x-bind:aria-expanded", opened);
    if (theme) element.setAttribute("x-bind:aria-pressed", `adminTheme == '${theme}'`);
    if (opened === "openTheme") element.setAttribute("aria-label", words.theme);
    if (opened === "sidebarMobileOpen") element.setAttribute("aria-label", words.menu);
    if (opened === "filterOpen") element.addEventListener("click", focusFilters);
    if (action.includes("opencommand")) element.querySelector(".truncate").textContent = words.search;
    if (opened && element.parentElement.matches("[x-data]:has(> nav)")) toMenu(element, opened);
  }

  /** Closes a button's menu on Escape, and makes the menu next in the Tab order. */
  function toMenu(button, opened) {
    const root = button.parentElement;
    root.setAttribute("x-on:keydown.escape", `${opened} = false`);
    // Unfold treats a click on the button as outside of the menu, and would close the menu immediately.
    root.setAttribute("x-on:click.outside", `${opened} = false`);
    const menu = root.querySelector(":scope > nav");
    menu.removeAttribute("x-on:click.outside");
    button.after(menu);
  }

  /** Focuses the filters of a list, and the button again on Escape. */
  function focusFilters({ currentTarget }) {
    const filters = document.getElementById("changelist-filter");
    const first = ":is(a[href], input:not([type=hidden]), select, button)";
    Alpine.nextTick(() => filters.querySelector(first)?.focus());
    filters.addEventListener("keydown", ({ key }) => key === "Escape" && currentTarget.focus());
  }

  document.addEventListener("alpine:init", () => {
    for (const icon of document.querySelectorAll(".material-symbols-outlined")) {
      const isAlone = icon.parentElement.textContent.trim() === icon.textContent.trim();
      if (!isAlone) icon.setAttribute("aria-hidden", "true");
    }
    document.querySelectorAll(CLICKED).forEach(toButton);
    document.getElementById("nav-sidebar-apps")?.setAttribute("data-simplebar-aria-label", words.pages);
  });

  document.addEventListener("keydown", (event) => {
    if (!["Enter", " "].includes(event.key) || !event.target.matches(`[role=button]${CLICKED}`)) return;
    event.preventDefault();
    event.target.click();
  });
})();
