import { put } from '../core/copy.js';
import { logError } from '../core/to-console.js';
import { uuid } from './values.js';

/**
 * The traits, merged with more. Values that aren't JSON (a cycle, a getter that throws, a BigInt) would break every
 * later call, and are left out.
 *
 * @param {Record<string, any>} known
 * @param {Record<string, any>} [traits]
 * @returns {Record<string, any>} a new object
 */
function addTraits(known, traits = {}) {
  const all = { ...known };
  for (const key of Object.keys(traits)) {
    try {
      const value = traits[key];
      // As a property, because `toJSON` depends on the key.
      JSON.stringify({ [key]: value });
      put(all, key, value);
    } catch (error) {
      logError(error);
    }
  }
  return all;
}

/**
 * The result of `analytics.user()` and `analytics.group()`: a stored ID and traits, as in analytics.js. Each function
 * returns its value. With an argument (null removes), it saves that first.
 *
 * @param {ReturnType<typeof import('./storage.js').createStorage>} storage
 * @param {string} idKey
 * @param {string} traitsKey
 * @param {string} [anonymousKey] none for a group
 */
export function createIdentity(storage, idKey, traitsKey, anonymousKey) {
  const identity = {
    /**
     * @param {any} [id]
     * @returns {string | null}
     */
    id(id) {
      if (id !== undefined) {
        const previous = identity.id();
        storage.set(idKey, id == null ? id : String(id));
        // The new user's actions must not be attributed to the previous user.
        if (id != null && previous != null && String(id) !== previous) identity.anonymousId(null);
      }
      return storage.get(idKey);
    },

    /**
     * @param {any} [id]
     * @returns {string | null | undefined}
     */
    anonymousId(id) {
      if (!anonymousKey) return;
      if (id !== undefined) storage.set(anonymousKey, id);
      // The cookie decides: only it crosses subdomains.
      let known = storage.get(anonymousKey, 'cookie');
      // Not read again, because reading a changed cookie is slow.
      if (!known && id === undefined) storage.set(anonymousKey, (known = uuid()), true);
      return known;
    },

    /**
     * @param {Record<string, any> | null} [traits] replaces what was stored
     * @returns {Record<string, any>}
     */
    traits(traits) {
      if (traits !== undefined) storage.traits(traitsKey, addTraits({}, traits || {}));
      return storage.traits(traitsKey);
    },

    /**
     * @param {string | null} [id]
     * @param {Record<string, any>} [traits] added to the stored ones, or instead of them when the id changes
     */
    identify(id, traits) {
      const current = identity.id();
      const known = current == null || current === id ? identity.traits() : {};
      if (id) identity.id(id);
      storage.traits(traitsKey, addTraits(known, traits));
    },

    reset() {
      storage.set(idKey, null);
      if (anonymousKey) storage.set(anonymousKey, null);
      storage.traits(traitsKey, null);
    },
  };
  return { ...identity, logout: identity.reset };
}
