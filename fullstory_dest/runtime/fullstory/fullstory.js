import { makeQueue, rejectQueue } from './queue.js';
import { insertScript } from './script.js';
import { attempt } from '../core/attempt.js';
import { modes } from '../core/registry.js';

/** @typedef {import('../core/types.js').Settings} Settings */

/**
 * The FullStory function to call: the one that the page has, or else a new one, for which fs.js is loaded. Throws where
 * the page has something else of that name, which is not ours to replace.
 *
 * @param {Settings} settings
 * @param {(error: Error) => void} fail hears, once, that fs.js does not come
 * @returns {any}
 */
export function connect(settings, fail) {
  const page = /** @type {any} */ (window);
  const { namespace, env, globals } = settings;
  const found = page[namespace];
  if (isFullStory(found, namespace)) return found;

  const fullstory = makeQueue();
  // Elements with that id are on the window, too, but not its own.
  if (!found || !Object.prototype.hasOwnProperty.call(page, namespace)) page[namespace] = fullstory;
  if (page[namespace] !== fullstory) throw Error(namespace + ' is taken: change Namespace');
  loadScript(settings, fullstory, fail);
  attempt(() => wrapRequests(page, fullstory));
  // fs.js reads its options both ways. But where the site, or another destination, has said something in this way, it
  // stays: an fs.js that is still on its way reads what is its own.
  for (const key of Object.keys(page._fs_namespace ? {} : globals)) page['_fs_' + key] = globals[key];
  fullstory('init', { env });
  if (modes.devMode && settings.devMode) return modes.devMode(fullstory);
  return fullstory;
}

/**
 * Whether a global is FullStory's function: it queues or has fs.js behind it, or the page's FullStory has this name, which
 * the page may have put a function around.
 *
 * @param {any} found
 * @param {string} namespace
 * @returns {any} truthy if it is
 */
export function isFullStory(found, namespace) {
  return typeof found == 'function' && (found.q || found._api || /** @type {any} */ (window)._fs_namespace == namespace);
}

/**
 * Keeps the page's own XMLHttpRequest and fetch for fs.js, and lets it replace the fetch that everyone calls.
 *
 * @param {any} page
 * @param {any} fullstory
 */
function wrapRequests(page, fullstory) {
  const { XMLHttpRequest, fetch } = page;
  fullstory._w = { XMLHttpRequest, fetch };
  if (fetch) {
    page.fetch = function (/** @type {any[]} */ ...args) {
      // @ts-ignore: whatever it is called on
      return fullstory._w.fetch.apply(this, args);
    };
  }
}

/**
 * @param {Settings} settings
 * @param {any} fullstory
 * @param {(error: Error) => void} fail
 */
function loadScript({ namespace, src, env }, fullstory, fail) {
  insertScript(src, () => fail(rejectQueue(fullstory, Error('Error loading ' + env.script)))).setAttribute(
    'data-fs-namespace',
    namespace
  );
}
