import { linkOperand } from './link.js';

/** @typedef {string | any[]} Part a string for itself, `["*"]`, `["?"]`, or `["[]", "abc", ["a", "z"], ...]` */

/**
 * @param {import('./types.js').Trigger} node `["match", operand, glob]`
 * @returns {import('./types.js').Condition}
 */
export function linkMatch(node) {
  return linkGlob(node, true);
}

/**
 * @param {import('./types.js').Trigger} node `["!match", operand, glob]`
 * @returns {import('./types.js').Condition}
 */
export function linkMismatch(node) {
  return linkGlob(node, false);
}

/**
 * @param {import('./types.js').Trigger} node
 * @param {boolean} wanted
 * @returns {import('./types.js').Condition}
 */
function linkGlob(node, wanted) {
  const read = linkOperand(node[1]);
  return (event) => {
    const text = read(event);
    return typeof text == 'string' && fits(node[2], text) == wanted;
  };
}

/**
 * Whether the whole text matches. Not a RegExp: one with several `*` takes exponential time on a text that nearly
 * matches; here only the last `*` is ever retried, so the worst case is length times length.
 *
 * @param {Part[]} glob
 * @param {string} text
 */
function fits(glob, text) {
  let part = 0;
  let at = 0;
  let afterStar = 0;
  let retryAt = 0;
  while (part < glob.length || at < text.length) {
    if (part < glob.length && glob[part][0] == '*' && Array.isArray(glob[part])) {
      afterStar = ++part;
      retryAt = at;
      continue;
    }
    const width = part < glob.length ? widthAt(glob[part], text, at) : 0;
    if (width) {
      part++;
      at += width;
    } else if (afterStar && retryAt < text.length) {
      part = afterStar;
      at = ++retryAt;
    } else {
      return false;
    }
  }
  return true;
}

/**
 * How much of the text a part other than `*` matches at a position; 0 for a mismatch. A character is a code point.
 *
 * @param {Part} part
 * @param {string} text
 * @param {number} at
 */
function widthAt(part, text, at) {
  if (typeof part == 'string') return text.startsWith(part, at) ? part.length : 0;
  const code = text.codePointAt(at);
  if (code === undefined) return 0;
  const character = String.fromCodePoint(code);
  const isOne =
    part[0] == '?' ||
    part
      .slice(1)
      .some((one) =>
        typeof one == 'string'
          ? one.includes(character)
          : code >= one[0].codePointAt(0) && code <= one[1].codePointAt(0),
      );
  return isOne ? character.length : 0;
}
