// Small helpers that the parts of the editor share.

/** Makes an element. Properties that begin with "on" are listeners; `text` is its text; the rest are attributes. */
export function h(name, properties = {}, ...children) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(properties)) {
    if (value === undefined || value === null || value === false) continue;
    if (key.startsWith("on")) made.addEventListener(key.slice(2), value);
    else if (key === "text") made.textContent = value;
    else if (key === "value") made.value = value;
    else made.setAttribute(key, value === true ? "" : value);
  }
  made.append(...children.flat().filter((child) => child !== null && child !== undefined));
  return made;
}

export const icon = (name) => h("span", { class: "material-symbols-outlined", "aria-hidden": "true", text: name });

export const option = (value, text, chosen) => {
  const made = h("option", { value, text });
  made.selected = value === chosen;
  return made;
};

/** What a page's script tag of JSON holds. */
export const data = (id) => JSON.parse(document.getElementById(id)?.textContent ?? "null");

/** The words of the page, in the reader's language. */
export const words = data("editor-words") ?? {};

/** A word with its parts put in: fill("Condition %(number)s", {number: 1}). */
export const fill = (text, parts) => text.replace(/%\((\w+)\)s/g, (_, name) => parts[name]);

/** Calls `act` once nothing was asked for a while. */
export function debounced(act, milliseconds = 250) {
  let timer = 0;
  return () => {
    clearTimeout(timer);
    timer = setTimeout(act, milliseconds);
  };
}

/** Asks the server with JSON. Where it does not answer, `{unanswered: why}`. */
export async function ask(url, question) {
  try {
    const token = document.querySelector("[name=csrfmiddlewaretoken]").value;
    const answer = await fetch(url, {
      method: "POST",
      headers: { "Content-Type": "application/json", "X-CSRFToken": token },
      body: JSON.stringify(question),
    });
    if (answer.ok) return await answer.json();
    return { unanswered: answer.status === 401 ? words.logged_out : words.no_answer };
  } catch {
    return { unanswered: words.no_answer };
  }
}

/** Notes on the form that a part shows what its input does not say yet. */
export const pend = (form, part, is) => form.toggleAttribute(`data-pending-${part}`, is);
export const isPending = (form) => form.matches("[data-pending-trigger], [data-pending-fields]");

/**
 * Notes on the form why a part cannot be written into its input as it stands; "" where it can. The form is sent a
 * `mapping:unfinished`: whoever shows what the input says must not take it for what is to be seen.
 */
export function unfinish(form, part, why) {
  if ((form.getAttribute(`data-unfinished-${part}`) ?? "") === why) return;
  if (why) form.setAttribute(`data-unfinished-${part}`, why);
  else form.removeAttribute(`data-unfinished-${part}`);
  form.dispatchEvent(new CustomEvent("mapping:unfinished"));
}

/** Says something to those who do not see the page. */
export function announce(text) {
  document.querySelector("[data-announcements]").textContent = text;
}

export function focusOn(root, key) {
  const found = [...root.querySelectorAll("[data-focus]")].find((each) => each.dataset.focus === key);
  found?.focus();
  return Boolean(found);
}

/** Shows a problem beside inputs, in a slot that is always there; no problem empties it. */
export function mark(slot, inputs, message) {
  slot.textContent = slot.title = message ?? "";
  for (const input of inputs) {
    const described = (input.dataset.described ??= input.getAttribute("aria-describedby") ?? "");
    const ids = [described, message ? slot.id : ""].filter(Boolean).join(" ");
    if (message) input.setAttribute("aria-invalid", "true");
    else input.removeAttribute("aria-invalid");
    if (ids) input.setAttribute("aria-describedby", ids);
    else input.removeAttribute("aria-describedby");
  }
}
