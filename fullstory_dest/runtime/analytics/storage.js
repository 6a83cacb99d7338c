import { attempt } from '../core/attempt.js';
import { isObject } from '../core/copy.js';

/**
 * The widest domain of this page that allows cookies, found by setting one, as in analytics.js.
 *
 * @returns {string | undefined} undefined for an IP address or a bare host name
 */
export function topDomain() {
  const parts = location.hostname.split('.');
  // A last label of digits means an IP address.
  for (let i = parts.length - 2; i >= 0 && !+parts[i + 1]; i--) {
    const domain = parts.slice(i).join('.');
    const probe = '__tld__=1; path=/; domain=' + domain;
    document.cookie = probe;
    if (readCookie('__tld__')) {
      document.cookie = probe + '; max-age=-1';
      return domain;
    }
  }
}

/**
 * @param {string} name
 * @returns {string | undefined}
 */
export function readCookie(name) {
  const found = ('; ' + document.cookie).split('; ' + name + '=')[1];
  // As in js-cookie: a percent sign can be literal.
  return found && found.split(';')[0].replace(/(%[\dA-F]{2})+/gi, decodeURIComponent);
}

/**
 * Read a value that any version of analytics.js stored: JSON, or an ID as plain text. Numbers are IDs, too, and
 * remain text to keep their digits.
 *
 * @param {string | null | undefined} text
 * @returns {any}
 */
export function parseStored(text) {
  // Broken JSON text is not an ID: if stored again, it would grow with each read.
  const value = attempt(() => JSON.parse(/** @type {string} */ (text)), () => /** @type {string} */ (text)[0] != '"' && text);
  return typeof value == 'number' ? text : value;
}

/**
 * The storage of identity: localStorage, a cookie, and memory in case the browser refuses both.
 *
 * @param {Record<string, any>} options of `analytics.load`: `disableClientPersistence`, `storage.stores` and `cookie` are
 *   heeded
 * @returns {{
 *   get(key: string, first?: string): any,
 *   set(key: string, value: any, made?: boolean): void,
 *   traits(key: string, value?: any): Record<string, any>,
 *   readLater(object: any): void,
 * }}
 *   `get` returns null for a missing value, and reads the store named `first` before the others. `set` with null removes,
 *   and `made` means that there was no value. `traits` returns the traits. With a value (null removes), it saves that
 *   first, but never to a cookie, which is sent to servers. `readLater` reads an object's getters in a later task, but
 *   before any stored value changes
 */
export function createStorage(options) {
  /** @type {Record<string, any>} */
  const memory = {};
  /** @type {Record<string, any> | undefined} */
  let attributes;

  // Each function returns the stored value if called without one.
  /** @type {Record<string, (key: string, value?: any) => any>} */
  const stores = {
    localStorage(key, value) {
      if (value === undefined) return parseStored(localStorage.getItem(key));
      if (value == null) localStorage.removeItem(key);
      else localStorage.setItem(key, JSON.stringify(value));
    },
    cookie(key, value) {
      if (value === undefined) return parseStored(readCookie(key));
      const jar = (attributes = attributes || { maxage: 365, domain: topDomain(), path: '/', sameSite: 'Lax', ...options.cookie });
      document.cookie =
        key +
        '=' +
        // js-cookie, and so analytics.js, leaves other characters readable, because servers read these cookies undecoded.
        String(value || '').replace(/[^!#-$&-+\--:<-[\]-~]+/g, encodeURIComponent) +
        '; path=' +
        jar.path +
        '; max-age=' +
        (value ? jar.maxage * 86400 : -1) +
        '; SameSite=' +
        jar.sameSite +
        (jar.domain ? '; domain=' + jar.domain : '') +
        (jar.secure ? '; secure' : '');
    },
    memory(key, value) {
      if (value === undefined) return memory[key];
      memory[key] = value;
    },
  };

  // Always memory: it starts empty, so each page load renews the cookie.
  /** @type {string[]} */
  const names = (options.disableClientPersistence ? [] : (options.storage || {}).stores || ['localStorage', 'cookie']).concat('memory');

  /** @type {(name: string, key: string, value?: any) => any} */
  const access = (name, key, value) =>
    // Sandboxed, full or turned off. The other stores have the value.
    attempt(() => stores[name](key, value));

  /** @type {any[]} */
  const unread = [];
  const readAll = () => unread.splice(0).forEach((object) => Object.assign({}, object));

  /** @type {(key: string, value: any, made?: boolean) => void} */
  const set = (key, value, made) => {
    // Values not yet read must find the ID that one of them has just created.
    if (!made) readAll();
    names.forEach((name) => access(name, key, value));
  };

  return {
    get(key, first) {
      const found = names.map((name) => access(name, key));
      const [value] = [found[names.indexOf(first || '')], ...found].filter((item) => item);
      // Stores without the ID get it.
      if (typeof value == 'string' && found.some((item) => item !== value)) set(key, value);
      return value || null;
    },
    set,
    traits(key, value) {
      return names.map((name) => name == 'cookie' || access(name, key, value)).filter(isObject)[0] || {};
    },
    /** @param {any} object */
    readLater(object) {
      unread.push(object);
      setTimeout(readAll);
    },
  };
}
