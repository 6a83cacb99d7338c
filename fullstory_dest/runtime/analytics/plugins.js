import { isDestinationOn } from './integrations.js';
import { isFunction } from './values.js';

/**
 * Adds a plugin for analytics.js 2 to what events pass through: `before` and `enrichment` as source middleware, of which
 * only the first can drop an event by failing; `destination` and `after` as listeners. Resolves when it has loaded; one
 * that fails to is left out.
 *
 * @param {any} analytics
 * @param {any} plugin
 */
export async function registerPlugin(analytics, plugin) {
  const { type } = plugin;
  /** @param {any} event */
  const run = async (event) => {
    const context = { event };
    if (!isFunction(plugin[event.type])) return context;
    return (await plugin[event.type](context)) || context;
  };

  if (/before|enrichment/.test(type)) {
    analytics.addSourceMiddleware((/** @type {any} */ { payload, next }) =>
      run(payload.obj).then(
        ({ event }) => next({ obj: event }),
        (error) => {
          console.error(error);
          if (type != 'before') next(payload);
        }
      )
    );
  } else if (type != 'utility') {
    analytics.on('dispatch', (/** @type {any} */ event) => {
      if (type == 'after' || isDestinationOn(event.integrations, plugin.name)) run(event).catch(console.error);
    });
  }
  await plugin.load({}, analytics);
}
