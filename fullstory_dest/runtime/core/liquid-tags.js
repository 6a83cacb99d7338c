import { isSameValue, isTrue, plain } from './liquid-text.js';

/** @typedef {import('./liquid.js').Node} Node */
/** @typedef {import('./liquid.js').Statement} Statement */
/** @typedef {import('./liquid.js').LinkBlock} LinkBlock */
/** @typedef {import('./liquid.js').LinkValue} LinkValue */

// Tags. Each linker receives the linkers of the tag's values and blocks.

/**
 * @param {Node} node `["assign", name, value]`
 * @param {LinkValue} linkLiquidValue
 * @returns {Statement}
 */
export function linkAssign(node, linkLiquidValue) {
  const read = linkLiquidValue(node[2]);
  return (scope) => {
    scope.names[node[1]] = read(scope);
    return '';
  };
}

/**
 * @param {Node} node `["capture", name, block]`
 * @param {LinkValue} linkLiquidValue
 * @param {LinkBlock} linkBlock
 * @returns {Statement}
 */
export function linkCapture(node, linkLiquidValue, linkBlock) {
  const write = linkBlock(node[2]);
  return (scope) => {
    scope.names[node[1]] = write(scope);
    return '';
  };
}

/**
 * @param {Node} node `["if", [[value, block], ...], block]`
 * @param {LinkValue} linkLiquidValue
 * @param {LinkBlock} linkBlock
 * @returns {Statement}
 */
export function linkIf(node, linkLiquidValue, linkBlock) {
  const branches = node[1].map((/** @type {Node} */ [test, block]) => [linkLiquidValue(test), linkBlock(block)]);
  const otherwise = linkBlock(node[2]);
  return (scope) => {
    for (const [test, write] of branches) if (isTrue(test(scope))) return write(scope);
    return otherwise(scope);
  };
}

/**
 * Every branch that has the value is written, as LiquidJS does.
 *
 * @param {Node} node `["case", value, [[[value, ...], block], ...], block]`
 * @param {LinkValue} linkLiquidValue
 * @param {LinkBlock} linkBlock
 * @returns {Statement}
 */
export function linkCaseTag(node, linkLiquidValue, linkBlock) {
  const read = linkLiquidValue(node[1]);
  const branches = node[2].map((/** @type {Node} */ [values, block]) => [values.map(linkLiquidValue), linkBlock(block)]);
  const otherwise = linkBlock(node[3]);
  return (scope) => {
    const value = plain(read(scope));
    let output = '';
    let isFound = false;
    for (const [values, write] of branches) {
      if (values.some((/** @type {import('./liquid.js').Value} */ option) => isSameValue(value, option(scope)))) {
        isFound = true;
        output += write(scope);
      }
    }
    return isFound ? output : otherwise(scope);
  };
}

/**
 * @param {Node} node `["increment", name]`: the number before
 * @returns {Statement}
 */
export function linkIncrement(node) {
  return (scope) => String(addTo(scope, node[1], 1) - 1);
}

/**
 * @param {Node} node `["decrement", name]`: the number after
 * @returns {Statement}
 */
export function linkDecrement(node) {
  return (scope) => String(addTo(scope, node[1], -1));
}

/**
 * LiquidJS writes the counter to the event. Here, the event only gives its start.
 *
 * @param {import('./liquid.js').Scope} scope
 * @param {string} name
 * @param {number} step
 */
function addTo(scope, name, step) {
  const { counts, data } = scope;
  if (!(name in counts)) counts[name] = typeof data[name] == 'number' ? data[name] : 0;
  return (counts[name] += step);
}
