// Small helpers that the parts of the editor share.

const listeners = new WeakMap();
const dispatch = (event) => listeners.get(event.currentTarget)[event.type]?.(event);

function listen(element, added) {
  for (const type of Object.keys(added)) element.addEventListener(type, dispatch);
  listeners.set(element, added);
}

/** Makes an element. Properties that begin with "on" are listeners; `text` is its text; the rest are attributes. */
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
 * Turns the children of `parent` into `made`, keeping each element that is still wanted. A change is reported while the
 * focus moves on or a click is under way: an element that was replaced then would lose the focus, the caret or the click.
 * Elements are matched by `data-key`, or else by their order.
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
    // An element that is moved loses the focus: what is before it moves instead.
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

/** Makes an element on the page the same as one that was made to take its place. */
function adopt(shown, made) {
  if (shown.nodeType === Node.TEXT_NODE) {
    if (shown.nodeValue !== made.nodeValue) shown.nodeValue = made.nodeValue;
    return;
  }
  for (const { name } of [...shown.attributes]) if (!made.hasAttribute(name)) shown.removeAttribute(name);
  for (const { name, value } of made.attributes) if (shown.getAttribute(name) !== value) shown.setAttribute(name, value);
  listen(shown, listeners.get(made));
  // What a slot says is changed by `mark` alone, so that it is read out once.
  if (shown.matches(".fsd-slot")) return;
  patch(shown, [...made.childNodes]);
  if (!shown.matches("input, textarea, select")) return;
  shown.checked = made.checked;
  // What is being typed stays as it was typed.
  const isTyped = shown === document.activeElement && !shown.matches("select");
  if (!isTyped && shown.value !== made.value) shown.value = made.value;
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

/** Whether two texts are the same but for white space. */
export const isSame = (one, other) => one.replace(/\s/g, "") === other.replace(/\s/g, "");

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

/** Puts the focus on what has a key, if one is given; and keeps in sight what has it. */
export function focusOn(root, key) {
  [...root.querySelectorAll("[data-key]")].find((each) => each.dataset.key === key)?.focus();
  if (root.contains(document.activeElement)) document.activeElement.scrollIntoView({ block: "nearest" });
}

/**
 * Shows in a slot what is to be said of its inputs; nothing empties it. `wrong` are those of the inputs that it is about.
 * A `warning` makes none of them invalid, nor does an error that waits: see `Left`.
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

/** Which inputs somebody has left. An empty one that nobody was in yet is no mistake: it waits to be filled in. */
export class Left {
  constructor(container, changed) {
    this.inputs = new WeakSet();
    container.addEventListener("focusout", ({ target }) => {
      this.inputs.add(target);
      changed();
    });
  }

  /** The level of an error about inputs. */
  level(inputs) {
    const waits = (input) => input.matches("input, textarea") && !input.value.trim() && !this.inputs.has(input);
    return inputs.some(waits) ? "unfinished" : "error";
  }
}
