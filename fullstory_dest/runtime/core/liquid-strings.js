import { spend } from './work-budget.js';
import { sought, stringify } from './liquid-text.js';

// The filters of text. Lengths are in code points where LiquidJS counts those.

/**
 * The index so many code points further on.
 *
 * @param {string} text
 * @param {number} from
 * @param {number} count
 */
export function advance(text, from, count) {
  let index = from;
  // A template can count in text, which is slow to convert.
  count = +count;
  for (let passed = 0; passed < count && index < text.length; passed++) {
    index += /** @type {number} */ (text.codePointAt(index)) > 0xffff ? 2 : 1;
  }
  return index;
}

/** @param {string} text */
export function pointsIn(text) {
  let count = 0;
  for (let index = 0; index < text.length; count++) index = advance(text, index, 1);
  return count;
}

/**
 * @param {any} value
 * @param {any} more
 */
export function filterAppend(value, more) {
  return stringify(value) + stringify(more);
}

/**
 * @param {any} value
 * @param {any} more
 */
export function filterPrepend(value, more) {
  return stringify(more) + stringify(value);
}

/** @param {any} value */
export function filterDowncase(value) {
  return stringify(value).toLowerCase();
}

/** @param {any} value */
export function filterUpcase(value) {
  return stringify(value).toUpperCase();
}

/** @param {any} value */
export function filterCapitalize(value) {
  const text = stringify(value);
  return text.charAt(0).toUpperCase() + text.slice(1).toLowerCase();
}

/**
 * @param {any} value
 * @param {any} part
 */
export function filterRemove(value, part) {
  return filterReplace(value, part, '');
}

/**
 * @param {any} value
 * @param {any} part
 */
export function filterRemoveFirst(value, part) {
  return filterReplaceFirst(value, part, '');
}

/**
 * @param {any} value
 * @param {any} part
 */
export function filterRemoveLast(value, part) {
  return filterReplaceLast(value, part, '');
}

/**
 * @param {any} value
 * @param {any} part
 * @param {any} [replacement]
 */
export function filterReplace(value, part, replacement) {
  const parts = partsOf(value, part);
  replacement = stringify(replacement);
  spend(parts.length * replacement.length);
  return parts.join(replacement);
}

/**
 * @param {any} value
 * @param {any} part
 * @param {any} [replacement]
 */
export function filterReplaceFirst(value, part, replacement) {
  const text = stringify(value);
  return text.replace(sought(text, stringify(part)), () => stringify(replacement));
}

/**
 * @param {any} value
 * @param {any} part
 * @param {any} [replacement]
 */
export function filterReplaceLast(value, part, replacement) {
  const text = stringify(value);
  part = sought(text, stringify(part));
  const index = text.lastIndexOf(part);
  return index < 0 ? text : text.slice(0, index) + stringify(replacement) + text.slice(index + part.length);
}

/**
 * @param {any} value
 * @param {any} separator
 */
function partsOf(value, separator) {
  const text = stringify(value);
  return text.split(sought(text, stringify(separator)));
}

/**
 * Empty strings at the end are dropped, as Ruby does.
 *
 * @param {any} value
 * @param {any} [separator]
 */
export function filterSplit(value, separator) {
  const parts = partsOf(value, separator);
  while (parts.length && !parts[parts.length - 1]) parts.pop();
  return parts;
}

/** @param {string} text */
function trimStart(text) {
  return text.replace(/^\s+/, '');
}

/**
 * @param {any} value
 * @param {any} [characters]
 */
export function filterLstrip(value, characters) {
  const text = stringify(value);
  return characters ? text.slice(startWithout(text, characters)) : trimStart(text);
}

/**
 * @param {any} value
 * @param {any} [characters]
 */
export function filterRstrip(value, characters) {
  const text = stringify(value);
  // trimEnd() is ES2019, and /\s+$/ is slow for spaces in the middle.
  return characters ? text.slice(0, endWithout(text, characters, 0)) : ('.' + text).trim().slice(1);
}

/**
 * @param {any} value
 * @param {any} [characters]
 */
export function filterStrip(value, characters) {
  const text = stringify(value);
  if (!characters) return text.trim();
  const start = startWithout(text, characters);
  return text.slice(start, endWithout(text, characters, start));
}

/**
 * @param {string} text
 * @param {any} characters
 */
function startWithout(text, characters) {
  const unwanted = new Set(stringify(characters));
  let start = 0;
  for (const character of text) {
    if (!unwanted.has(character)) break;
    start += character.length;
  }
  return start;
}

/**
 * @param {string} text
 * @param {any} characters
 * @param {number} start
 */
function endWithout(text, characters, start) {
  const unwanted = new Set(stringify(characters));
  let end = text.length;
  while (end > start) {
    const width = end - start > 1 && /** @type {number} */ (text.codePointAt(end - 2)) > 0xffff ? 2 : 1;
    if (!unwanted.has(text.slice(end - width, end))) break;
    end -= width;
  }
  return end;
}

/** @param {any} value */
export function filterStripNewlines(value) {
  return stringify(value).replace(/\r?\n/g, '');
}

/** @param {any} value */
export function filterSquish(value) {
  return filterNormalizeWhitespace(value).trim();
}

/** @param {any} value */
export function filterNormalizeWhitespace(value) {
  return stringify(value).replace(/\s+/g, ' ');
}

/**
 * Truncate text. Short values are not converted to text.
 *
 * @param {any} value
 * @param {any} [length] with the ending
 * @param {any} [ending]
 */
export function filterTruncate(value, length = 50, ending = '...') {
  const text = stringify(value);
  ending = stringify(ending);
  if (text.length <= length || advance(text, 0, length) >= text.length) return value;
  return text.slice(0, advance(text, 0, Math.max(length - pointsIn(ending), 0))) + ending;
}

/**
 * The ending is added from that number of words, even if none was dropped, as in LiquidJS.
 *
 * @param {any} value
 * @param {any} [count]
 * @param {any} [ending]
 */
export function filterTruncatewords(value, count = 15, ending = '...') {
  const words = trimStart(stringify(value)).split(/\s+/);
  if (count <= 0) count = 1;
  return words.slice(0, count).join(' ') + (words.length >= count ? stringify(ending) : '');
}

/**
 * @param {any} value
 * @param {any} [mode] `cjk` and `auto` count each Chinese, Japanese or Korean character as a word
 */
export function filterNumberOfWords(value, mode) {
  const text = stringify(value).trim();
  if (!text) return 0;
  const characters = text.match(/[\u4e00-\u9fff\uf900-\ufaff\u3400-\u4dbf\u3040-\u30ff\uac00-\ud7af]/g);
  if (mode == 'cjk' || (mode == 'auto' && characters)) {
    const others = text.match(/[^\u4e00-\u9fff\uf900-\ufaff\u3400-\u4dbf\u3040-\u30ff\uac00-\ud7af\s]+/g);
    return (characters || []).length + (others || []).length;
  }
  return text.split(/\s+/).length;
}
