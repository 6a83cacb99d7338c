import { SOURCE } from './actions.js';
import { attempt } from './attempt.js';

/**
 * Calls FullStory for no mapping, through the layers, which have to know.
 *
 * @param {{ outlet: import('./types.js').Outlet }} destination
 * @param {string} operation
 * @param {any} [options]
 */
export function tell({ outlet }, operation, options) {
  attempt(() => outlet.call(/** @type {any} */ ({}), 'FS', [operation, options, SOURCE]), (error) => outlet.fail && outlet.fail(error));
}

/**
 * Logs the visitor out of FullStory.
 *
 * @param {{ outlet: import('./types.js').Outlet }} destination
 */
export function anonymizeVisitor(destination) {
  tell(destination, 'setIdentity', { anonymous: true });
}
