// DOM, request and error functions that the parts of the editor share.

const listeners = new WeakMap();
const dispatch = (event) => listeners.get(event.currentTarget)[event.type]?.(event);

function listen(element, added) {
  for (const type of Object.keys(added)) element.addEventListener(type, dispatch);
  listeners.set(element, added);
}

/** Creates an element. Properties that begin with "on" are listeners, `text` is its text, and others are attributes. */
export function h(name, properties = {}, ...children) {
  const made = document.createElement(name);
  listen(made, {});
  for (const [key, value] of Object.entries(properties)) {
    if (value === undefined || value === null || value === false) continue;
    if (key.startsWith("on")) listen(made, { ...listeners.get(made), [key.slice(2)]: value });
    else if (key === "text") made.textContent = value;
    else if (key === "value") made.value = value;
    else made.setAttribute(key, value === true ? "" : value);
  }
  made.append(...children.flat().filter((child) => child !== null && child !== undefined));
  return made;
}

/**
 * Changes the children of `parent` to `made`, and reuses matching elements. Replacing them during a change event would
 * lose the focus, the caret or a click. Elements match by `data-key`, or else by their order.
 */
export function patch(parent, made) {
  const left = [...parent.childNodes];
  const kept = made.map((next) => {
    const index = left.findIndex((each) => isAlike(each, next));
    if (index < 0) return next;
    const [found] = left.splice(index, 1);
    adopt(found, next);
    return found;
  });
  for (const each of left) each.remove();
  let at = parent.firstChild;
  for (const each of kept) {
    // Moving an element would lose its focus, so move the elements before it instead.
    while (at !== each && each.contains(document.activeElement)) {
      const before = at;
      at = at.nextSibling;
      parent.append(before);
    }
    if (each === at) at = at.nextSibling;
    else parent.insertBefore(each, at);
  }
}

const isAlike = (one, other) =>
  one.nodeName === other.nodeName && one.type === other.type && one.dataset?.key === other.dataset?.key;

/** Updates an element on the page to equal a new one. */
function adopt(shown, made) {
  if (shown.nodeType === Node.TEXT_NODE) {
    if (shown.nodeValue !== made.nodeValue) shown.nodeValue = made.nodeValue;
    return;
  }
  for (const { name } of [...shown.attributes]) if (!made.hasAttribute(name)) shown.removeAttribute(name);
  for (const { name, value } of made.attributes) if (shown.getAttribute(name) !== value) shown.setAttribute(name, value);
  listen(shown, listeners.get(made));
  // Only `mark` changes the text of slots, so that screen readers announce it once.
  if (shown.matches(".fsd-slot")) return;
  patch(shown, [...made.childNodes]);
  if (!shown.matches("input, textarea, select")) return;
  shown.checked = made.checked;
  // Don't replace text that the user is typing.
  const isTyped = shown === document.activeElement && !shown.matches("select");
  if (!isTyped && shown.value !== made.value) shown.value = made.value;
}

export const icon = (name) => h("span", { class: "material-symbols-outlined", "aria-hidden": "true", text: name });

export const option = (value, text, chosen) => {
  const made = h("option", { value, text });
  made.selected = value === chosen;
  return made;
};

/** The content of a JSON script element. */
export const data = (id) => JSON.parse(document.getElementById(id)?.textContent ?? "null");

/** The editor's labels and messages. */
export const words = data("editor-words") ?? {};

/** Fills in placeholders: fill("Condition %(number)s", {number: 1}). */
export const fill = (text, parts) => text.replace(/%\((\w+)\)s/g, (_, name) => parts[name]);

/** Whether two texts are equal except for whitespace. */
export const isSame = (one, other) => one.replace(/\s/g, "") === other.replace(/\s/g, "");

/** Returns a function that calls `act` once no call was made for `milliseconds`. */
export function debounced(act, milliseconds = 250) {
  let timer = 0;
  return () => {
    clearTimeout(timer);
    timer = setTimeout(act, milliseconds);
  };
}

/** Posts JSON and returns the JSON response, or `{unanswered: message}` if the request failed. */
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

/** Sets whether a part has changes that are not written to its input yet. */
export const pend = (form, part, is) => form.toggleAttribute(`data-pending-${part}`, is);
export const isPending = (form) => form.matches("[data-pending-trigger], [data-pending-fields]");

/**
 * Sets why a part can't be written to its input, or "" if it can. Dispatches `mapping:unfinished` on the form, because
 * the input then differs from the part.
 */
export function unfinish(form, part, why) {
  if ((form.getAttribute(`data-unfinished-${part}`) ?? "") === why) return;
  if (why) form.setAttribute(`data-unfinished-${part}`, why);
  else form.removeAttribute(`data-unfinished-${part}`);
  form.dispatchEvent(new CustomEvent("mapping:unfinished"));
}

/** Announces a text to screen readers. */
export function announce(text) {
  document.querySelector("[data-announcements]").textContent = text;
}

/** Focuses the element with a key, if given, and scrolls the focused element into view. */
export function focusOn(root, key) {
  [...root.querySelectorAll("[data-key]")].find((each) => each.dataset.key === key)?.focus();
  if (root.contains(document.activeElement)) document.activeElement.scrollIntoView({ block: "nearest" });
}

/**
 * Shows a message about inputs in their slot, or clears it. `wrong` are the inputs that the message is about. Only the
 * level "error" marks them as invalid, not "warning" or "unfinished" (see `Left`).
 */
export function mark(slot, inputs, { message = "", wrong = inputs, level = "error" } = {}) {
  if (slot.textContent !== message) slot.textContent = slot.title = message;
  slot.classList.toggle("fsd-unfinished", level === "unfinished");
  slot.classList.toggle("fsd-warning", level === "warning");
  for (const input of inputs) {
    const isMeant = Boolean(message) && wrong.includes(input);
    const described = (input.dataset.described ??= input.getAttribute("aria-describedby") ?? "");
    const ids = [described, isMeant ? slot.id : ""].filter(Boolean).join(" ");
    if (isMeant && level === "error") input.setAttribute("aria-invalid", "true");
    else input.removeAttribute("aria-invalid");
    if (ids) input.setAttribute("aria-describedby", ids);
    else input.removeAttribute("aria-describedby");
  }
}

/** Tracks which inputs the user has left. An empty input that was never focused is unfinished, not an error. */
export class Left {
  constructor(container, changed) {
    this.inputs = new WeakSet();
    container.addEventListener("focusout", ({ target }) => {
      this.inputs.add(target);
      changed();
    });
  }

  /** The level of an error about inputs: "unfinished" or "error". */
  level(inputs) {
    const waits = (input) => input.matches("input, textarea") && !input.value.trim() && !this.inputs.has(input);
    return inputs.some(waits) ? "unfinished" : "error";
  }
}
