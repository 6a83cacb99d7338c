import { modes } from '../core/registry.js';
import { applySettings } from '../core/settings.js';
import { makeQueue, rejectQueue } from './queue.js';
import { insertScript } from './script.js';

/** @typedef {import('../core/types.js').Settings} Settings */

/**
 * The FullStory function to call: the one that the page has, or else a new one, for which fs.js is loaded.
 *
 * @param {Settings} settings
 * @returns {any}
 */
export function connect(settings) {
  const page = /** @type {any} */ (window);
  const { namespace } = settings;
  const found = page[namespace];
  if (typeof found == 'function') return found;
  // An element with that id is on the window, too; another library's global is not ours to replace.
  if (found && !found.tagName) throw Error('the namespace ' + namespace + ' is taken');

  const fullstory = (page[namespace] = makeQueue());
  wrapRequests(page, fullstory);
  fullstory('init', { env: publishOptions(page, settings) });
  loadScript(settings, fullstory);
  return applySettings(modes, settings, fullstory);
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
  // Not an assignment: that would throw on a page that has made fetch read-only.
  if (fetch) {
    Reflect.set(page, 'fetch', function (/** @type {any[]} */ ...args) {
      // @ts-ignore: whatever it is called on
      return fullstory._w.fetch.apply(this, args);
    });
  }
}

/**
 * Tells fs.js its options both ways that it reads them: as globals (`_fs_run_in_iframe`), and as what is returned
 * (`runInIframe`), for `init`.
 *
 * @param {any} page
 * @param {Settings} settings
 */
function publishOptions(page, { orgId, namespace, debug, options }) {
  const globals = /** @type {any} */ ({ org: orgId, namespace, ...options });
  if (debug) globals.debug = debug;
  for (const key of Object.keys(globals)) {
    page['_fs_' + key.replace(/[A-Z]/g, (capital) => '_' + capital.toLowerCase())] = globals[key];
  }
  return { orgId, ...options };
}

/**
 * @param {Settings} settings
 * @param {any} fullstory
 */
function loadScript({ namespace, src, options }, fullstory) {
  const failed = () => rejectQueue(fullstory, 'Error loading ' + options.script);
  insertScript(src, failed).setAttribute('data-fs-namespace', namespace);
}
