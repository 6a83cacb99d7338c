/** @typedef {string | any[]} Part a string for itself, `["*"]`, `["?"]`, or `["[]", "abc", ["a", "z"], ...]` */

/**
 * @param {import('./types.js').Trigger} node `["match", operand, glob]`
 * @param {import('./types.js').LinkOperand} linkOperand
 * @returns {import('./types.js').Condition}
 */
export function linkMatch(node, linkOperand) {
  return linkGlob(node, linkOperand, true);
}

/**
 * @param {import('./types.js').Trigger} node `["!match", operand, glob]`
 * @param {import('./types.js').LinkOperand} linkOperand
 * @returns {import('./types.js').Condition}
 */
export function linkMismatch(node, linkOperand) {
  return linkGlob(node, linkOperand, false);
}

/**
 * Find the parts between the `*` in order, each at its first remaining position. One RegExp with several `*` would take
 * exponential time on text that nearly matches.
 *
 * @param {import('./types.js').Trigger} node
 * @param {import('./types.js').LinkOperand} linkOperand
 * @param {boolean} wanted
 * @returns {import('./types.js').Condition}
 */
function linkGlob(node, linkOperand, wanted) {
  const read = linkOperand(node[1]);
  const pieces = ('^' + node[2].map(sourceOf).join('') + '$')
    .split('\n')
    .map((source) => RegExp(source, 'gsu'));
  return (event) => {
    const text = read(event);
    let at = 0;
    return (
      typeof text == 'string' &&
      pieces.every((piece) => {
        piece.lastIndex = at;
        const found = piece.test(text);
        at = piece.lastIndex;
        return found;
      }) == wanted
    );
  };
}

/**
 * @param {Part} part
 * @returns {string} as a RegExp has it; a line break for `*`, which escaped text cannot hold
 */
function sourceOf(part) {
  if (typeof part == 'string') return escapeForRegExp(part);
  const [kind, ...members] = part;
  if (kind == '*') return '\n';
  return kind == '?' ? '.' : '[' + members.map((one) => (typeof one == 'string' ? [one] : one).map(escapeForRegExp).join('-')).join('') + ']';
}

/**
 * @param {string} text
 * @returns {string} the text as a literal in a RegExp
 */
function escapeForRegExp(text) {
  return text.replace(/[^\w\u0080-\uffff]/g, (sign) => '\\x' + ('0' + sign.charCodeAt(0).toString(16)).slice(-2));
}
