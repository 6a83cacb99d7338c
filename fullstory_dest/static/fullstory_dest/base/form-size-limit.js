// Checks a form's size before it is submitted, because the server would reject a larger one and lose the input.

const marker = document.querySelector("[data-most-bytes]");
const form = marker?.closest("form");
const bytes = (text) => new TextEncoder().encode(text).length;

/** The size of a submitted form in bytes, without files, which the server streams. */
function size(data) {
  const texts = [...data].filter(([, value]) => typeof value === "string");
  // Browsers submit line breaks as CRLF.
  const sent = texts.map(([name, value]) => [name, value.replace(/\r\n?|\n/g, "\r\n")]);
  if (form.enctype === "multipart/form-data") return sent.reduce((sum, [name, value]) => sum + bytes(name) + bytes(value), 0);
  return new URLSearchParams(sent).toString().length;
}

// Listen on the window, after listeners that change inputs before submitting.
addEventListener("submit", (event) => {
  if (event.target !== form || event.defaultPrevented) return;
  marker.hidden = size(new FormData(form)) <= Number(marker.dataset.mostBytes);
  if (marker.hidden) return;
  event.preventDefault();
  marker.focus();
  marker.scrollIntoView({ block: "center" });
});
