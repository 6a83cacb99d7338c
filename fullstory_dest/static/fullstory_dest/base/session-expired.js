// A session that expires while somebody types: the page says so, and continues once they have logged in elsewhere.

const { message, login, link } = document.querySelector("script[data-message][data-login]").dataset;

/** Says on top of the page that the session expired, with a link to a new tab. Once. */
function tell() {
  if (document.querySelector("[data-logged-out]")) return;
  const notice = document.createElement("div");
  notice.className = "fsd-session-expired";
  notice.dataset.loggedOut = "";
  notice.setAttribute("role", "alert");
  const text = document.createElement("p");
  text.textContent = message;
  const anchor = document.createElement("a");
  Object.assign(anchor, { href: login, target: "_blank", rel: "noopener", className: "fsd-button", textContent: link });
  notice.append(text, anchor);
  document.body.append(notice);
}

// Whatever part of a page asks the server: the answer to somebody who is logged out is 401. Where browsers do not say
// what asks, as without TLS, the server knows by the header.
const ask = window.fetch;
window.fetch = async (address, options = {}) => {
  const isOurs = new URL(address, location.href).origin === location.origin && options.credentials !== "omit";
  if (!isOurs) return ask(address, options);
  const headers = new Headers(options.headers);
  headers.set("X-Requested-With", "fetch");
  const response = await ask(address, { ...options, headers });
  if (response.status === 401) tell();
  else if (response.ok) document.querySelector("[data-logged-out]")?.remove();
  return response;
};
document.addEventListener("htmx:responseError", (event) => event.detail.xhr.status === 401 && tell());
// Searches for a row ask by jQuery.
window.django?.jQuery?.(document).on("ajaxError", (_event, request) => request.status === 401 && tell());

/** Logging in changes the token that forms must hold: those of this page get the one of now. */
function renewTokens() {
  const token = document.cookie.match(/(?:^|; )csrftoken=([^;]+)/)?.[1];
  if (!token) return;
  for (const input of document.querySelectorAll("input[name=csrfmiddlewaretoken]")) input.value = token;
}
addEventListener("focus", renewTokens);
document.addEventListener("visibilitychange", renewTokens);
