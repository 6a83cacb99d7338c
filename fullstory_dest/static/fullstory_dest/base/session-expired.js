// Shows when the session has expired. The page keeps working after the user logs in again in another tab.

const { message, login, link } = document.querySelector("script[data-message][data-login]").dataset;

/** Shows a notice that the session expired, once, with a link to log in in a new tab. */
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

// The server answers requests of scripts with 401 when the user is logged out. The header identifies scripts, because
// browsers send Sec-Fetch-* headers only over TLS.
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
// Autocomplete selects use jQuery requests.
window.django?.jQuery?.(document).on("ajaxError", (_event, request) => request.status === 401 && showNotice());

/** Updates the CSRF token of the page's forms, because logging in changes it. */
function renewTokens() {
  const token = document.cookie.match(/(?:^|; )csrftoken=([^;]+)/)?.[1];
  if (!token) return;
  for (const input of document.querySelectorAll("input[name=csrfmiddlewaretoken]")) input.value = token;
}
addEventListener("focus", renewTokens);
document.addEventListener("visibilitychange", renewTokens);
