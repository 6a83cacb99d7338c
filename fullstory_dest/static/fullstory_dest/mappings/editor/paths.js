// Paths of event fields as text: a kind, and a name with dots, such as "address.city".

/** The kinds without a name, and those followed by a name. */
export const ALONE = ["type", "event"];
export const WITH_NAME = ["properties", "traits", "context"];

const STEP = /\["((?:[^"\\]|\\.)*)"\]|\[(\d+)\]|\.?([^.[\]]+)/y;

/** The keys joined by dots. Keys with dots or brackets are in brackets: ["a.b"]. */
export function pathText(keys) {
  return keys.reduce((text, key) => {
    if (key === "" || /[.[\]]/.test(key)) return `${text}[${JSON.stringify(key)}]`;
    return text ? `${text}.${key}` : key;
  }, "");
}

/** The keys of a typed path. Text that is not a path is one key. */
export function pathKeys(text) {
  const keys = [];
  let position = 0;
  while (position < text.length) {
    STEP.lastIndex = position;
    const match = STEP.exec(text);
    if (!match) return [text];
    try {
      keys.push(match[1] !== undefined ? JSON.parse(`"${match[1]}"`) : (match[2] ?? match[3]));
    } catch {
      return [text];
    }
    position = STEP.lastIndex;
  }
  return keys;
}

export function kindOf(keys) {
  if (keys.length === 1 && ALONE.includes(keys[0])) return keys[0];
  return WITH_NAME.includes(keys[0]) && keys.length !== 1 ? keys[0] : "other";
}
