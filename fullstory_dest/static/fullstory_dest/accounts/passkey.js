// Extends allauth's passkey script: shows failures, and hides passkeys if the browser doesn't support them.

document.addEventListener("allauth.error", (event) => {
  // By default, allauth only logs the error to the console.
  event.preventDefault();
  document.querySelector("[data-passkey-failed]").hidden = false;
});

if (!window.PublicKeyCredential) {
  for (const each of document.querySelectorAll("[data-passkey]")) each.hidden = true;
}
