import { attempt } from './attempt.js';

/**
 * Write to the console, if there is one. Pages remove or replace it.
 *
 * @param {string} method `error`, `warn`...
 * @param {any[]} what
 */
export function toConsole(method, ...what) {
  attempt(() => /** @type {any} */ (console)[method](...what));
}

/**
 * Log an error. Separate, because few scripts need it.
 *
 * @param {any} what
 */
export function logError(what) {
  attempt(() => console.error(what));
}
