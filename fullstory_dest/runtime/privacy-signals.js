import { signals } from './analytics/registry.js';
import { attempt } from './core/attempt.js';
import { makePlugin } from './plugin.js';
import { install } from './snippet.js';

/**
 * Start analytics on the page, as with `disable: true` if the browser sends one of the config's signals.
 *
 * @param {Record<string, any>} config the compiled config
 */
export function installHonoring(config) {
  install({ ...config, disable: saysOne(config.signals) });
}

/** Define the global `fullstoryDestination`, which returns no plugin if the browser sends one of the settings' signals. */
export function definePluginHonoring() {
  /** @type {any} */ (window).fullstoryDestination = (/** @type {any} */ settings) =>
    saysOne(settings.signals) ? [] : makePlugin(settings);
}

/**
 * @param {string[]} names
 * @returns {boolean}
 */
export function saysOne(names) {
  // Browsers without the API send no signal.
  return names.some((name) => attempt(signals[name]));
}
