// On a narrow screen the tabs scroll: the current one is in sight.

const current = document.querySelector(".fsd-tabs [aria-current]");
const bar = current?.closest(".fsd-tabs");
if (bar) bar.scrollLeft = current.offsetLeft - (bar.clientWidth - current.offsetWidth) / 2;
