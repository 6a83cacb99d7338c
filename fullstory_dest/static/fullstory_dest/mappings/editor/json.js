// A lossless JSON parser and printer: keeps the order of keys, duplicate keys, and numbers as written.
//
// node = {type: "object", entries: [{key, value: node}]} | {type: "array", items: [node]}
//      | {type: "string", value} | {type: "number", raw} | {type: "constant", value: true | false | null}

const TOKEN = /[\s]*(?:([{}[\],:])|("(?:[^"\\\u0000-\u001f]|\\(?:["\\/bfnrt]|u[\da-fA-F]{4}))*")|(-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?)|(true|false|null))/y;
const DEEPEST = 200;

export const string = (value) => ({ type: "string", value });
export const number = (raw) => ({ type: "number", raw });
export const constant = (value) => ({ type: "constant", value });
export const object = (pairs) => ({ type: "object", entries: pairs.map(([key, value]) => ({ key, value })) });
export const array = (items) => ({ type: "array", items });

/** Parses a text into nodes. Throws SyntaxError. */
export function parse(text) {
  let position = 0;
  let token;
  const next = () => {
    TOKEN.lastIndex = position;
    const match = TOKEN.exec(text);
    if (!match) throw new SyntaxError(`not JSON at ${position}`);
    position = TOKEN.lastIndex;
    token = match;
  };
  const expect = (mark) => {
    if (token[1] !== mark) throw new SyntaxError(`expected ${mark} at ${position}`);
  };
  const value = (depth) => {
    if (depth > DEEPEST) throw new SyntaxError("too deep");
    if (token[2] !== undefined) return string(JSON.parse(token[2]));
    if (token[3] !== undefined) return number(token[3]);
    if (token[4] !== undefined) return constant(JSON.parse(token[4]));
    const isObject = token[1] === "{";
    if (!isObject) expect("[");
    const parts = [];
    next();
    while (token[1] !== (isObject ? "}" : "]")) {
      let key;
      if (isObject) {
        if (token[2] === undefined) throw new SyntaxError(`expected a key at ${position}`);
        key = JSON.parse(token[2]);
        next();
        expect(":");
        next();
      }
      parts.push(isObject ? { key, value: value(depth + 1) } : value(depth + 1));
      next();
      if (token[1] !== ",") {
        expect(isObject ? "}" : "]");
        break;
      }
      next();
      if (token[1] === "}" || token[1] === "]") throw new SyntaxError(`expected more at ${position}`);
    }
    return isObject ? { type: "object", entries: parts } : array(parts);
  };
  next();
  const found = value(0);
  if (/\S/.test(text.slice(position))) throw new SyntaxError(`more at ${position}`);
  return found;
}

/** Prints a node with the server's formatting. */
export function print(node, indent = "") {
  const inner = `${indent}  `;
  switch (node.type) {
    case "object":
      if (!node.entries.length) return "{}";
      return `{\n${node.entries.map((entry) => `${inner}${JSON.stringify(entry.key)}: ${print(entry.value, inner)}`).join(",\n")}\n${indent}}`;
    case "array":
      if (!node.items.length) return "[]";
      return `[\n${node.items.map((item) => inner + print(item, inner)).join(",\n")}\n${indent}]`;
    case "number":
      return node.raw;
    default:
      return JSON.stringify(node.value);
  }
}

export const same = (one, other) => print(one) === print(other);
