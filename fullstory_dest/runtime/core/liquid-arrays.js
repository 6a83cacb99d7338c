import { spend, weigh } from './work-budget.js';
import { isSameValue, isTrue, listOf, lookIn, plain, readProperty, stringify } from './liquid-text.js';
import { advance, pointsIn } from './liquid-strings.js';

// Filters of arrays, and of any value.

/** The longest indent that JSON.stringify supports. */
const MARGIN = 10;

/**
 * @param {any} value
 * @param {any} [separator]
 */
export function filterJoin(value, separator) {
  const list = listOf(value);
  const text = plain(separator) == null ? ' ' : stringify(separator);
  spend(list.length * text.length);
  return list.join(text);
}

/** @param {any} value */
export function filterFirst(value) {
  return itemAt(value, 0);
}

/** @param {any} value */
export function filterLast(value) {
  return itemAt(value, -1);
}

/**
 * @param {any} value anything with a length
 * @param {number} index
 */
function itemAt(value, index) {
  value = plain(value);
  if (!value || typeof value.length != 'number') return '';
  return readProperty(value, index < 0 ? value.length + index : index);
}

/** @param {any} value */
export function filterSize(value) {
  return (value && value.length) || 0;
}

/**
 * @param {any} value
 * @param {any} [property] path of what to add up
 */
export function filterSum(value, property) {
  const list = listOf(value);
  const keys = property ? keysOf(list, property) : [];
  return list.reduce((sum, item) => {
    const number = Number(keys.reduce(readProperty, item));
    return isNaN(number) ? sum : sum + number;
  }, 0);
}

/**
 * @param {any[]} list
 * @param {any} property names joined by dots, to read of each item
 */
function keysOf(list, property) {
  const keys = stringify(property).split('.');
  spend(list.length * keys.length);
  return keys;
}

/** @param {any} value */
export function filterCompact(value) {
  return listOf(value).filter((item) => plain(item) != null);
}

/**
 * @param {any} value
 * @param {any} item
 */
export function filterPush(value, item) {
  return [...listOf(value), item];
}

/**
 * @param {any} value
 * @param {any} item
 */
export function filterUnshift(value, item) {
  return [item, ...listOf(value)];
}

/** @param {any} value */
export function filterPop(value) {
  return listOf(value).slice(0, -1);
}

/** @param {any} value */
export function filterShift(value) {
  return listOf(value).slice(1);
}

/**
 * @param {any} value an array, or text
 * @param {any} [begin]
 * @param {any} [length]
 */
export function filterSlice(value, begin, length = 1) {
  value = plain(value);
  if (value == null) return [];
  const isArray = Array.isArray(value);
  if (!isArray) value = stringify(value);
  if (begin < 0) begin = (isArray ? value.length : pointsIn(value)) + begin;
  if (begin < 0 || length < 0) return isArray ? [] : '';
  if (isArray) return value.slice(begin, begin + length);
  const start = advance(value, 0, begin);
  return value.slice(start, advance(value, start, length));
}

/**
 * @param {any} value
 * @param {any} property names joined by dots
 * @param {any} [wanted] true-like when undefined
 */
export function filterWhere(value, property, wanted) {
  const list = listOf(value);
  const [first, ...keys] = keysOf(list, property);
  return list.filter((item) => {
    const found = keys.reduce(readProperty, lookIn(Object(item), first));
    return wanted === undefined ? isTrue(found) : isSameValue(found, wanted);
  });
}

/**
 * One at random, or several.
 *
 * @param {any} value
 * @param {any} [count]
 */
export function filterSample(value, count = 1) {
  value = plain(value);
  if (value == null) return [];
  const items = [...(Array.isArray(value) ? value : stringify(value))];
  for (let left = items.length; left > 1; left--) {
    const index = Math.floor(Math.random() * left);
    [items[index], items[left - 1]] = [items[left - 1], items[index]];
  }
  return count === 1 ? items[0] : items.slice(0, count);
}

/**
 * @param {any} value
 * @param {any} [otherwise] for null, false and empty values
 * @param {any} [keepsFalse]
 */
export function filterDefault(value, otherwise, keepsFalse) {
  value = plain(value);
  if (Array.isArray(value) || typeof value == 'string') return value.length ? value : otherwise;
  return isTrue(value) || (value === false && keepsFalse) ? value : otherwise;
}

/**
 * @param {any} value
 * @param {any} [indent]
 */
export function filterJson(value, indent) {
  weigh(value, indent ? MARGIN : 0);
  return JSON.stringify(value, null, indent);
}

/**
 * JSON, with "[Circular]" for objects that contain themselves.
 *
 * @param {any} value
 * @param {any} [indent]
 */
export function filterInspect(value, indent) {
  /** @type {any[]} */
  const around = [];
  return JSON.stringify(
    value,
    /** @this {any} */
    function (key, item) {
      spend(key.length + (typeof item == 'string' ? item.length : 1) + around.length * (indent ? MARGIN : 1));
      if (!item || typeof item != 'object') return item;
      // `this` is the object that contains the item.
      while (around.length && around[around.length - 1] !== this) around.pop();
      if (around.includes(item)) return '[Circular]';
      around.push(item);
      return item;
    },
    indent,
  );
}
