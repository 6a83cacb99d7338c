import { isFunction } from './values.js';
import { logError } from '../core/to-console.js';
import { attempt } from '../core/attempt.js';
import { addEmitter } from './emitter.js';
import { createStorage } from './storage.js';
import { runAsPlugin, runDestinationMiddleware, runMiddleware, whenSettled } from './middleware.js';
import { resolveAlias, resolveIdentify, resolvePage, resolveTrack } from './arguments.js';
import { trackForms, trackLinks } from './links.js';
import { createIdentity } from './identity.js';
import { isBufferedPageContext, takePageContext } from './page-context.js';
import { VERSION, createEvent } from './events.js';
import { DESTINATION_NAME, isDestinationNamed, isDestinationOn } from './integrations.js';
import { callFromQuery } from './query-string.js';
import { registerPlugin } from './plugins.js';

/**
 * The object that pages call: a small version of analytics.js 2.
 *
 * @param {Record<string, any>} config the compiled config
 * @param {Record<string, any>} options of `analytics.load`
 * @param {{ send(event: any, made: any): void, reset(): void }[]} destinations that receive dispatched events, if their
 *   middleware and the event's integrations allow it
 * @returns {any}
 */
export function createAnalytics(config, options, destinations) {
  const storage = createStorage(options);
  const user = createIdentity(storage, 'ajs_user_id', 'ajs_user_traits', 'ajs_anonymous_id');
  const group = createIdentity(storage, 'ajs_group_id', 'ajs_group_properties');
  const integrations = options.integrations || {};
  /** @type {Function[]} */
  const sourceMiddleware = [];
  /** @type {Function[]} */
  const destinationMiddleware = [];

  /**
   * @param {{ event: any }} ctx its event becomes the result of source middleware
   * @returns {any} a promise, only if a middleware is async
   */
  const dispatch = (ctx) =>
    whenSettled(
      runMiddleware(sourceMiddleware, ctx.event, { integrations: { [DESTINATION_NAME]: true } }),
      (event) => {
        const made = ctx.event;
        if (!event) return analytics.emit('drop', made);
        ctx.event = event;
        analytics.emit('dispatch', event);
        return (
          isDestinationOn(event.integrations) &&
          whenSettled(
            destinationMiddleware.length ? runDestinationMiddleware(destinationMiddleware, event) : event,
            (sent) => (sent ? destinations.forEach((destination) => destination.send(sent, made)) : analytics.emit('drop', event))
          )
        );
      }
    );

  /**
   * A method that sends an event. Async functions, and so destinations, run synchronously up to the first `await`.
   *
   * @param {(args: any[]) => [Record<string, any>, any[], Record<string, any>]} resolve returns the event's own fields,
   *   the listeners' arguments before properties or traits, and the call's options
   * @returns {(...args: any[]) => Promise<{ event: any }>}
   */
  const sender = (resolve) => async (...args) => {
    const page = takePageContext(args);
    const callback = args.filter(isFunction)[0];
    // In two steps, because the minifier moves a destructuring before dependencies that it doesn't see.
    const resolved = resolve(args);
    const [fields, heard, given] = resolved;
    const event = createEvent(fields, given, page, user, integrations);
    const ctx = { event };
    const done = dispatch(ctx);
    // Read the current IDs in a later task, because opening the storage takes about 5 ms.
    storage.readLater(event);
    await done;
    if (callback) {
      // Run late, as in analytics.js, because pages navigate away in the callback.
      await new Promise((done) => setTimeout(done, analytics.settings.timeout));
      await Promise.resolve(ctx).then(callback).catch(logError);
    }
    analytics.emit(fields.type, ...heard, ctx.event.properties || ctx.event.traits);
    return ctx;
  };

  /** @param {'page' | 'screen'} type */
  const pageSender = (type) =>
    sender((args) => {
      const [category, name, properties, given] = resolvePage(args);
      /** @type {Record<string, any>} */
      const fields = { type, properties: { ...properties } };
      if (category != null) {
        fields.category = category;
        if (type == 'page') fields.properties.category = category;
      }
      if (name != null) fields.name = name;
      return [fields, [category, name], given];
    });

  /**
   * @param {'identify' | 'group'} type
   * @param {string} key of the id in the event
   * @param {typeof user} identity
   */
  const identitySender = (type, key, identity) =>
    sender((args) => {
      const [given, traits, options] = resolveIdentify(args, identity);
      identity.identify(given, traits);
      const id = identity.id();
      return [{ type, [key]: id, traits: identity.traits() }, [id], options];
    });

  const sendGroup = identitySender('group', 'groupId', group);

  const itself = () => analytics;

  /** @type {(track: Function) => (elements: any, ...call: any[]) => Promise<any>} */
  const elementTracker = (track) => async (elements, ...call) => {
    track(analytics, elements, call);
    return analytics;
  };

  /**
   * Wrap a method so that it never throws. A rejected promise reaches code that awaits it, without an unhandled rejection.
   *
   * @param {string} name
   */
  const shield = (name) => {
    const method = analytics[name];
    if (isFunction(method))
      analytics[name] = (/** @type {any[]} */ ...args) =>
        attempt(() => {
          const result = method(...args);
          whenSettled(result, itself, logError);
          return result;
        }, logError);
  };

  /** @type {any} */
  const analytics = {
    VERSION,
    settings: { writeKey: config.writeKey, timeout: 300 },
    options,
    integrations,
    destinations,

    track: sender((args) => {
      const [event, properties, given] = resolveTrack(args);
      return [{ type: 'track', event, properties }, [event], given];
    }),

    page: pageSender('page'),
    screen: pageSender('screen'),

    identify: identitySender('identify', 'userId', user),

    /** @param {any[]} args without any, returns the group itself */
    group: (...args) => (args.length && !isBufferedPageContext(args[0]) ? sendGroup(...args) : group),

    alias: sender((args) => {
      const [to, from, given] = resolveAlias(args);
      /** @type {Record<string, any>} */
      const fields = { type: 'alias', userId: to };
      if (from != null) fields.previousId = from;
      return [fields, [to, from], given];
    }),

    user: () => user,
    setAnonymousId: user.anonymousId,

    reset() {
      user.reset();
      group.reset();
      destinations.forEach((destination) => destination.reset());
      analytics.emit('reset');
    },

    /** @param {(plugins: any[]) => any} [callback] called after the page's current task */
    ready: (callback) => Promise.resolve([]).then(callback),

    /** @param {Function} middleware */
    async addSourceMiddleware(middleware) {
      sourceMiddleware.push(middleware);
      return analytics;
    },

    /**
     * @param {string} name
     * @param {Function[]} middlewares
     */
    async addDestinationMiddleware(name, ...middlewares) {
      // A consent wrapper sets this option, and blocks events in middleware for all names.
      if (options.updateCDNSettings && name == '*') destinationMiddleware.push(runAsPlugin(middlewares));
      if (isDestinationNamed(name)) destinationMiddleware.push(...middlewares);
      return analytics;
    },

    trackLink: elementTracker(trackLinks),
    trackClick: elementTracker(trackLinks),
    trackForm: elementTracker(trackForms),
    trackSubmit: elementTracker(trackForms),

    /** @param {string} path */
    pageview: (path) => analytics.page({ path }).then(itself),

    /** @param {string} query */
    queryString: async (query) => (options.useQueryString === false ? [] : callFromQuery(analytics, query)),

    /** @param {number} milliseconds */
    timeout(milliseconds) {
      analytics.settings.timeout = milliseconds;
    },

    /** @param {Function} factory */
    use(factory) {
      factory(analytics);
      return analytics;
    },

    /** @param {any[]} call a queue's entry: a method's name and its arguments */
    push([method, ...args]) {
      if (isFunction(analytics[method])) analytics[method](...args);
    },

    // Nothing else to load, and no other plugins.
    load: itself,
    initialize: itself,
    addIntegrationMiddleware: itself,
    consent: itself,
    /** @param {any[]} plugins */
    register: (...plugins) => Promise.all(plugins.map((plugin) => registerPlugin(analytics, plugin))),
    deregister: async () => {},
  };
  addEmitter(analytics);
  Object.keys(analytics).forEach(shield);
  return analytics;
}
