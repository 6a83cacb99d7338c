import { makeQueue, rejectQueue } from './queue.js';
import { insertScript } from './script.js';
import { attempt } from '../core/attempt.js';
import { modes } from '../core/registry.js';
import { follow } from '../core/path.js';

/** @typedef {import('../core/types.js').Settings} Settings */

/**
 * The FullStory function to call: that of the page, or a new one for which fs.js is loaded. Throws if the page uses
 * the name for something else.
 *
 * @param {Settings} settings
 * @param {(error: Error) => void} fail called once if fs.js doesn't load
 * @returns {any}
 */
export function connect(settings, fail) {
  const page = /** @type {any} */ (window);
  const { namespace, src, env, globals } = settings;
  if (modes.unsent && settings.unsent) return modes.unsent(settings);
  // Elements with that ID are inherited by the window. A getter or setter of the page can throw.
  const read = () => attempt(() => follow(page, [namespace]));
  const found = read();
  if (isFullStory(found, namespace)) return found;

  const fullstory = makeQueue();
  if (!found) attempt(() => (page[namespace] = fullstory));
  if (read() !== fullstory) {
    throw Error(namespace + ' is taken: change Namespace. Found: ' + typeof found + ' ' + Object.keys({ ...found }).slice(0, 4));
  }
  const script = insertScript(src, () => fail(rejectQueue(fullstory, Error('Error loading ' + env.script))));
  // Without the attribute, fs.js reads the global.
  attempt(() => script.setAttribute('data-fs-namespace', namespace));
  attempt(() => wrapRequests(page, fullstory));
  // fs.js reads its options in both ways. Globals of the site or of another destination remain, because their fs.js
  // can still be loading.
  for (const key of Object.keys(page._fs_namespace ? {} : globals)) page['_fs_' + key] = globals[key];
  fullstory('init', { env });
  if (modes.devMode && settings.devMode) return modes.devMode(fullstory);
  return fullstory;
}

/**
 * Save the page's XMLHttpRequest and fetch for fs.js, and let it replace the global fetch.
 *
 * @param {any} page
 * @param {any} fullstory
 */
function wrapRequests(page, fullstory) {
  const { XMLHttpRequest, fetch } = page;
  fullstory._w = { XMLHttpRequest, fetch };
  if (fetch) {
    page.fetch = function (/** @type {any[]} */ ...args) {
      // @ts-ignore: `this` has any type
      return fullstory._w.fetch.apply(this, args);
    };
  }
}

/**
 * Whether a global is FullStory's function: it has a queue or fs.js's API, or the page's FullStory has this name (the page
 * may have wrapped the function).
 *
 * @param {any} found
 * @param {string} namespace
 * @returns {any} truthy if it is
 */
export function isFullStory(found, namespace) {
  return typeof found == 'function' && (Array.isArray(found.q) || found._api || /** @type {any} */ (window)._fs_namespace == namespace);
}
