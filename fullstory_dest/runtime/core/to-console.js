import { attempt } from './attempt.js';

/**
 * Tells the console, where there is one that can be told: pages take it away, or put one of their own in its place.
 *
 * @param {string} method `error`, `warn`...
 * @param {any[]} what
 */
export function toConsole(method, ...what) {
  attempt(() => /** @type {any} */ (console)[method](...what));
}

/**
 * The same of an error, for which alone few scripts carry it.
 *
 * @param {any[]} what
 */
export function logError(...what) {
  attempt(() => console.error(...what));
}
