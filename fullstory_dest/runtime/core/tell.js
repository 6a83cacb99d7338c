import { SOURCE } from './actions.js';
import { attempt } from './attempt.js';

/**
 * Call FullStory without a mapping, through the layers.
 *
 * @param {{ outlet: import('./types.js').Outlet }} destination
 * @param {string} operation
 * @param {any} [options]
 */
export function tell({ outlet }, operation, options) {
  attempt(() => outlet.call(/** @type {any} */ ({}), 'FS', [operation, options, SOURCE]), (error) => outlet.fail && outlet.fail(error));
}

/**
 * Log the visitor out of FullStory.
 *
 * @param {{ outlet: import('./types.js').Outlet }} destination
 */
export function anonymizeVisitor(destination) {
  tell(destination, 'setIdentity', { anonymous: true });
}
