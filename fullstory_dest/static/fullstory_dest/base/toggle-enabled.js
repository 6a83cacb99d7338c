// Toggles switches in lists without a page load. Without this script, each is a submit button.

document.addEventListener("submit", async (event) => {
  const button = event.submitter;
  if (!button?.matches("[data-switch]")) return;
  event.preventDefault();
  if (button.getAttribute("aria-busy") === "true") return;
  const form = event.target;
  const body = new FormData();
  body.set("csrfmiddlewaretoken", form.elements.namedItem("csrfmiddlewaretoken").value);
  body.set("enabled", button.value);
  button.setAttribute("aria-busy", "true");
  try {
    const response = await fetch(button.formAction, { method: "POST", body, headers: { Accept: "application/json" } });
    if (response.status === 401) return;
    const answer = await response.json();
    button.setAttribute("aria-checked", String(answer.enabled));
    button.value = answer.enabled ? "" : "on";
    say(button, answer.problem);
  } catch {
    // Fall back to submitting the form, which reports the error.
    button.removeAttribute("data-switch");
    form.requestSubmit(button);
  } finally {
    button.removeAttribute("aria-busy");
  }
});

/** Shows why a switch did not change. */
function say(button, problem) {
  button.parentElement.querySelector("[role=alert]")?.remove();
  if (!problem) return;
  const message = document.createElement("p");
  message.className = "fsd-problem fsd-switch-problem";
  message.setAttribute("role", "alert");
  message.textContent = problem;
  button.after(message);
}
