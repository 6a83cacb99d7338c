// Beside allauth's script for passkeys: shows that one was not used, and offers none where the browser has none.

document.addEventListener("allauth.error", (event) => {
  // Else allauth writes to the console, and the page says nothing.
  event.preventDefault();
  document.querySelector("[data-passkey-failed]").hidden = false;
});

if (!window.PublicKeyCredential) {
  for (const each of document.querySelectorAll("[data-passkey]")) each.hidden = true;
}
