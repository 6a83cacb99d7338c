import { DESTINATION_NAME } from './analytics/integrations.js';
import { SOURCE } from './core/actions.js';
import { linkDestination } from './core/core.js';
import { layers } from './core/registry.js';
import { connect } from './fullstory/fullstory.js';

/**
 * What events go to. `outlet` is what mappings tell, `end` the last outlet before FullStory, behind the layers. Both may
 * be changed, for debugging: they are asked anew each time. `send` gets the event, and what it was before any middleware.
 * `tell` says something to FullStory for no mapping.
 * @typedef {{
 *   name: string,
 *   config: import('./core/types.js').Destination,
 *   outlet: import('./core/types.js').Outlet,
 *   end: import('./core/types.js').Outlet,
 *   send(event: import('./core/types.js').SegmentEvent, made?: any): void,
 *   tell(operation: string, options?: any): void,
 *   reset(): void,
 * }} OpenDestination
 */

/**
 * Connects FullStory and links the mappings. Whatever goes wrong from here on is for the console, and only in debug
 * mode: nothing throws into the page.
 *
 * @param {import('./core/types.js').Destination} destination
 * @returns {OpenDestination}
 */
export function openDestination(destination) {
  const { settings } = destination;
  const evaluate = linkDestination(destination);
  /** @type {any} */
  let fullstory;

  /** @type {import('./core/types.js').Outlet} */
  const end = {
    call: (mapping, method, args) => {
      const name = method.slice(3);
      if (name) fullstory[name](...args);
      else fullstory(...args);
    },
  };
  const outlet = Object.keys(layers).reduce((outlet, name) => (/** @type {any} */ (settings)[name] ? layers[name](outlet) : outlet), end);

  /** @param {any} error */
  const fail = (error) => {
    if (opened.outlet.fail) opened.outlet.fail(error);
  };

  /** @param {() => void} act */
  const guard = (act) => {
    try {
      act();
    } catch (error) {
      fail(error);
    }
  };

  /** @type {OpenDestination} */
  const opened = {
    name: DESTINATION_NAME,
    config: destination,
    outlet,
    end,
    send: (event) => guard(() => evaluate(event, opened.outlet.call, opened.outlet.skip)),
    // Through the layers, which have to know.
    tell: (operation, options) =>
      guard(() => opened.outlet.call(/** @type {any} */ ({}), 'FS', [operation, options, SOURCE])),
    reset() {
      if (settings.anonymizeOnReset) opened.tell('setIdentity', { anonymous: true });
    },
  };
  guard(() => {
    fullstory = connect(settings, fail);
  });
  return opened;
}
