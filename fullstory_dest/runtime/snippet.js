import { describeDestinations, isDestinationLoaded } from './analytics/integrations.js';
import { extras } from './analytics/registry.js';
import { createAnalytics } from './analytics/analytics.js';
import { isFunction } from './analytics/values.js';
import { openDestination } from './destination.js';
import { isDebugged, loadDebug } from './analytics/debugging.js';
import { attempt } from './core/attempt.js';
import { logError } from './core/to-console.js';

/** @typedef {(destination: import('./core/types.js').Destination) => import('./destination.js').OpenDestination} Open */

/**
 * A feature that a config needs beyond its destinations. Can change how these are opened.
 * @typedef {(analytics: any, config: Record<string, any>, open: Open) => Open} Extra
 */

/**
 * Create analytics on the page: connect FullStory, and run the calls in the queue of the pasted snippet or the page, in
 * order. Does nothing if analytics already exists.
 *
 * In debug mode, the queue remains until the debug script has loaded, so that no event is missed. With a preview link,
 * the debug script starts the preview instead of this.
 *
 * @param {Record<string, any>} config the compiled config; `disable` in it acts as the option of `analytics.load`
 * @param {any} element the snippet's script element
 * @param {boolean} goOn whether not to wait for the debug script
 */
export function install(config, element = attempt(() => document.currentScript), goOn = !isDebugged()) {
  const page = /** @type {any} */ (window);
  const attribute = 'data-global-segment-analytics-key';
  const script = element || document.querySelector('script[' + attribute + ']');
  // No script, or no API to read it.
  const key = attempt(() => script.getAttribute(attribute)) || 'analytics';
  const found = page[key];
  if (found && found.initialized) return;
  if (!goOn && loadDebug(script, () => install(config, script, true), config)) return;

  // Not a queue, but for example an element with that ID, which browsers add to the window.
  const queue = Array.isArray(found) ? found : /** @type {any} */ ([]);
  let options = queue._loadOptions || {};
  const update = options.updateCDNSettings || ((/** @type {any} */ described) => described);
  // Without settings, or plugins in them, FullStory is refused, and the page's other calls work.
  const settings = attempt(() => update(describeDestinations()), logError) || {};
  const disable = config.disable || options.disable;
  // A promise (it is truthy) and an error disable, too.
  const disabled = attempt(
    () => (isFunction(disable) ? disable(settings) : disable),
    (error) => {
      logError(error);
      return true;
    }
  );
  if (disabled) options = { ...options, disableClientPersistence: true };
  /** @type {import('./destination.js').OpenDestination[]} */
  const destinations = [];
  const analytics = createAnalytics(config, options, destinations);
  analytics.settings.cdnSettings = settings;
  analytics.initialized = true;
  // Once loaded, debug mode is turned on and off separately.
  let isOff = false;
  const watch = () => isOff || (page.fullstoryDebug && page.fullstoryDebug(analytics));
  /** @type {(on?: boolean) => any} */
  analytics.debug = (on) => {
    isOff = on === false;
    if (!isOff) loadDebug(script, watch);
    return analytics;
  };
  if (!disabled) {
    // A wrapper with opt-out only holds events, so FullStory loads at the first event that it allows.
    /** @type {Open} */
    let open = (destination) => openDestination(destination, options.updateCDNSettings);
    for (const extra of Object.values(extras)) open = extra(analytics, config, open);
    if (isDestinationLoaded(analytics.integrations) && (settings.remotePlugins || [])[1]) destinations.push(...config.destinations.map(open));
  }
  watch();

  const calls = [...queue];
  // Assignments to frozen objects are ignored, because the script is not strict.
  queue.length = 0;
  page[key] = analytics;
  // Old snippets don't forward calls to the queue that they replaced.
  queue.push = analytics.push;
  // As in analytics.js, listeners and callbacks of the queue don't run, either.
  if (disabled) return;

  // Calls that change or observe events run before all events, regardless of their place in the queue.
  const early = /^(on|once|setAnonymousId|register|add\w+Middleware)$/;
  /** @param {boolean} now */
  const replay = (now) =>
    calls.forEach((call) =>
      // Any values from the page: arrays, the arguments of a stub, invalid entries.
      attempt(() => early.test(call[0]) == now && analytics.push(call))
    );
  replay(true);
  analytics.emit('initialize', analytics.settings, options);
  // The query of the fragment (`#/path?query`), if the page has no other one.
  analytics.queryString(location.search || location.hash.replace(/^#.*(?=\?)/, ''));
  replay(false);
  if (options.initialPageview) analytics.page();
}
