import { linkDestination } from './core/core.js';

/**
 * Makes `preview` a global of an engine that need not be a browser: what each event would say to FullStory, and which
 * mappings would be skipped, without saying it.
 */
export function definePreview() {
  /** @type {any} */ (globalThis).preview = preview;
}

/**
 * @param {import('./core/types.js').Config} config
 * @param {import('./core/types.js').SegmentEvent[]} events
 */
function preview(config, events) {
  const evaluators = config.destinations.map(linkDestination);
  return events.map((event) => {
    /** @type {{ mapping: number, method: import('./core/types.js').Method, args: any[] }[]} */
    const calls = [];
    /** @type {{ mapping: number, reason: string }[]} */
    const skipped = [];
    for (const evaluate of evaluators) {
      evaluate(
        event,
        (mapping, method, args) => calls.push({ mapping: mapping.id, method, args }),
        (mapping, reason) => skipped.push({ mapping: mapping.id, reason }),
      );
    }
    return { calls, skipped };
  });
}
