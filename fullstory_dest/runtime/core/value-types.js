// Types and sizes of values for FullStory.

/** Dates in FullStory's format: a day, optionally with a time. */
const ISO_DATE = /^\d{4}-\d\d-\d\d([T ]\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:?\d\d)?)?$/;

/** @type {{ [kind: string]: string }} */
export const KIND_NAMES = {
  string: 'text',
  number: 'a number',
  boolean: 'true or false',
  array: 'a list',
  Object: 'an object',
  Date: 'a date',
  function: 'a function',
  symbol: 'a symbol',
  bigint: 'a bigint',
};

/** @param {any} value */
export function inWords(value) {
  const kind = kindOf(value);
  return KIND_NAMES[kind] || kind.replace(/^[A-Z]/, (letter) => ('AEIOU'.includes(letter) ? 'an ' : 'a ') + letter);
}

/**
 * @param {any} value
 * @returns {string} `string`, `null`, `array`, `Object`, `Date`, `Map`
 */
export function kindOf(value) {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'array';
  return typeof value == 'object' ? Object.prototype.toString.call(value).slice(8, -1) : typeof value;
}

/**
 * @param {string} text
 * @param {number} most in characters, of which an emoji is one
 */
export function isLonger(text, most) {
  return text.length > most && Array.from(text).length > most;
}

/**
 * @param {string} text
 * @returns {number} in UTF-8
 */
export function utf8Length(text) {
  let bytes = text.length;
  for (let index = 0; index < text.length; index++) {
    const code = text.charCodeAt(index);
    // Each half of a surrogate pair counts as two bytes.
    if (code > 0x7f) bytes += code > 0x7ff && (code & 0xf800) != 0xd800 ? 2 : 1;
  }
  return bytes;
}

/**
 * @param {string} type
 * @param {any} value
 */
export function isOfType(type, value) {
  switch (type) {
    case 'str':
      return typeof value == 'string';
    case 'bool':
      return typeof value == 'boolean';
    case 'real':
      return typeof value == 'number';
    case 'int':
      return typeof value == 'number' && value % 1 == 0;
    default:
      return kindOf(value) == 'Date' || (typeof value == 'string' && ISO_DATE.test(value));
  }
}

/**
 * @param {any} value
 * @returns {string} nothing when FullStory can infer none, or needs none
 */
export function inferredSuffix(value) {
  const type = ['str', 'bool', 'real'].find((each) => isOfType(each, value)) || (kindOf(value) == 'Date' && 'date');
  if (type) return '_' + type;
  if (!Array.isArray(value) || !value.length) return '';
  const [first, ...others] = value.map((item) => !Array.isArray(item) && inferredSuffix(item));
  return first && others.every((other) => other == first) ? first + 's' : '';
}
