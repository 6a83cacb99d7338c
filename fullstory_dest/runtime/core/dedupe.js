import { readCall } from './call.js';
import { isObject } from './copy.js';

/**
 * Drop calls that repeat an earlier one: the same `setIdentity` or `setProperties`, if no other call has set one of its
 * properties since. Earlier calls are forgotten when the page's host or path changes (page properties end there), when
 * the identity changes, and when FullStory is shut down (it starts another session).
 *
 * Calls that the page itself makes to FullStory are not visible here.
 *
 * @param {import('./types.js').Outlet} outlet
 * @returns {import('./types.js').Outlet}
 */
export function dropRepeats(outlet) {
  /** The call that set a property last. @type {Map<string, string>} */
  const said = new Map();
  /** @type {any} */
  let identity;
  let page = '';

  const forget = () => {
    said.clear();
    identity = undefined;
  };

  /** @type {import('./types.js').Outlet['call']} */
  const call = (mapping, method, args) => {
    const { kind, uid, properties } = readCall(method, args);
    const here = currentPage();
    const goesOn = !/^(anonymous|shutdown|restart)$/.test(kind);
    if (here != page || !goesOn || (kind == 'setIdentity' && uid !== identity)) forget();
    page = here;

    const text = goesOn && kind != 'trackEvent' && wording(method, args);
    const names = isObject(properties) ? Object.keys(properties) : [];
    // Page and user properties can have the same name.
    const keys = (names.length ? names : ['']).map((name) => (kind == 'page' ? 'page.' : 'user.') + name);
    if (text && keys.every((key) => said.get(key) == text)) {
      if (outlet.skip) outlet.skip(mapping, 'repeated');
      return;
    }
    outlet.call(mapping, method, args);
    if (!text) return;
    if (kind == 'setIdentity') identity = uid;
    for (const key of keys) said.set(key, text);
    // A user variable of that name identifies, in the legacy API.
    if (said.has('user.uid')) forget();
  };
  // Skips and failures go to the outlet, also if it is replaced later.
  return Object.assign(Object.create(outlet), { call });
}

/** The page that properties belong to. Engines without a DOM have one page. */
export function currentPage() {
  return typeof location == 'object' ? location.host + location.pathname : '';
}

/**
 * @param {string} method
 * @param {any[]} args
 * @returns {string} nothing for a value that isn't JSON, which never repeats
 */
function wording(method, args) {
  try {
    return JSON.stringify([method, args]);
  } catch (error) {
    return '';
  }
}
