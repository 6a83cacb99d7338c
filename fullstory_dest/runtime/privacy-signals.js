import { signals } from './analytics/registry.js';
import { attempt } from './core/attempt.js';
import { makePlugin } from './plugin.js';
import { install } from './snippet.js';

/**
 * Puts analytics on the page, as with `disable: true` where the browser says one of the config's signals.
 *
 * @param {Record<string, any>} config the compiled config
 */
export function installHonoring(config) {
  install({ ...config, disable: saysOne(config.signals) });
}

/** Makes `fullstoryDestination` a global that gives no plugin where the browser says one of the settings' signals. */
export function definePluginHonoring() {
  /** @type {any} */ (window).fullstoryDestination = (/** @type {any} */ settings) =>
    saysOne(settings.signals) ? [] : makePlugin(settings);
}

/**
 * @param {string[]} names
 * @returns {boolean}
 */
function saysOne(names) {
  // Where the browser cannot be asked, it has not said so.
  return names.some((name) => attempt(signals[name]));
}
