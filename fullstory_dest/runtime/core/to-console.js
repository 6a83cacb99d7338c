/**
 * Tells the console, where there is one that can be told: pages take it away, or put one of their own in its place.
 *
 * @param {string} method `error`, `warn`...
 * @param {any[]} what
 */
export function toConsole(method, ...what) {
  try {
    /** @type {any} */ (console)[method](...what);
  } catch (error) {
    // Then nobody is told.
  }
}
