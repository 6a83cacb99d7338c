/**
 * The name of a trait for FullStory's legacy API: in camel case, but for a type suffix (`_str`, `_strs`, ...).
 *
 * @param {string} name
 * @returns {string}
 */
export function camelCaseName(name) {
  const suffix = /_(str|int|date|real|bool)s?$/.exec(name);
  return suffix ? camelCase(name.slice(0, suffix.index)) + suffix[0] : camelCase(name);
}

/**
 * lodash's camelCase, but that emoji are dropped: FullStory refuses them in a name.
 *
 * @param {string} text
 * @returns {string}
 */
export function camelCase(text) {
  const words = text
    .replace(/[\xc0-\u017f]/g, withoutAccent)
    .replace(/[\u0300-\u036f'\u2019]/g, '')
    .replace(BREAKS, ' ')
    .match(WORDS);
  return (words || []).reduce((result, word) => {
    const lower = word.toLowerCase();
    return result + (result ? lower[0].toUpperCase() + lower.slice(1) : lower);
  }, '');
}

/** Characters between words: ASCII and Latin punctuation, spaces, emoji. */
const BREAKS = /[\s\x00-\x2f\x3a-\x40\x5b-\x60\x7b-\xbf\xd7\xf7\u2000-\u206f\u2700-\u27bf\ud800-\udfff]/g;

/**
 * Words as in lodash, in this order: lower case up to a break or capital; capitals up to a break or the last
 * before lower case; the rest of either; an ordinal in capitals, in lower case; a number. A letter of a script
 * without Latin case counts as both.
 */
const WORDS =
  /[A-Z]?[a-z]+(?=[ A-Z]|$)|[^ \da-z]+(?= |[A-Z][^ \dA-Z]|$)|[A-Z]?[^ \dA-Z]+|[A-Z]+|\d*(?:1ST|2ND|3RD|(?![123])\dTH)(?=\b|[a-z])|\d*(?:1st|2nd|3rd|(?![123])\dth)(?=\b|[A-Z])|\d+/g;

/**
 * @param {string} letter of Latin-1 or Latin Extended-A
 * @returns {string}
 */
export function withoutAccent(letter) {
  const whole = UNACCENTED.split(' ').find((entry) => entry[0] == letter);
  return whole ? whole.slice(1) : letter.normalize('NFKD')[0];
}

/** Letters that Unicode does not take apart, each before what lodash writes for it. */
const UNACCENTED =
  '\xc6Ae \xd0D \xd8O \xdeTh \xdfss \xe6ae \xf0d \xf8o \xfeth \u0110D \u0111d \u0126H \u0127h \u0131i \u0132IJ \u0133ij \u0138k \u0141L \u0142l \u0149n \u014aN \u014bn \u0152Oe \u0153oe \u0166T \u0167t';
