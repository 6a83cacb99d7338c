import { stringify } from './liquid-text.js';

// base64 and SHA-256 of text as UTF-8. The engine that runs previews has neither atob nor TextDecoder, and
// crypto.subtle is asynchronous.

/** @type {number[]} */
const SHA_STATE = [];
/** @type {number[]} */
const SHA_CONSTANTS = [];

const DIGITS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';

/**
 * Half a surrogate pair becomes U+FFFD.
 *
 * @param {string} text
 */
function utf8(text) {
  const bytes = [];
  for (const character of text) {
    let code = /** @type {number} */ (character.codePointAt(0));
    if (code >= 0xd800 && code < 0xe000) code = 0xfffd;
    if (code < 0x80) bytes.push(code);
    else if (code < 0x800) bytes.push(0xc0 | (code >> 6), 0x80 | (code & 63));
    else {
      if (code < 0x10000) bytes.push(0xe0 | (code >> 12));
      else bytes.push(0xf0 | (code >> 18), 0x80 | ((code >> 12) & 63));
      bytes.push(0x80 | ((code >> 6) & 63), 0x80 | (code & 63));
    }
  }
  return bytes;
}

/**
 * Invalid UTF-8 becomes U+FFFD, one per possible start of a character, as in every browser.
 *
 * @param {number[]} bytes
 */
function fromUtf8(bytes) {
  let text = '';
  for (let index = 0; index < bytes.length; ) {
    const first = bytes[index++];
    let code = first;
    if (first > 0x7f) {
      let more = first < 0xc2 || first > 0xf4 ? 0 : first < 0xe0 ? 1 : first < 0xf0 ? 2 : 3;
      // The second byte excludes overlong forms, surrogates and values beyond U+10FFFF.
      let low = first == 0xe0 ? 0xa0 : first == 0xf0 ? 0x90 : 0x80;
      let high = first == 0xed ? 0x9f : first == 0xf4 ? 0x8f : 0xbf;
      code = more ? first & (63 >> more) : 0xfffd;
      for (; more; more--) {
        // Also past the end, where a byte is undefined.
        if (!(bytes[index] >= low && bytes[index] <= high)) {
          code = 0xfffd;
          break;
        }
        code = (code << 6) | (bytes[index++] & 63);
        low = 0x80;
        high = 0xbf;
      }
    }
    text += String.fromCodePoint(code);
  }
  return text;
}

/** @param {any} value */
export function filterBase64Encode(value) {
  const bytes = utf8(stringify(value));
  let text = '';
  for (let index = 0; index < bytes.length; index += 3) {
    const bits = (bytes[index] << 16) | (bytes[index + 1] << 8) | bytes[index + 2];
    const present = bytes.length - index;
    text += DIGITS[bits >> 18] + DIGITS[(bits >> 12) & 63];
    text += (present > 1 ? DIGITS[(bits >> 6) & 63] : '=') + (present > 2 ? DIGITS[bits & 63] : '=');
  }
  return text;
}

/** @param {any} value */
export function filterBase64Decode(value) {
  let text = stringify(value).replace(/[\t\n\f\r ]/g, '');
  if (text.length % 4 == 0) text = text.replace(/==?$/, '');
  if (text.length % 4 == 1 || /[^A-Za-z0-9+/]/.test(text)) throw Error('base64_decode: not base64');
  const bytes = [];
  let bits = 0;
  for (let index = 0; index < text.length; index++) {
    bits = (bits << 6) | DIGITS.indexOf(text[index]);
    if (index % 4) bytes.push((bits >> (6 - 2 * (index % 4))) & 255);
  }
  return fromUtf8(bytes);
}

/** @param {any} value */
export function filterSha256(value) {
  return hexadecimal(digest(utf8(stringify(value))));
}

/**
 * @param {any} value
 * @param {any} key
 */
export function filterHmacSha256(value, key) {
  let bytes = utf8(stringify(key));
  if (bytes.length > 64) bytes = digest(bytes);
  const block = Array.from({ length: 64 }, (_, index) => bytes[index] || 0);
  const inner = digest([...block.map((byte) => byte ^ 0x36), ...utf8(stringify(value))]);
  return hexadecimal(digest([...block.map((byte) => byte ^ 0x5c), ...inner]));
}

/** @param {number[]} bytes */
function hexadecimal(bytes) {
  return bytes.map((byte) => (byte + 256).toString(16).slice(1)).join('');
}

/**
 * SHA-256 (FIPS 180-4). Its constants are bits of roots of the first primes. Computing them once takes fewer
 * bytes than listing them.
 *
 * @param {number[]} message
 */
function digest(message) {
  for (let candidate = 2; SHA_CONSTANTS.length < 64; candidate++) {
    let factor = 2;
    while (candidate % factor) factor++;
    if (factor < candidate) continue;
    if (SHA_STATE.length < 8) SHA_STATE.push((Math.pow(candidate, 1 / 2) * 2 ** 32) | 0);
    SHA_CONSTANTS.push((Math.pow(candidate, 1 / 3) * 2 ** 32) | 0);
  }
  const state = SHA_STATE.slice();

  const padded64 = [...message, 0x80];
  while (padded64.length % 64 != 56) padded64.push(0);
  for (let shift = 56; shift >= 0; shift -= 8) padded64.push(Math.floor((message.length * 8) / 2 ** shift) & 255);

  const words = new Array(64);
  for (let start = 0; start < padded64.length; start += 64) {
    let [a, b, c, d, e, f, g, h] = state;
    for (let round = 0; round < 64; round++) {
      if (round < 16) {
        const at = start + round * 4;
        words[round] = (padded64[at] << 24) | (padded64[at + 1] << 16) | (padded64[at + 2] << 8) | padded64[at + 3];
      } else {
        const [early, late] = [words[round - 15], words[round - 2]];
        const sigma0 = rotate(early, 7) ^ rotate(early, 18) ^ (early >>> 3);
        const sigma1 = rotate(late, 17) ^ rotate(late, 19) ^ (late >>> 10);
        words[round] = (words[round - 16] + sigma0 + words[round - 7] + sigma1) | 0;
      }
      const sum1 = rotate(e, 6) ^ rotate(e, 11) ^ rotate(e, 25);
      const first = (h + sum1 + ((e & f) ^ (~e & g)) + SHA_CONSTANTS[round] + words[round]) | 0;
      const sum0 = rotate(a, 2) ^ rotate(a, 13) ^ rotate(a, 22);
      const second = (sum0 + ((a & b) ^ (a & c) ^ (b & c))) | 0;
      h = g;
      g = f;
      f = e;
      e = (d + first) | 0;
      d = c;
      c = b;
      b = a;
      a = (first + second) | 0;
    }
    [a, b, c, d, e, f, g, h].forEach((word, index) => (state[index] = (state[index] + word) | 0));
  }
  return bytesOf(state);
}

/** @param {number[]} words */
function bytesOf(words) {
  /** @type {number[]} */
  const bytes = [];
  for (const word of words) bytes.push((word >>> 24) & 255, (word >>> 16) & 255, (word >>> 8) & 255, word & 255);
  return bytes;
}

/**
 * @param {number} word
 * @param {number} bits
 */
function rotate(word, bits) {
  return (word >>> bits) | (word << (32 - bits));
}
