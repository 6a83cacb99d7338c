import { BOUND, isSameValue, isTrue, listOf, lookUp, plain, readProperty, stringify } from './liquid-text.js';
import { scopeOf } from './liquid.js';
import { advance, pointsIn } from './liquid-strings.js';

// The filters of arrays, and those that take anything.

/**
 * @param {any} value
 * @param {any} [separator]
 */
export function filterJoin(value, separator) {
  const list = listOf(value);
  const text = plain(separator) == null ? ' ' : stringify(separator);
  if (list.length * text.length > BOUND) throw Error('the text is too long');
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
 * @param {any} value of whatever has a length
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
  return listOf(value).reduce((sum, item) => {
    const number = Number(property ? stringify(property).split('.').reduce(readProperty, item) : item);
    return isNaN(number) ? sum : sum + number;
  }, 0);
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
  return bounded([...listOf(value), item]);
}

/**
 * @param {any} value
 * @param {any} item
 */
export function filterUnshift(value, item) {
  return bounded([item, ...listOf(value)]);
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
 * An array put into itself again and again is small in memory, and endless as text.
 *
 * @param {any[]} list
 */
function bounded(list) {
  let weight = 0;
  const weigh = (/** @type {any} */ item) => {
    weight += typeof item == 'string' ? item.length + 1 : 1;
    if (weight > BOUND) throw Error('the array is too long');
    if (Array.isArray(item)) item.forEach(weigh);
  };
  list.forEach(weigh);
  return list;
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
  const [first, ...keys] = stringify(property).split('.');
  return listOf(value).filter((item) => {
    const found = keys.reduce(readProperty, lookUp(scopeOf(item), first));
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
  const shuffled = [...(Array.isArray(value) ? value : stringify(value))].sort(() => Math.random() - 0.5);
  return count === 1 ? shuffled[0] : shuffled.slice(0, count);
}

/**
 * @param {any} value
 * @param {any} [otherwise] for null, false and what is empty
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
  return JSON.stringify(value, null, indent);
}

/**
 * JSON, with what contains itself as "[Circular]".
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
    function (_key, item) {
      if (!item || typeof item != 'object') return item;
      // `this` is what the item stands in.
      while (around.length && around[around.length - 1] !== this) around.pop();
      if (around.includes(item)) return '[Circular]';
      around.push(item);
      return item;
    },
    indent,
  );
}
