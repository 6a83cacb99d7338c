import { logError } from './core/to-console.js';
import { connect } from './fullstory/fullstory.js';
import { DESTINATION_NAME } from './analytics/integrations.js';
import { linkDestination } from './core/core.js';
import { layers, modes } from './core/registry.js';
import { attempt } from './core/attempt.js';

/**
 * A receiver of events. `outlet` receives the results of mappings, `end` is the last outlet before FullStory, after the
 * layers. Debugging can replace both, so they are read each time. `send` takes the event, and the event from before any
 * middleware.
 * @typedef {{
 *   name: string,
 *   config: import('./core/types.js').Destination,
 *   outlet: import('./core/types.js').Outlet,
 *   end: import('./core/types.js').Outlet,
 *   send(event: import('./core/types.js').SegmentEvent, made?: any): void,
 *   reset(): void,
 * }} OpenDestination
 */

/**
 * Connect FullStory and link the mappings. A failure to connect is logged to the console; later errors only in debug
 * mode. Never throws.
 *
 * @param {import('./core/types.js').Destination} destination
 * @param {any} [waits] whether FullStory is not connected before the first event
 * @returns {OpenDestination}
 */
export function openDestination(destination, waits) {
  const { settings } = destination;
  /** @type {any} */
  let fullstory;
  const evaluate = linkDestination(destination);
  /** @type {import('./core/types.js').Outlet} */
  const end = {
    call: (mapping, method, args) => {
      const name = method.slice(3);
      if (name) fullstory[name](...args);
      else fullstory(...args);
    },
  };
  let outlet = end;
  for (const name of Object.keys(layers)) if (/** @type {any} */ (settings)[name]) outlet = layers[name](outlet);

  /** @param {any} error */
  const fail = (error) => {
    if (opened.outlet.fail) opened.outlet.fail(error);
  };

  const open = () => {
    fullstory =
      fullstory ||
      attempt(
        () => connect(settings, fail),
        (error) => {
          // Log this once, even without debug mode, which reports it for each call.
          logError(error);
          return (end.call = () => {
            throw error;
          });
        }
      );
  };

  /** @type {OpenDestination} */
  const opened = {
    name: DESTINATION_NAME,
    config: destination,
    outlet,
    end,
    send(event) {
      open();
      attempt(() => evaluate(event, opened.outlet.call, opened.outlet.skip), fail);
    },
    reset() {
      if (modes.anonymizeOnReset && settings.anonymizeOnReset && fullstory) modes.anonymizeOnReset(opened);
    },
  };
  if (!waits) open();
  return opened;
}
