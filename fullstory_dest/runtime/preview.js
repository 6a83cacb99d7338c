import { linkDestination } from './core/core.js';
import { layers } from './core/registry.js';
import { findingsOf } from './core/rules.js';

/** @typedef {import('./core/rules.js').Finding} Finding */

/**
 * Makes `preview` a global of an engine that need not be a browser: what each event would say to FullStory, what
 * FullStory would not take of it, and which mappings would be skipped, without saying it.
 */
export function definePreview() {
  /** @type {any} */ (globalThis).preview = preview;
}

/**
 * The events happen one after the other on one page.
 *
 * @param {import('./core/types.js').Config} config
 * @param {import('./core/types.js').SegmentEvent[]} events
 */
function preview(config, events) {
  /** @type {{ mapping: number, method: import('./core/types.js').Method, args: any[], warnings: Finding[] }[]} */
  let calls;
  /** @type {{ mapping: number, reason: string }[]} */
  let skipped;

  const destinations = config.destinations.map((destination) => {
    const evaluate = linkDestination(destination);
    /** @type {any} */
    const settings = destination.settings;
    /** @type {import('./core/types.js').Outlet} */
    let outlet = {
      call(mapping, method, args) {
        calls.push({ mapping: mapping.id, method, args, warnings: findingsOf(method, args) });
      },
      skip(mapping, reason) {
        skipped.push({ mapping: mapping.id, reason });
      },
    };
    // Debug mode would only tell the console what is here in any case.
    for (const name of Object.keys(layers)) if (settings[name] && name != 'debug') outlet = layers[name](outlet);
    return (/** @type {import('./core/types.js').SegmentEvent} */ event) => evaluate(event, outlet.call, outlet.skip);
  });
  return events.map((event) => {
    calls = [];
    skipped = [];
    for (const send of destinations) send(event);
    return { calls, skipped };
  });
}
