// Shows a notice when the session expires. After a login in another tab, the page keeps working.

const { message, login, link } = document.querySelector("script[data-message][data-login]").dataset;

/** Shows the notice once, with a link to log in in a new tab. */
function showNotice() {
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

// The server returns 401 to scripts without a session. The header identifies scripts, as browsers send Sec-Fetch-Mode only
// over TLS.
const ask = window.fetch;
window.fetch = async (address, options = {}) => {
  const isOurs = new URL(address, location.href).origin === location.origin && options.credentials !== "omit";
  if (!isOurs) return ask(address, options);
  const headers = new Headers(options.headers);
  headers.set("X-Requested-With", "fetch");
  const response = await ask(address, { ...options, headers });
  if (response.status === 401) showNotice();
  else if (response.ok) document.querySelector("[data-logged-out]")?.remove();
  return response;
};
document.addEventListener("htmx:responseError", (event) => event.detail.xhr.status === 401 && showNotice());
// Autocomplete selects use jQuery.
window.django?.jQuery?.(document).on("ajaxError", (_event, request) => request.status === 401 && showNotice());

/** Updates the CSRF tokens of this page's forms, as a login changes the token. */
function renewTokens() {
  const token = document.cookie.match(/(?:^|; )csrftoken=([^;]+)/)?.[1];
  if (!token) return;
  for (const input of document.querySelectorAll("input[name=csrfmiddlewaretoken]")) input.value = token;
}
addEventListener("focus", renewTokens);
document.addEventListener("visibilitychange", renewTokens);
