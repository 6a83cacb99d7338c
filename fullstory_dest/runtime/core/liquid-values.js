import { spend } from './work-budget.js';
import { BLANK, EMPTY, NIL, isConstant, isSameValue, isTrue, lookUp, pay, plain, readProperty, sought } from './liquid-text.js';
import { liquidFilters } from './liquid-filters.js';

/** @typedef {import('./liquid.js').Node} Node */
/** @typedef {import('./liquid.js').Value} Value */
/** @typedef {import('./liquid.js').LinkValue} LinkValue */

// Each linker receives the linker of nested values.

/** @returns {Value} */
export function linkNil() {
  return () => NIL;
}

/** @returns {Value} */
export function linkEmpty() {
  return () => EMPTY;
}

/** @returns {Value} */
export function linkBlankConstant() {
  return () => BLANK;
}

/**
 * @param {Node} node `["path", key, ...]`, of a name in the template or the event
 * @param {LinkValue} linkLiquidValue
 * @returns {Value}
 */
export function linkLookUp(node, linkLiquidValue) {
  const [first, ...keys] = node.slice(1).map(linkLiquidValue);
  return (scope) => keys.reduce((value, key) => readProperty(value, key(scope)), lookUp(scope, first(scope)));
}

/**
 * @param {Node} node `["of", value, key, ...]`
 * @param {LinkValue} linkLiquidValue
 * @returns {Value}
 */
export function linkPropertyOf(node, linkLiquidValue) {
  const [read, ...keys] = node.slice(1).map(linkLiquidValue);
  return (scope) => keys.reduce((value, key) => readProperty(value, key(scope)), read(scope));
}

/**
 * @param {Node} node `["range", low, high]`
 * @param {LinkValue} linkLiquidValue
 * @returns {Value}
 */
export function linkRange(node, linkLiquidValue) {
  const [low, high] = node.slice(1).map(linkLiquidValue);
  return (scope) => {
    const end = +plain(pay(high(scope))) + 1;
    const numbers = [];
    for (let number = +plain(pay(low(scope))); number < end; number++) {
      // Count by index, because adding one to a very large number doesn't change it.
      spend(1);
      numbers.push(number);
    }
    return numbers;
  };
}

/**
 * @param {Node} node `["|", value, [filter, argument, ...], ...]`
 * @param {LinkValue} linkLiquidValue
 * @returns {Value}
 */
export function linkFilters(node, linkLiquidValue) {
  const read = linkLiquidValue(node[1]);
  const steps = node.slice(2).map((/** @type {Node} */ step) => linkFilter(step, linkLiquidValue));
  return (scope) => {
    let value = pay(read(scope));
    for (const apply of steps) value = pay(apply(value, scope));
    return value;
  };
}

/**
 * @param {Node} node `[filter, argument, ...]`
 * @param {LinkValue} linkLiquidValue
 * @returns {(value: any, scope: import('./liquid.js').Scope) => any}
 */
function linkFilter(node, linkLiquidValue) {
  const filter = liquidFilters[node[0]];
  const args = node.slice(1).map(linkLiquidValue);
  const [first] = args;
  // Most filters have at most one argument, and need no list.
  if (!first) return (value) => filter(value);
  if (!args[1]) return (value, scope) => filter(value, pay(first(scope)));
  return (value, scope) => filter(value, ...args.map((argument) => pay(argument(scope))));
}

/**
 * @param {Node} node `["not", value]`
 * @param {LinkValue} linkLiquidValue
 * @returns {Value}
 */
export function linkNotTrue(node, linkLiquidValue) {
  const read = linkLiquidValue(node[1]);
  return (scope) => !isTrue(read(scope));
}

/**
 * @param {Node} node `["and", value, ...]`
 * @param {LinkValue} linkLiquidValue
 * @returns {Value}
 */
export function linkAllTrue(node, linkLiquidValue) {
  const values = node.slice(1).map(linkLiquidValue);
  return (scope) => values.every((read) => isTrue(read(scope)));
}

/**
 * @param {Node} node `["or", value, ...]`
 * @param {LinkValue} linkLiquidValue
 * @returns {Value}
 */
export function linkOneTrue(node, linkLiquidValue) {
  const values = node.slice(1).map(linkLiquidValue);
  return (scope) => values.some((read) => isTrue(read(scope)));
}

/**
 * @param {Node} node `["==", value, value]`
 * @param {LinkValue} linkLiquidValue
 * @returns {Value}
 */
export function linkSame(node, linkLiquidValue) {
  return linkPair(node, linkLiquidValue, isSameValue);
}

/**
 * @param {Node} node `["!=", value, value]`
 * @param {LinkValue} linkLiquidValue
 * @returns {Value}
 */
export function linkOther(node, linkLiquidValue) {
  return linkPair(node, linkLiquidValue, (left, right) => !isSameValue(left, right));
}

/**
 * @param {Node} node `["<", value, value]`
 * @param {LinkValue} linkLiquidValue
 * @returns {Value}
 */
export function linkBelow(node, linkLiquidValue) {
  return linkOrder(node, linkLiquidValue, (left, right) => left < right);
}

/**
 * @param {Node} node `["<=", value, value]`
 * @param {LinkValue} linkLiquidValue
 * @returns {Value}
 */
export function linkNotAbove(node, linkLiquidValue) {
  return linkOrder(node, linkLiquidValue, (left, right) => left <= right);
}

/**
 * @param {Node} node `[">", value, value]`
 * @param {LinkValue} linkLiquidValue
 * @returns {Value}
 */
export function linkAbove(node, linkLiquidValue) {
  return linkOrder(node, linkLiquidValue, (left, right) => left > right);
}

/**
 * @param {Node} node `[">=", value, value]`
 * @param {LinkValue} linkLiquidValue
 * @returns {Value}
 */
export function linkNotBelow(node, linkLiquidValue) {
  return linkOrder(node, linkLiquidValue, (left, right) => left >= right);
}

/**
 * @param {Node} node `["contains", value, value]`: an array an item, or a string a part
 * @param {LinkValue} linkLiquidValue
 * @returns {Value}
 */
export function linkHolds(node, linkLiquidValue) {
  return linkPair(node, linkLiquidValue, (left, right) => {
    left = plain(left);
    if (Array.isArray(left)) return left.some((item) => isSameValue(item, right));
    return typeof left == 'string' && left.includes(sought(left, String(plain(pay(right)))));
  });
}

/**
 * Constants have no order.
 *
 * @param {Node} node
 * @param {LinkValue} linkLiquidValue
 * @param {(left: any, right: any) => boolean} test
 */
function linkOrder(node, linkLiquidValue, test) {
  return linkPair(node, linkLiquidValue, (left, right) => !isConstant(left) && !isConstant(right) && test(pay(left), pay(right)));
}

/**
 * @param {Node} node
 * @param {LinkValue} linkLiquidValue
 * @param {(left: any, right: any) => boolean} test
 * @returns {Value}
 */
function linkPair(node, linkLiquidValue, test) {
  const [left, right] = node.slice(1).map(linkLiquidValue);
  return (scope) => test(left(scope), right(scope));
}
