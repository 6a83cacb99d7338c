// The fields of an event as a person names them: a kind, and a name in it with dots, "address.city".

/** The kinds that need no name, and those whose name is what comes after it. */
export const ALONE = ["type", "event"];
export const WITH_NAME = ["properties", "traits", "context"];

const STEP = /\["((?:[^"\\]|\\.)*)"\]|\[(\d+)\]|\.?([^.[\]]+)/y;

/** A path as text. What a dot would not lead to stands in brackets: ["a.b"]. */
export function pathText(keys) {
  return keys.reduce((text, key) => {
    if (key === "" || /[.[\]]/.test(key)) return `${text}[${JSON.stringify(key)}]`;
    return text ? `${text}.${key}` : key;
  }, "");
}

/** The keys of a path as a person typed it; what is no path is one key. */
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
