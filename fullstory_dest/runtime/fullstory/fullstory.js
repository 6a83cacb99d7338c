import { modes } from '../core/registry.js';
import { makeQueue, rejectQueue } from './queue.js';

/** @typedef {import('../core/types.js').Settings} Settings */

/**
 * The FullStory function to call: the one that the page has, or else a new one, for which fs.js is loaded.
 *
 * @param {Settings} settings
 * @param {(error: Error) => void} fail hears, once, that fs.js does not come
 * @returns {any}
 */
export function connect(settings, fail) {
  const page = /** @type {any} */ (window);
  const { namespace } = settings;
  const found = page[namespace];
  if (typeof found == 'function') return found;
  // An element with that id is on the window, too; another library's global is not ours to replace.
  if (found && !found.tagName) throw Error('the namespace ' + namespace + ' is taken');

  const fullstory = (page[namespace] = makeQueue());
  wrapRequests(page, fullstory);
  fullstory('init', { env: publishOptions(page, settings) });
  loadScript(settings, fullstory, fail);
  return Object.keys(modes).reduce(
    (made, name) => (/** @type {any} */ (settings)[name] ? modes[name](made) : made),
    fullstory
  );
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
 * @param {(error: Error) => void} fail
 */
function loadScript({ orgId, namespace, options: { script } }, fullstory, fail) {
  const element = document.createElement('script');
  element.async = true;
  element.crossOrigin = 'anonymous';
  element.src =
    (/^https?:\/\//.test(script) ? script : 'https://' + script) +
    (script.includes('?') ? '&' : '?') +
    'org=' +
    encodeURIComponent(orgId);
  element.setAttribute('data-fs-namespace', namespace);
  element.onerror = () => fail(rejectQueue(fullstory, Error('Error loading ' + script)));
  const first = document.getElementsByTagName('script')[0];
  if (first && first.parentNode) first.parentNode.insertBefore(element, first);
  else document.head.appendChild(element);
}
