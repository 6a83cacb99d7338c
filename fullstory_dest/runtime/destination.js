import { SOURCE } from './core/actions.js';
import { linkDestination } from './core/core.js';
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

  /** @param {any[]} what */
  const warn = (...what) => {
    if (settings.debug) console.warn('[FullStory]', ...what);
  };
  /** @param {() => void} act */
  const guard = (act) => {
    try {
      act();
    } catch (error) {
      warn(error);
    }
  };

  /** What it throws is the mapping's error. @type {import('./core/core.js').MappingCall} */
  const call = (mapping, method, args) => {
    if (settings.debug) console.debug('[FullStory]', mapping.name, method, args);
    const name = method.slice(3);
    if (name) fullstory[name](...args);
    else fullstory(...args);
  };
  /** @type {import('./core/core.js').Skip} */
  const skip = (mapping, reason) => {
    if (reason != 'trigger') warn(mapping.name, reason);
  };

  guard(() => {
    fullstory = connect(settings);
  });
  return {
    send: (event) => guard(() => evaluate(event, call, skip)),
    reset() {
      if (settings.anonymizeOnReset) guard(() => fullstory('setIdentity', { anonymous: true }, SOURCE));
    },
  };
}
