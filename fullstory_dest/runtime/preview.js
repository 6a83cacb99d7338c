import { linkDestination } from './core/core.js';
import { linkTemplate, linkTrigger } from './core/link.js';
import { layers } from './core/registry.js';
import { findingsOf } from './core/rules.js';
import { decisive } from './debug/explain.js';

/** @typedef {import('./core/rules.js').Finding} Finding */

/**
 * Define the global `preview` in an engine without a DOM: each event's calls to FullStory, warnings and skipped mappings,
 * without calling FullStory. `previewApart` does so for unrelated events. `trace` explains how mappings reach their
 * results.
 */
export function definePreview() {
  Object.assign(globalThis, { preview, previewApart, trace });
}

/**
 * The events happen in order on one page.
 *
 * @param {import('./core/types.js').Config} config
 * @param {import('./core/types.js').SegmentEvent[]} events
 */
function preview(config, events) {
  return events.map(linkPage(config)());
}

/**
 * Run each event on a separate page, through each of the configs.
 *
 * @param {import('./core/types.js').Config[]} configs
 * @param {import('./core/types.js').SegmentEvent[]} events
 */
function previewApart(configs, events) {
  return configs.map((config) => {
    const open = linkPage(config);
    return events.map((event) => open()(event));
  });
}

/**
 * Link a config's mappings, once: they keep no state. State between the events of a page is created with the page.
 *
 * @param {import('./core/types.js').Config} config
 */
function linkPage(config) {
  const linked = config.destinations.map(linkDestination);

  return () => {
    /** @type {{ mapping: number, method: import('./core/types.js').Method, args: any[], warnings: Finding[] }[]} */
    let calls;
    /** @type {{ mapping: number, reason: string }[]} */
    let skipped;

    const outlets = config.destinations.map((destination) => {
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
      // Debug mode would only log the result, which is returned here.
      for (const name of Object.keys(layers)) if (settings[name] && name != 'debug') outlet = layers[name](outlet);
      return outlet;
    });
    return (/** @type {import('./core/types.js').SegmentEvent} */ event) => {
      calls = [];
      skipped = [];
      linked.forEach((evaluate, index) => evaluate(event, outlets[index].call, outlets[index].skip));
      return { calls, skipped };
    };
  };
}

/**
 * The calls of one event, and for each mapping: whether its trigger matches (null: it fails), which conditions decided,
 * and the value of each field, also if the trigger doesn't match.
 *
 * @param {import('./core/types.js').Config} config
 * @param {import('./core/types.js').SegmentEvent} event
 */
function trace(config, event) {
  /** @type {any[]} */
  const traces = [];
  for (const { mappings } of config.destinations) {
    for (const { id, trigger, fields } of mappings) {
      /** @type {any} */
      const made = { mapping: id, matches: null, conditions: [], fields: [] };
      try {
        made.matches = linkTrigger(trigger)(event);
        made.conditions = decisive(trigger, event);
      } catch (error) {
        // The mapping fails with the same error, which preview reports.
      }
      const templates = Array.isArray(fields) && fields[0] == 'object' ? fields[1] : {};
      made.fields = Object.keys(templates).map((key) => traceField(key, templates[key], event));
      traces.push(made);
    }
  }
  return { result: preview(config, [event])[0], traces };
}

/**
 * `value` is missing where the field is.
 *
 * @param {string} key
 * @param {import('./core/types.js').Template} template
 * @param {import('./core/types.js').SegmentEvent} event
 * @returns {{ key: string, value?: any, error?: string }}
 */
function traceField(key, template, event) {
  try {
    return { key, value: linkTemplate(template)(event) };
  } catch (error) {
    return { key, error: String(/** @type {any} */ (error).message || error) };
  }
}
