/**
 * @param {{ [name: string]: any[] }} node `{"lowercase": [operand]}`
 * @param {import('./types.js').LinkOperand} linkOperand
 * @returns {import('./types.js').Reader}
 */
export function linkCall(node, linkOperand) {
  const name = Object.keys(node)[0];
  const call = functions[name];
  const argument = linkOperand(node[name][0]);
  return (event) => call(argument(event));
}

// The functions of triggers, each with one argument. Absent values are passed as null.

/**
 * The length of a string in UTF-16 units or of a list in items, as in Segment's browser code. Values without a length
 * give NaN, which no comparison matches.
 *
 * @param {any} value
 * @returns {number}
 */
export function lengthOf(value) {
  if (value == null) return 0;
  return typeof value == 'string' || Array.isArray(value) ? value.length : NaN;
}

/**
 * @param {any} value
 * @returns {string | null}
 */
export function toLowercase(value) {
  return typeof value == 'string' ? value.toLowerCase() : null;
}

/**
 * @param {any} value
 * @returns {string | null}
 */
export function toUppercase(value) {
  return typeof value == 'string' ? value.toUpperCase() : null;
}

/**
 * @param {any} value
 * @returns {string | null}
 */
export function toSnakecase(value) {
  return typeof value == 'string' ? value.replace(/\s/g, '_') : null;
}

/**
 * @param {any} value
 * @returns {string | null}
 */
export function toKebabcase(value) {
  return typeof value == 'string' ? value.replace(/\s/g, '-') : null;
}

/**
 * @param {any} value
 * @returns {string | null}
 */
export function toTitlecase(value) {
  return typeof value == 'string' ? value.replace(/(^|\s)\S/g, (start) => start.toUpperCase()) : null;
}

/**
 * @param {any} value
 * @returns {string}
 */
export function typeOf(value) {
  if (value == null) return 'null';
  if (Array.isArray(value)) return 'list';
  return typeof value == 'boolean' ? 'bool' : typeof value;
}

/**
 * @param {any} value
 * @returns {boolean} false for null, false, 0, empty text and empty lists
 */
export function toBool(value) {
  return Array.isArray(value) ? value.length > 0 : !!value;
}

/**
 * @param {any} value
 * @returns {string} null is empty; lists and objects are JSON
 */
export function toText(value) {
  if (value == null) return '';
  return typeof value == 'object' ? JSON.stringify(value) : String(value);
}

/**
 * @param {any} value
 * @returns {number | null} null for values that aren't numeric
 */
export function toNumber(value) {
  const number = typeof value == 'string' && value.trim() ? Number(value) : value;
  return typeof number == 'number' && !isNaN(number) ? number : null;
}

// The bundler keeps only the lines whose key a config uses: one entry per line.

/** @type {{ [name: string]: (value: any) => any }} */
export const functions = {
  'length': lengthOf,
  'lowercase': toLowercase,
  'uppercase': toUppercase,
  'snakecase': toSnakecase,
  'kebabcase': toKebabcase,
  'titlecase': toTitlecase,
  'typeof': typeOf,
  'bool': toBool,
  'string': toText,
  'number': toNumber,
};
