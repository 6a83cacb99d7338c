import { linkOperand, linkTrigger } from './link.js';

/** @typedef {import('./types.js').Trigger} Trigger */
/** @typedef {import('./types.js').Condition} Condition */

/**
 * @param {Trigger} node `["and", trigger, ...]`
 * @returns {Condition}
 */
export function linkAnd(node) {
  const parts = node.slice(1).map(linkTrigger);
  return (event) => parts.every((part) => part(event));
}

/**
 * @param {Trigger} node `["or", trigger, ...]`
 * @returns {Condition}
 */
export function linkOr(node) {
  const parts = node.slice(1).map(linkTrigger);
  return (event) => parts.some((part) => part(event));
}

/**
 * @param {Trigger} node `["!", trigger]`
 * @returns {Condition}
 */
export function linkNot(node) {
  const part = linkTrigger(node[1]);
  return (event) => !part(event);
}

/**
 * @param {Trigger} node `["=", operand, value]`
 * @returns {Condition}
 */
export function linkEqual(node) {
  const read = linkOperand(node[1]);
  return (event) => isSame(read(event), node[2]);
}

/**
 * @param {Trigger} node `["!=", operand, value]`
 * @returns {Condition}
 */
export function linkUnequal(node) {
  const read = linkOperand(node[1]);
  const wantsNumber = typeof node[2] == 'number';
  return (event) => {
    const actual = read(event);
    return !isSame(actual, node[2]) && (!wantsNumber || typeof actual == 'number');
  };
}

/**
 * @param {Trigger} node `["in", operand, [value, ...]]`
 * @returns {Condition}
 */
export function linkIn(node) {
  const read = linkOperand(node[1]);
  return (event) => {
    const actual = read(event);
    return node[2].some((/** @type {any} */ value) => isSame(actual, value));
  };
}

/**
 * @param {Trigger} node `["has", operand, operand]`
 * @returns {Condition}
 */
export function linkHas(node) {
  const read = linkOperand(node[1]);
  const readItem = linkOperand(node[2]);
  return (event) => {
    const list = read(event);
    const item = readItem(event);
    return Array.isArray(list) && list.some((each) => isSame(each, item === undefined ? null : item));
  };
}

/**
 * Strictly equal, except that null is what is absent, too.
 *
 * @param {any} actual
 * @param {import('./types.js').Scalar} value
 */
function isSame(actual, value) {
  return actual === value || (value === null && actual === undefined);
}

/**
 * @param {Trigger} node `["<", operand, number]`
 * @returns {Condition}
 */
export function linkLess(node) {
  return linkNumber(node, (actual) => actual < node[2]);
}

/**
 * @param {Trigger} node `["<=", operand, number]`
 * @returns {Condition}
 */
export function linkAtMost(node) {
  return linkNumber(node, (actual) => actual <= node[2]);
}

/**
 * @param {Trigger} node `[">", operand, number]`
 * @returns {Condition}
 */
export function linkGreater(node) {
  return linkNumber(node, (actual) => actual > node[2]);
}

/**
 * @param {Trigger} node `[">=", operand, number]`
 * @returns {Condition}
 */
export function linkAtLeast(node) {
  return linkNumber(node, (actual) => actual >= node[2]);
}

/**
 * @param {Trigger} node
 * @param {(actual: number) => boolean} test
 * @returns {Condition}
 */
function linkNumber(node, test) {
  const read = linkOperand(node[1]);
  return (event) => {
    const actual = read(event);
    return typeof actual == 'number' && test(actual);
  };
}

/**
 * @param {Trigger} node `["contains", operand, operand]`
 * @returns {Condition}
 */
export function linkContains(node) {
  return linkIncludes(node, true);
}

/**
 * @param {Trigger} node `["!contains", operand, operand]`
 * @returns {Condition}
 */
export function linkLacks(node) {
  return linkIncludes(node, false);
}

/**
 * @param {Trigger} node
 * @param {boolean} wanted
 * @returns {Condition}
 */
function linkIncludes(node, wanted) {
  const read = linkOperand(node[1]);
  const readPart = linkOperand(node[2]);
  return (event) => {
    const text = read(event);
    const part = readPart(event);
    return typeof text == 'string' && typeof part == 'string' && text.includes(part) == wanted;
  };
}
