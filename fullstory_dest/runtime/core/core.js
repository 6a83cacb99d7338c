import { attempt } from './attempt.js';
import { copy, copyValues } from './copy.js';
import { linkTemplate, linkTrigger } from './link.js';
import { actions } from './registry.js';

/** @typedef {import('./types.js').Mapping} Mapping */
/** @typedef {import('./types.js').SegmentEvent} SegmentEvent */
/** @typedef {import('./types.js').Call} Call */
/** @typedef {(mapping: Mapping, reason: string) => void} Skip */

/**
 * Links the mappings of a destination, once. What comes back tells `call`, in the order of the mappings, what an event
 * says to FullStory, and `skip` why a mapping says nothing: `trigger`, `empty` or `error: ...`. Neither the event nor
 * anything in it is passed on by reference, a mapping that fails does not keep others from their turn, and one that
 * cannot be linked fails at every event.
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
    // An object template has just made its object: only what is in it can be the event's.
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
 * @param {any} error whatever was thrown, by a getter of the page's for one
 * @returns {string}
 */
function messageOf(error) {
  return attempt(() => String(error.message || error), () => 'unknown');
}
