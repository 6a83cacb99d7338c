// The switches of lists, in place: without this, each is a button that sends the list's form.

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
    // What cannot be done in place is done as without scripts, and reported there.
    button.removeAttribute("data-switch");
    form.requestSubmit(button);
  } finally {
    button.removeAttribute("aria-busy");
  }
});

/** Says under a switch why it did not move. */
function say(button, problem) {
  button.parentElement.querySelector("[role=alert]")?.remove();
  if (!problem) return;
  const message = document.createElement("p");
  message.className = "fsd-problem fsd-switch-problem";
  message.setAttribute("role", "alert");
  message.textContent = problem;
  button.after(message);
}
