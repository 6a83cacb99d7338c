import { attempt } from './attempt.js';
import { copy, copyValues } from './copy.js';
import { linkTemplate, linkTrigger } from './link.js';
import { actions } from './registry.js';

/** @typedef {import('./types.js').Mapping} Mapping */
/** @typedef {import('./types.js').SegmentEvent} SegmentEvent */
/** @typedef {import('./types.js').Call} Call */
/** @typedef {(mapping: Mapping, reason: string) => void} Skip */

/**
 * Link the mappings of a destination, once. The result passes an event's FullStory calls to `call`, in the order of the
 * mappings, and to `skip` the reason why a mapping makes no call: `trigger`, `empty` or `error: ...`. Nothing of the
 * event is passed by reference. A mapping that fails doesn't stop others, and one that can't be linked fails for every
 * event.
 *
 * @param {import('./types.js').Destination} destination
 * @returns {(event: SegmentEvent, call: Call, skip?: Skip) => void}
 */
export function linkDestination(destination) {
  const linked = destination.mappings.map(linkMapping);
  return (event, call, skip) => {
    for (const evaluate of linked) evaluate(event, call, skip);
  };
}

/**
 * @param {Mapping} mapping
 * @returns {(event: SegmentEvent, call: Call, skip?: Skip) => void}
 */
function linkMapping(mapping) {
  /** @type {import('./types.js').Condition} */
  let holds;
  /** @type {import('./types.js').Resolver} */
  let resolve;
  let own = copy;
  try {
    holds = linkTrigger(mapping.trigger);
    resolve = linkTemplate(mapping.fields);
    // The object is new; only values in it can belong to the event.
    if (mapping.fields[0] == 'object') own = copyValues;
  } catch (error) {
    holds = () => {
      throw error;
    };
  }
  const perform = actions[mapping.action];

  return (event, call, skip) => {
    let reason;
    try {
      if (!holds(event)) reason = 'trigger';
      else if (perform(own(resolve(event)), call, mapping) === false) reason = 'empty';
    } catch (error) {
      reason = 'error: ' + messageOf(error);
    }
    if (reason && skip) skip(mapping, reason);
  };
}

/**
 * @param {any} error any thrown value, such as from a getter of the page
 * @returns {string}
 */
function messageOf(error) {
  return attempt(() => String(error.message || error), () => 'unknown');
}
