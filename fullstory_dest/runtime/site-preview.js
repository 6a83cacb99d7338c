import { openDestination } from './destination.js';
import { saysOne } from './privacy-signals.js';
import { install } from './snippet.js';

/**
 * Define the global `fullstoryPreview`, with which the debug script starts a preview instead of what is live. Nothing
 * starts by itself, because the link can be for another source than the page's.
 *
 * @param {import('./core/types.js').Config} config the compiled drafts
 * @param {Record<string, any>} about for the panel: `debug/preview-link.js`
 */
export function offerPreview(config, about) {
  const isRefused = () => saysOne(config.signals || []);
  /** @type {any} */ (window).fullstoryPreview = {
    ...about,
    /** @param {any} script the element of the page's snippet */
    install: (script) => install({ ...config, disable: isRefused() }, script, true),
    /**
     * What the plugin for analytics.js 2 opens: the drafts can have other destinations than the live release.
     *
     * @param {any} waits whether FullStory is not connected before the first event
     */
    open(waits) {
      const all = isRefused() ? [] : config.destinations.map((destination) => openDestination(destination, waits));
      return {
        all,
        send: (/** @type {any} */ event) => all.forEach((destination) => destination.send(event)),
        reset: () => all.forEach((destination) => destination.reset()),
      };
    },
  };
}
