import { DESTINATION_NAME, PLUGIN_NAME, isDestinationNamed } from './analytics/integrations.js';
import { runMiddleware, whenSettled } from './analytics/middleware.js';
import { copy } from './core/copy.js';
import { openDestination } from './destination.js';

/**
 * Define the global `fullstoryDestination`. analytics.js 2 calls it with the plugin's settings, which contain a
 * destination of the compiled config, to get the plugin.
 */
export function definePlugin() {
  /** @type {any} */ (window).fullstoryDestination = makePlugin;
}

/**
 * The plugin for one destination. Segment's wrappers handle consent, and can refuse it under either name.
 *
 * @param {{ compiled: import('./core/types.js').Destination }} settings
 */
export function makePlugin({ compiled }) {
  /** @type {import('./destination.js').OpenDestination | undefined} */
  let destination;
  /** Middleware for our destinations. @type {Function[]} */
  const middlewares = [];

  /** @param {{ event: import('./core/types.js').SegmentEvent }} context */
  const send = (context) => {
    const { event } = context;
    // As for analytics.js it is one for `creationName`, under which middleware has passed it already.
    const { consent } = /** @type {any} */ (event.context || {});
    const passed = consent ? runMiddleware(middlewares, copy(event), { integration: PLUGIN_NAME }) : event;
    return whenSettled(passed, (kept) => {
      if (kept && destination) destination.send(event);
      return context;
    });
  };

  return {
    name: PLUGIN_NAME,
    type: 'destination',
    version: '1.0.0',
    isLoaded: () => !!destination,
    /**
     * @param {any} context
     * @param {any} analytics
     */
    load(context, analytics) {
      if (!isRefused(analytics)) {
        takeBothNames(analytics, middlewares);
        // A wrapper with opt-out only holds events, so FullStory loads at the first event that it allows.
        const opened = (destination = openDestination(compiled, (analytics.options || {}).updateCDNSettings));
        if (analytics.on) analytics.on('reset', opened.reset);
      }
      return Promise.resolve(context);
    },
    track: send,
    page: send,
    screen: send,
    identify: send,
    group: send,
    alias: send,
  };
}

/**
 * Whether a consent wrapper took the plugin's name away from the settings. For `creationName` it takes the plugin.
 *
 * @param {any} analytics
 */
function isRefused({ settings = {} }) {
  const { integrations = {} } = settings.cdnSettings || {};
  return DESTINATION_NAME in integrations && !(PLUGIN_NAME in integrations);
}

/**
 * Also run destination middleware that names the plugin: analytics.js looks it up by `creationName` only.
 *
 * @param {any} analytics
 * @param {Function[]} middlewares gets those for our destinations
 */
function takeBothNames(analytics, middlewares) {
  const add = analytics.addDestinationMiddleware;
  analytics.addDestinationMiddleware = (/** @type {string} */ name, /** @type {Function[]} */ ...added) => {
    const isOurs = isDestinationNamed(name);
    if (isOurs) middlewares.push(...added);
    return add.call(analytics, isOurs && name != '*' ? DESTINATION_NAME : name, ...added);
  };
}
