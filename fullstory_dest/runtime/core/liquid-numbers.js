import { plain } from './liquid-text.js';

// Numeric filters. Other values count as 0, as in LiquidJS.

/** @param {any} value */
function numeric(value) {
  return +plain(value) || 0;
}

/** @param {any} value */
export function filterAbs(value) {
  return Math.abs(numeric(value));
}

/** @param {any[]} values */
export function filterAtLeast(...values) {
  return Math.max(...values.map(numeric));
}

/** @param {any[]} values */
export function filterAtMost(...values) {
  return Math.min(...values.map(numeric));
}

/** @param {any} value */
export function filterCeil(value) {
  return Math.ceil(numeric(value));
}

/** @param {any} value */
export function filterFloor(value) {
  return Math.floor(numeric(value));
}

/**
 * @param {any} value
 * @param {any} by
 */
export function filterPlus(value, by) {
  return numeric(value) + numeric(by);
}

/**
 * @param {any} value
 * @param {any} by
 */
export function filterMinus(value, by) {
  return numeric(value) - numeric(by);
}

/**
 * @param {any} value
 * @param {any} by
 */
export function filterTimes(value, by) {
  return numeric(value) * numeric(by);
}

/**
 * @param {any} value
 * @param {any} by
 * @param {any} [isWhole] rounded down
 */
export function filterDividedBy(value, by, isWhole) {
  const quotient = numeric(value) / numeric(by);
  return numeric(isWhole) ? Math.floor(quotient) : quotient;
}

/**
 * @param {any} value
 * @param {any} by whose sign the result has
 */
export function filterModulo(value, by) {
  by = numeric(by);
  return ((numeric(value) % by) + by) % by;
}

/**
 * Half away from zero, in decimal: 1.005 to two digits is 1.01.
 *
 * @param {any} value
 * @param {any} [digits]
 */
export function filterRound(value, digits) {
  value = numeric(value);
  digits = numeric(digits);
  const scaled = shiftPoint(Math.abs(value), digits);
  if (!(scaled <= Number.MAX_SAFE_INTEGER)) return value;
  const rounded = shiftPoint(Math.round(scaled), -digits);
  return value < 0 ? -rounded : rounded;
}

/**
 * @param {number} number
 * @param {number} digits
 */
function shiftPoint(number, digits) {
  const [mantissa, power] = String(number).split('e');
  return Number(mantissa + 'e' + (Number(power || 0) + digits));
}

/** @param {any} value */
export function filterToInteger(value) {
  return Number(value);
}
