import { attempt } from '../core/attempt.js';

/**
 * @param {any} value
 * @returns {value is (...args: any[]) => any}
 */
export function isFunction(value) {
  return typeof value == 'function';
}

/**
 * @param {any} value
 * @returns {value is string}
 */
export function isString(value) {
  return typeof value == 'string';
}

/**
 * Percent-decoded, with `+` for a space; unchanged if malformed.
 *
 * @param {string} text
 * @returns {string}
 */
export function decodeQueryValue(text) {
  return attempt(() => decodeURIComponent(text.replace(/\+/g, ' ')), () => text);
}

/**
 * A random (version 4) UUID, as random as analytics.js's: it must be unique, not secret.
 *
 * @returns {string}
 */
export function uuid() {
  return 'xxxxxxxx-xxxx-4xxx-8xxx-xxxxxxxxxxxx'.replace(/x/g, (_, place) =>
    // Where the page has broken Math.random, digits of the time.
    ((attempt(() => Math.random(), () => (+new Date() / place) % 1) * 16) | 0).toString(16)
  );
}

/**
 * The last value of each parameter, decoded.
 *
 * @param {string} query without its question mark
 * @returns {Record<string, string>}
 */
export function parseQuery(query) {
  /** @type {Record<string, string>} */
  const params = {};
  query.split('&').forEach((part) => {
    const [key, value = ''] = part.split('=');
    params[key] = decodeQueryValue(value);
  });
  return params;
}
