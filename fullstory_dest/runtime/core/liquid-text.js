import { spend } from './work-budget.js';

/**
 * Values as LiquidJS 10 treats them: text, truth, equality. They come from an event, or are constants for comparisons.
 */

// Objects, so that filters treat them as in LiquidJS ({{ nil | json }} is {}).
/** @type {any} */
export const NIL = { valueOf: () => null };
/** @type {any} */
export const EMPTY = { valueOf: () => '' };
/** @type {any} */
export const BLANK = { valueOf: () => '' };

/**
 * @param {any} value
 * @returns {boolean}
 */
export function isConstant(value) {
  return value === NIL || value === EMPTY || value === BLANK;
}

/**
 * A value, or the value of a constant.
 *
 * @param {any} value
 * @returns {any}
 */
export function plain(value) {
  return isConstant(value) ? value.valueOf() : value;
}

/** The cost of an item besides its text, in characters. */
const ITEM = 10;

/**
 * Charge the length of a value as text. Only `json` and `inspect` read objects.
 *
 * @template T
 * @param {T} value
 * @returns {T}
 */
export function pay(value) {
  if (typeof value == 'string') spend(value.length);
  else if (Array.isArray(value)) {
    spend(value.length * ITEM);
    for (const item of value) pay(item);
  }
  return value;
}

/**
 * @param {any} value
 * @returns {boolean} false for false, null and undefined only
 */
export function isTrue(value) {
  value = plain(value);
  return value != null && value !== false;
}

/**
 * @param {any} value
 * @returns {string}
 */
export function stringify(value) {
  value = plain(value);
  if (typeof value == 'string') return value;
  if (value == null) return '';
  return Array.isArray(value) ? value.map(stringify).join('') : String(value);
}

/**
 * Charge a search of text in text. Engines compare all pairs of characters if both texts are repetitive.
 *
 * @param {string} text
 * @param {string} part
 */
export function sought(text, part) {
  spend((text.length * part.length) / 1000);
  return part;
}

/**
 * @param {any} left
 * @param {any} right
 * @returns {boolean} strictly; arrays by their items; constants match similar values
 */
export function isSameValue(left, right) {
  if (isConstant(left)) return isLike(right, left);
  if (isConstant(right)) return isLike(left, right);
  if (!Array.isArray(left)) return left === right;
  if (!Array.isArray(right) || left.length != right.length) return false;
  spend(left.length);
  return left.every((item, index) => isSameValue(item, right[index]));
}

/**
 * @param {any} value
 * @param {any} constant
 * @returns {boolean}
 */
function isLike(value, constant) {
  if (constant === NIL) return plain(value) == null;
  if (constant === BLANK && (value === false || plain(value) == null)) return true;
  if (isConstant(value)) return false;
  if (typeof value == 'string') return !(constant === BLANK ? value.trim() : value);
  return value != null && typeof value == 'object' && !countKeys(value);
}

/** @param {object} value */
function countKeys(value) {
  const { length } = Object.keys(value);
  spend(length * ITEM);
  return length;
}

/**
 * @param {any} value
 * @returns {any[]} the array, nothing, or one item
 */
export function listOf(value) {
  value = plain(value);
  if (value == null) return [];
  return Array.isArray(value) ? value : [value];
}

/**
 * The value of a key: an own property that isn't a function, or one of the three computed ones.
 *
 * @param {any} value
 * @param {any} key
 * @returns {any}
 */
export function readProperty(value, key) {
  key = plain(pay(key));
  if (value == null) return value;
  if (isConstant(value)) return undefined;
  const isArray = Array.isArray(value);
  if (isArray && key < 0 && typeof key == 'number') key += value.length;
  if (Object.prototype.hasOwnProperty.call(value, key)) return typeof value[key] == 'function' ? undefined : value[key];
  if (key === 'size') {
    if (isArray || typeof value == 'string') return value.length;
    return typeof value == 'object' ? countKeys(value) : undefined;
  }
  if (isArray && key === 'first') return value[0];
  return isArray && key === 'last' ? value[value.length - 1] : undefined;
}

/**
 * The value of a name. `size` of a missing value is 0, as in LiquidJS.
 *
 * @param {import('./liquid.js').Scope} scope
 * @param {any} name
 * @returns {any}
 */
export function lookUp(scope, name) {
  name = plain(pay(name));
  if (name in scope.names) return scope.names[name];
  if (name in scope.counts) return scope.counts[name];
  return lookIn(scope.data, name);
}

/**
 * @param {any} data
 * @param {any} name
 * @returns {any}
 */
export function lookIn(data, name) {
  if (name in data) return readProperty(data, name);
  return name === 'size' ? 0 : undefined;
}
