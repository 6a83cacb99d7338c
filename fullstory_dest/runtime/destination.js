import { SOURCE } from './core/actions.js';
import { linkDestination } from './core/core.js';
import { layers } from './core/registry.js';
import { connect } from './fullstory/fullstory.js';

/** @typedef {{ send(event: import('./core/types.js').SegmentEvent): void, reset(): void }} OpenDestination */

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
  let outlet = {
    call: (mapping, method, args) => {
      const name = method.slice(3);
      if (name) fullstory[name](...args);
      else fullstory(...args);
    },
  };
  for (const name of Object.keys(layers)) if (/** @type {any} */ (settings)[name]) outlet = layers[name](outlet);

  /** @param {() => void} act */
  const guard = (act) => {
    try {
      act();
    } catch (error) {
      if (outlet.fail) outlet.fail(error);
    }
  };

  guard(() => {
    fullstory = connect(settings);
  });
  return {
    send: (event) => guard(() => evaluate(event, outlet.call, outlet.skip)),
    reset() {
      // Through the layers, which have to know, and for no mapping.
      if (settings.anonymizeOnReset) {
        guard(() => outlet.call(/** @type {any} */ ({}), 'FS', ['setIdentity', { anonymous: true }, SOURCE]));
      }
    },
  };
}
