import { DESTINATION_NAME, PLUGIN_NAME, isDestinationNamed } from './analytics/integrations.js';
import { runAsPlugin } from './analytics/middleware.js';
import { attempt } from './core/attempt.js';
import { openDestination } from './destination.js';
import { insertScript } from './fullstory/script.js';

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
  /** @param {{ event: import('./core/types.js').SegmentEvent }} context */
  const send = (context) => {
    if (destination) destination.send(context.event);
    return context;
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
      // Events wait for the promise.
      return new Promise((done) => {
        if (isRefused(analytics)) return done(context);
        const { updateCDNSettings } = analytics.options || {};
        takeBothNames(analytics, updateCDNSettings);
        const start = (open = openDestination) => {
          // A wrapper with opt-out only holds events, so FullStory loads at the first event that it allows.
          const opened = (destination = open(compiled, updateCDNSettings));
          if (analytics.on) analytics.on('reset', () => destination && opened.reset());
          done(context);
          return opened;
        };
        const goOn = () => start();
        // Debug mode, as in the snippet, in fewer bytes. The debug script finds `start` on its element, and can pass it
        // the preview of a preview link: `debug/preview-link.js`.
        attempt(
          () =>
            /fs_debug=1/.test(location.href + document.cookie) &&
            Object.assign(
              insertScript(new URL('/analytics.js/debug.min.js', /** @type {any} */ (document.querySelector('[src*=next-integrations]')).src).href, goOn),
              { onload: goOn, start, analytics }
            )
        ) || goOn();
      });
    },
    unload() {
      destination = undefined;
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
 * Whether a consent wrapper removed the plugin's name from the settings. For `creationName`, it removes the plugin.
 *
 * @param {any} analytics
 */
function isRefused({ settings = {} }) {
  const { integrations = {} } = settings.cdnSettings || {};
  return DESTINATION_NAME in integrations && !(PLUGIN_NAME in integrations);
}

/**
 * Also find the destination by the plugin's name, for its middleware and to remove it: analytics.js looks it up by
 * `creationName` only.
 *
 * @param {any} analytics
 * @param {any} isWrapped whether there is a consent wrapper, which blocks events in middleware for all names
 */
function takeBothNames(analytics, isWrapped) {
  const { addDestinationMiddleware: add, deregister } = analytics;
  analytics.deregister = (/** @type {string[]} */ ...names) =>
    deregister.apply(analytics, names.map((name) => (name == PLUGIN_NAME ? DESTINATION_NAME : name)));
  analytics.addDestinationMiddleware = (/** @type {string} */ name, /** @type {Function[]} */ ...added) => {
    if (name != '*') return add.call(analytics, isDestinationNamed(name) ? DESTINATION_NAME : name, ...added);
    if (isWrapped) add.call(analytics, DESTINATION_NAME, runAsPlugin(added));
    return add.call(analytics, name, ...added);
  };
}
