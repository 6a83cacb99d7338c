// Before a form is sent: whether the server would read that much. It says so here, where what was typed stays.

const marker = document.querySelector("[data-most-bytes]");
const form = marker?.closest("form");
const bytes = (text) => new TextEncoder().encode(text).length;

/** How many bytes a form is when it is sent. Files do not count: the server takes them piece by piece. */
function size(data) {
  const texts = [...data].filter(([, value]) => typeof value === "string");
  // As browsers send line breaks.
  const sent = texts.map(([name, value]) => [name, value.replace(/\r\n?|\n/g, "\r\n")]);
  if (form.enctype === "multipart/form-data") return sent.reduce((sum, [name, value]) => sum + bytes(name) + bytes(value), 0);
  return new URLSearchParams(sent).toString().length;
}

// On the window: what changes inputs before they are sent has done so by then.
addEventListener("submit", (event) => {
  if (event.target !== form || event.defaultPrevented) return;
  marker.hidden = size(new FormData(form)) <= Number(marker.dataset.mostBytes);
  if (marker.hidden) return;
  event.preventDefault();
  marker.focus();
  marker.scrollIntoView({ block: "center" });
});
