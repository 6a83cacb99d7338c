import { openDestination } from './destination.js';

/**
 * Makes `fullstoryDestination` a global: what analytics.js 2 calls with the plugin's settings, which hold a
 * destination of the compiled config, to get the plugin.
 */
export function definePlugin() {
  /** @type {any} */ (window).fullstoryDestination = makePlugin;
}

/**
 * The plugin for one destination. Consent is not its business: Segment's wrapper does not load it without.
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
    name: 'Fullstory (Actions)',
    type: 'destination',
    version: '1.0.0',
    isLoaded: () => !!destination,
    /**
     * @param {any} context
     * @param {any} analytics
     */
    load(context, analytics) {
      destination = openDestination(compiled);
      if (analytics.on) analytics.on('reset', destination.reset);
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
