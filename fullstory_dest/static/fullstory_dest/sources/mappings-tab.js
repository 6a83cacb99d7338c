// Saves the list of mappings on each change: enabling, and moving by button or by dragging.

for (const form of document.querySelectorAll("[data-mappings]")) follow(form);

function follow(form) {
  const list = form.querySelector("ol");
  const status = form.querySelector("[data-status]");
  const button = form.querySelector("[data-save]");
  if (!button) return;
  button.hidden = true;
  let saving = Promise.resolve();

  const values = (name) => [...form.querySelectorAll(`input[name="${name}"]`)];

  async function send(done) {
    const body = new URLSearchParams(new FormData(form));
    const enabled = body.getAll("enabled");
    const order = body.getAll("order");
    try {
      // `keepalive` lets the request finish if the user leaves the page.
      const answer = await fetch(location.href, { method: "POST", body, keepalive: true, headers: { Accept: "application/json" } });
      if (answer.status === 401) return unsaved((await answer.json()).detail);
      if (!answer.headers.get("Content-Type")?.includes("json")) throw new Error(String(answer.status));
      const said = await answer.json();
      status.textContent = said.problem ?? `${done} ${said.saved}`;
      if (said.problem) return;
      button.hidden = true;
      for (const was of values("was_enabled")) was.remove();
      for (const key of enabled) form.append(hidden("was_enabled", key));
      values("was_order").forEach((was, index) => (was.value = order[index]));
    } catch {
      unsaved(form.dataset.failed);
    }
  }

  /** Shows why saving failed, and the button to try again. */
  function unsaved(why) {
    status.textContent = why;
    button.hidden = false;
  }

  const save = (done = "") => (saving = saving.then(() => send(done)));

  function ends() {
    const rows = [...list.children];
    rows.forEach((row, index) => {
      const [up, down] = row.querySelectorAll(".fsd-move");
      if (!up) return;
      up.disabled = index === 0;
      down.disabled = index === rows.length - 1;
    });
  }

  function settle(row) {
    ends();
    save(`${form.dataset.moved} ${[...list.children].indexOf(row) + 1}.`);
  }

  form.addEventListener("change", (event) => event.target.name === "enabled" && save());
  form.addEventListener("submit", (event) => {
    // Deleting has its own confirmation page.
    if (event.submitter?.name === "action") return;
    event.preventDefault();
    const [direction] = (event.submitter?.value ?? "").split(":");
    const row = event.submitter?.closest("[data-row]");
    if (!row) return save();
    if (direction === "up") row.previousElementSibling?.before(row);
    else row.nextElementSibling?.after(row);
    settle(row);
    // The button is disabled at either end of the list. Focus the other one.
    if (event.submitter.disabled) row.querySelector(".fsd-move:not(:disabled)")?.focus();
    else event.submitter.focus();
  });

  let dragged = null;
  for (const row of list.children) {
    if (!row.querySelector(".fsd-move")) continue;
    row.draggable = true;
    row.addEventListener("dragstart", (event) => {
      dragged = row;
      event.dataTransfer.effectAllowed = "move";
      row.classList.add("fsd-dragged");
    });
    row.addEventListener("dragover", (event) => {
      if (!dragged) return;
      event.preventDefault();
      if (row === dragged) return;
      // The dragged row takes the place of the row below the pointer.
      const below = dragged.compareDocumentPosition(row) & Node.DOCUMENT_POSITION_FOLLOWING;
      if (below) row.after(dragged);
      else row.before(dragged);
    });
    row.addEventListener("drop", (event) => event.preventDefault());
    row.addEventListener("dragend", () => {
      row.classList.remove("fsd-dragged");
      dragged = null;
      settle(row);
    });
  }
}

function hidden(name, value) {
  const input = document.createElement("input");
  Object.assign(input, { type: "hidden", name, value });
  return input;
}
