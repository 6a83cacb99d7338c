// Unfold's menu scrolls, and is a stop of the Tab key: it says which, before the script that makes it scroll has run.

const { name } = document.querySelector("script[data-menu]").dataset;
document.getElementById("nav-sidebar-apps")?.setAttribute("data-simplebar-aria-label", name);
