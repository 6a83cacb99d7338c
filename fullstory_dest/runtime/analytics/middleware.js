import { copy } from '../core/copy.js';
import { logError } from '../core/to-console.js';
import { toFacade } from './facade.js';
import { DESTINATION_NAME, PLUGIN_NAME } from './integrations.js';
import { isFunction } from './values.js';

/**
 * Continue immediately with a value, and later only with a promise, so that a call just before the page is left isn't
 * lost to a promise.
 *
 * @param {any} value or a promise of it
 * @param {(value: any) => any} step
 * @param {(error: any) => any} [failed] for a promise that is rejected
 * @returns {any}
 */
export function whenSettled(value, step, failed) {
  return value && isFunction(value.then) ? value.then(step, failed) : step(value);
}

/**
 * Pass a copy of an event through destination middleware.
 *
 * @param {Function[]} middlewares
 * @param {any} event
 * @param {string} [integration] the name that they get
 * @returns {any} the copy or a promise of it; none when it was dropped
 */
export function runDestinationMiddleware(middlewares, event, integration = DESTINATION_NAME) {
  return runMiddleware(middlewares, copy(event), { integration });
}

/**
 * Pass an event through middleware: functions of `{payload, next, ...extra}`, possibly async. A function that ends
 * without calling `next`, or fails, drops the event. So does `next(null)`, except in source middleware, where the
 * event passes unchanged, as in analytics.js.
 *
 * @param {Function[]} middlewares
 * @param {any} event
 * @param {{ integrations?: Record<string, boolean>, integration?: string }} extra with `integrations` for source
 *   middleware, with `integration` for destination middleware
 * @returns {any} the event or a promise of it; none when it was dropped
 */
export function runMiddleware(middlewares, event, extra) {
  return middlewares.reduce(
    (before, middleware) =>
      whenSettled(before, (current) => {
        if (!current) return null;
        /** @type {any} */
        let kept = null;
        try {
          const done = middleware({
            payload: toFacade(current),
            /** @param {any} payload */
            next(payload) {
              kept = payload ? payload.obj : extra.integrations ? current : null;
            },
            ...extra,
          });
          return whenSettled(done, () => kept, logError);
        } catch (error) {
          logError(error);
        }
      }),
    event
  );
}

/**
 * Middleware that runs others as for the plugin's name, before they run for `creationName`: a consent tool can know our
 * destinations by either. They can only drop the event; their changes are discarded.
 *
 * @param {Function[]} middlewares
 * @returns {(passing: { payload: any, next(payload: any): void }) => any}
 */
export function runAsPlugin(middlewares) {
  return ({ payload, next }) =>
    whenSettled(runDestinationMiddleware(middlewares, payload.obj, PLUGIN_NAME), (kept) => kept && next(payload));
}
