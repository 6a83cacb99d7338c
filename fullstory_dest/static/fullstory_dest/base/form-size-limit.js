// Blocks the submit of a form that exceeds the server's size limit, so that the input isn't lost.

const marker = document.querySelector("[data-most-bytes]");
const form = marker?.closest("form");
const bytes = (text) => new TextEncoder().encode(text).length;

/** The size of a submitted form in bytes. Files don't count toward the server's limit. */
function size(data) {
  const texts = [...data].filter(([, value]) => typeof value === "string");
  // Browsers send line breaks as CRLF.
  const sent = texts.map(([name, value]) => [name, value.replace(/\r\n?|\n/g, "\r\n")]);
  if (form.enctype === "multipart/form-data") return sent.reduce((sum, [name, value]) => sum + bytes(name) + bytes(value), 0);
  return new URLSearchParams(sent).toString().length;
}

// On the window, so that it runs after listeners that change inputs on submit.
addEventListener("submit", (event) => {
  if (event.target !== form || event.defaultPrevented) return;
  marker.hidden = size(new FormData(form)) <= Number(marker.dataset.mostBytes);
  if (marker.hidden) return;
  event.preventDefault();
  marker.focus();
  marker.scrollIntoView({ block: "center" });
});
