// Scrolls the current tab into view on narrow screens.

const current = document.querySelector(".fsd-tabs [aria-current]");
const bar = current?.closest(".fsd-tabs");
if (bar) bar.scrollLeft = current.offsetLeft - (bar.clientWidth - current.offsetWidth) / 2;
