import { logError } from '../core/to-console.js';
import { isDestinationOn } from './integrations.js';
import { isFunction } from './values.js';

/**
 * Add a plugin for analytics.js 2 to the pipeline: `before` and `enrichment` as source middleware, of which
 * only the first can drop an event by failing; `destination` and `after` as listeners. Resolves when it has loaded.
 *
 * @param {any} analytics
 * @param {any} plugin
 */
export async function registerPlugin(analytics, plugin) {
  const { type } = plugin;
  /** @param {any} event */
  const run = async (event) => {
    const context = { event };
    try {
      return (isFunction(plugin[event.type]) && (await plugin[event.type](context))) || context;
    } catch (error) {
      logError(error);
      return type != 'before' && context;
    }
  };

  if (/before|enrich/.test(type)) {
    analytics.addSourceMiddleware(async (/** @type {any} */ { payload, next }) => {
      const context = await run(payload.obj);
      if (context) next({ obj: context.event });
    });
  } else if (type != 'utility') {
    analytics.on('dispatch', (/** @type {any} */ event) => {
      if (type == 'after' || isDestinationOn(event.integrations, [plugin.name])) run(event);
    });
  }
  await plugin.load({}, analytics);
}
