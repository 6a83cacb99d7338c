/** @typedef {import('./types.js').Trigger} Trigger */
/** @typedef {import('./types.js').Condition} Condition */
/** @typedef {import('./types.js').LinkOperand} LinkOperand */

// Conditions on operands. Each linker receives the linker of operands.

/**
 * @param {Trigger} node `["=", operand, value]`
 * @param {LinkOperand} linkOperand
 * @returns {Condition}
 */
export function linkEqual(node, linkOperand) {
  const read = linkOperand(node[1]);
  return (event) => isSame(read(event), node[2]);
}

/**
 * @param {Trigger} node `["!=", operand, value]`
 * @param {LinkOperand} linkOperand
 * @returns {Condition}
 */
export function linkUnequal(node, linkOperand) {
  const read = linkOperand(node[1]);
  const wantsNumber = typeof node[2] == 'number';
  return (event) => {
    const actual = read(event);
    return !isSame(actual, node[2]) && (!wantsNumber || typeof actual == 'number');
  };
}

/**
 * @param {Trigger} node `["in", operand, [value, ...]]`
 * @param {LinkOperand} linkOperand
 * @returns {Condition}
 */
export function linkIn(node, linkOperand) {
  const read = linkOperand(node[1]);
  return (event) => {
    const actual = read(event);
    return node[2].some((/** @type {any} */ value) => isSame(actual, value));
  };
}

/**
 * @param {Trigger} node `["has", operand, operand]`
 * @param {LinkOperand} linkOperand
 * @returns {Condition}
 */
export function linkHas(node, linkOperand) {
  const read = linkOperand(node[1]);
  const readItem = linkOperand(node[2]);
  return (event) => {
    const list = read(event);
    const item = readItem(event);
    return Array.isArray(list) && list.some((each) => isSame(each, item === undefined ? null : item));
  };
}

/**
 * Strictly equal, except that null also equals absent values.
 *
 * @param {any} actual
 * @param {import('./types.js').Scalar} value
 */
function isSame(actual, value) {
  return actual === value || (value === null && actual === undefined);
}

/**
 * @param {Trigger} node `["<", operand, number]`
 * @param {LinkOperand} linkOperand
 * @returns {Condition}
 */
export function linkLess(node, linkOperand) {
  return linkNumber(node, linkOperand, (actual) => actual < node[2]);
}

/**
 * @param {Trigger} node `["<=", operand, number]`
 * @param {LinkOperand} linkOperand
 * @returns {Condition}
 */
export function linkAtMost(node, linkOperand) {
  return linkNumber(node, linkOperand, (actual) => actual <= node[2]);
}

/**
 * @param {Trigger} node `[">", operand, number]`
 * @param {LinkOperand} linkOperand
 * @returns {Condition}
 */
export function linkGreater(node, linkOperand) {
  return linkNumber(node, linkOperand, (actual) => actual > node[2]);
}

/**
 * @param {Trigger} node `[">=", operand, number]`
 * @param {LinkOperand} linkOperand
 * @returns {Condition}
 */
export function linkAtLeast(node, linkOperand) {
  return linkNumber(node, linkOperand, (actual) => actual >= node[2]);
}

/**
 * @param {Trigger} node
 * @param {LinkOperand} linkOperand
 * @param {(actual: number) => boolean} test
 * @returns {Condition}
 */
function linkNumber(node, linkOperand, test) {
  const read = linkOperand(node[1]);
  return (event) => {
    const actual = read(event);
    return typeof actual == 'number' && test(actual);
  };
}

/**
 * @param {Trigger} node `["contains", operand, operand]`
 * @param {LinkOperand} linkOperand
 * @returns {Condition}
 */
export function linkContains(node, linkOperand) {
  return linkIncludes(node, linkOperand, true);
}

/**
 * @param {Trigger} node `["!contains", operand, operand]`
 * @param {LinkOperand} linkOperand
 * @returns {Condition}
 */
export function linkLacks(node, linkOperand) {
  return linkIncludes(node, linkOperand, false);
}

/**
 * @param {Trigger} node
 * @param {LinkOperand} linkOperand
 * @param {boolean} wanted
 * @returns {Condition}
 */
function linkIncludes(node, linkOperand, wanted) {
  const read = linkOperand(node[1]);
  const readPart = linkOperand(node[2]);
  return (event) => {
    const text = read(event);
    const part = readPart(event);
    return typeof text == 'string' && typeof part == 'string' && text.includes(part) == wanted;
  };
}
