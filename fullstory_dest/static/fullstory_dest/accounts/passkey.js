// Shows errors of allauth's script for passkeys, and hides passkey buttons in browsers that don't support them.

document.addEventListener("allauth.error", (event) => {
  // Otherwise, allauth only logs the error to the console.
  event.preventDefault();
  document.querySelector("[data-passkey-failed]").hidden = false;
});

if (!window.PublicKeyCredential) {
  for (const each of document.querySelectorAll("[data-passkey]")) each.hidden = true;
}
