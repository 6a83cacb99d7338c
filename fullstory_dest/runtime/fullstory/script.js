import { attempt } from '../core/attempt.js';

/**
 * Add a script to the page, with the nonce of existing scripts.
 *
 * @param {string} src
 * @param {() => void} failed
 * @returns {HTMLScriptElement}
 */
export function insertScript(src, failed) {
  const element = document.createElement('script');
  const allowed = /** @type {HTMLScriptElement} */ (attempt(() => document.querySelector('script[nonce]')) || element);
  Object.assign(element, { crossOrigin: 'anonymous', src, nonce: allowed.nonce, onerror: failed });
  return document.head.appendChild(element);
}
