import { stringify } from './liquid-text.js';

// The filters of HTML and URLs.

/** @type {{ [character: string]: string }} */
const ENTITIES = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&#34;', "'": '&#39;' };

/** @type {{ [entity: string]: string }} */
const CHARACTERS = { amp: '&', lt: '<', gt: '>', '#34': '"', '#39': "'" };

/** @param {any} value */
export function filterEscape(value) {
  return stringify(value).replace(/[&<>"']/g, (character) => ENTITIES[character]);
}

/** @param {any} value */
export function filterEscapeOnce(value) {
  return filterEscape(stringify(value).replace(/&(amp|lt|gt|#34|#39);/g, (_all, name) => CHARACTERS[name]));
}

/**
 * Remove tags, comments, scripts and styles. The search for a kind stops when its end is missing, so the time is linear.
 *
 * @param {any} value
 */
export function filterStripHtml(value) {
  const text = stringify(value);
  let kinds = ['script', 'style', '!--', ''];
  let output = '';
  let index = 0;
  while (index < text.length) {
    const start = text.indexOf('<', index);
    if (start < 0) return output + text.slice(index);
    output += text.slice(index, start);
    index = -1;
    for (const kind of kinds) {
      if (!text.startsWith(kind, start + 1)) continue;
      const closing = kind == '!--' ? '-->' : kind ? '</' + kind + '>' : '>';
      const end = text.indexOf(closing, start + 1 + kind.length);
      if (end >= 0) {
        index = end + closing.length;
        break;
      }
      kinds = kinds.filter((other) => other != kind);
    }
    if (index < 0) return output + text.slice(start);
  }
  return output;
}

/** @param {any} value */
export function filterUrlDecode(value) {
  return decodeURIComponent(stringify(value).replace(/\+/g, ' '));
}

/** @param {any} value */
export function filterUrlEncode(value) {
  return encodeURIComponent(stringify(value)).replace(/%20/g, '+');
}

/** @param {any} value */
export function filterCgiEscape(value) {
  return filterUrlEncode(value).replace(/[!'()*]/g, (found) => '%' + found.charCodeAt(0).toString(16).toUpperCase());
}

/** @param {any} value */
export function filterUriEscape(value) {
  return encodeURI(stringify(value)).replace(/%5B/g, '[').replace(/%5D/g, ']');
}

// Each group starts with the replacement of its other letters.
const LATIN =
  'a\u00e0\u00e1\u00e2\u00e3\u00e4\u00e5 ae\u00e6 c\u00e7 e\u00e8\u00e9\u00ea\u00eb i\u00ec\u00ed\u00ee\u00ef d\u00f0 n\u00f1 o\u00f2\u00f3\u00f4\u00f5\u00f6\u00f8 u\u00f9\u00fa\u00fb\u00fc y\u00fd\u00ff ss\u00df oe\u0153 th\u00fe SS\u1e9e OE\u0152 TH\u00de';

/**
 * @param {any} value
 * @param {any} [mode] `raw`, `default`, `pretty`, `ascii`, `latin`; anything else leaves the characters
 * @param {any} [keepsCase]
 */
export function filterSlugify(value, mode = 'default', keepsCase) {
  let text = stringify(value);
  mode = String(mode);
  const unwanted =
    mode == 'raw'
      ? /\s+/g
      : mode == 'ascii'
        ? /[^A-Za-z0-9]+/g
        : mode == 'pretty'
          ? /[^\p{M}\p{L}\p{Nd}._~!$&'()+,;=@]+/gu
          : mode == 'default' || mode == 'latin'
            ? /[^\p{M}\p{L}\p{Nd}]+/gu
            : undefined;
  if (mode == 'latin') {
    text = text.replace(/[^\x00-\x7f]/g, (letter) => {
      const index = LATIN.indexOf(letter);
      return index < 0 ? letter : /** @type {any} */ (/\w+/.exec(LATIN.slice(LATIN.lastIndexOf(' ', index) + 1)))[0];
    });
  }
  if (unwanted) text = text.replace(unwanted, '-').replace(/^-|-$/g, '');
  return keepsCase ? text : text.toLowerCase();
}
