import { attempt } from '../core/attempt.js';
import { insertScript } from '../fullstory/script.js';

/**
 * A preview link is the address of a page of the site with `#fs_debug=1&fs_preview=TOKEN`.
 *
 * - In the fragment, because fragments reach no server and no `Referer`, are not part of the URLs in events, and survive
 *   redirects. If the address already has a fragment, such as that of a router, the parameters are in the query.
 * - With `fs_debug`, because snippets look for that only, also in a cookie. Other visitors thus never open sessionStorage,
 *   which is slow.
 * - Removed from the address at once, so that it isn't bookmarked, shared, or recorded by other scripts of the page.
 *
 * sessionStorage keeps the token for the tab, and never sends it to the site's server as a cookie would.
 */
const LINK = /([?&#])(?:fs_debug=1&)?fs_preview=([^&#]+)(&?)/;

/** The form of the tokens that the server signs. Anything else could lead to another script of the server. */
const TOKEN = /^\d+\.[\w-]+$/;

const KEY = 'fs_preview';

/** Milliseconds after which a page goes live without its preview. */
const PATIENCE = 5000;

/**
 * A preview as the server describes it. With a `problem`, there is none. `keys` are the write keys of its source, `release`
 * is the number of the previewed release (none for drafts), `live` that of the live one, and `sends` means that calls
 * reach FullStory.
 * @typedef {{
 *   problem?: string, details?: string[],
 *   keys: string[], name: string, release?: number, live?: number, sends: boolean,
 *   install(script: any): void, open(waits: any): any,
 * }} Preview
 */

/** @type {any} */
export const NO_HOOK = { problem: 'this page\'s release is older than preview links, so publish the source again' };

export const OTHER_TAB = 'This tab shows what is live. A preview link works in the tab where it was opened.';

/** Whether the address has a token. */
export function isLinked() {
  return LINK.test(location.href);
}

/**
 * The token of the address, which is kept for the tab's later pages if it can be valid, or the kept one.
 *
 * @returns {string | undefined}
 */
export function takeToken() {
  const found = LINK.exec(location.href);
  if (!found) return attempt(() => sessionStorage.getItem(KEY)) || undefined;
  if (TOKEN.test(found[2])) attempt(() => sessionStorage.setItem(KEY, found[2]));
  const address = location.href.replace(LINK, (_, before, token, after) => (after ? before : ''));
  // Routers keep their state in the entry.
  attempt(() => history.replaceState(history.state, '', address));
  return found[2];
}

/** Reload the page if its address gets a link. Only its fragment changes, so browsers don't load it again. */
export function watchAddress() {
  addEventListener('hashchange', () => isLinked() && location.reload());
}

/** Forget the token. */
export function dropToken() {
  attempt(() => sessionStorage.removeItem(KEY));
}

/**
 * Request a preview, and pass on what the server says, or a problem.
 *
 * @param {string} token
 * @param {string} host a URL of the server
 * @param {(preview: Preview) => void} then called once
 */
export function requestPreview(token, host, then) {
  if (!TOKEN.test(token)) return then(/** @type {any} */ ({ problem: 'the link is invalid' }));
  const page = /** @type {any} */ (window);
  // Unique, for caches between here and the server that ignore its headers.
  const src = new URL('/v1/preview/' + token + '.js?' + Date.now(), host).href;
  let isOver = false;
  /** @type {any} */
  let timer;

  /** @param {string} problem if there is no preview */
  const end = (problem) => {
    const preview = page.fullstoryPreview;
    delete page.fullstoryPreview;
    // After the wait, live has started.
    if (isOver) return;
    isOver = true;
    clearTimeout(timer);
    document.removeEventListener('securitypolicyviolation', onBlocked);
    then(preview || { problem });
  };
  /** @param {any} violation */
  const onBlocked = (violation) => {
    if (src.startsWith(violation.blockedURI)) end('the page\'s Content-Security-Policy blocks ' + new URL(src).origin);
  };
  document.addEventListener('securitypolicyviolation', onBlocked);
  timer = setTimeout(() => end('the server did not answer within ' + PATIENCE / 1000 + ' seconds'), PATIENCE);
  attempt(
    () => (insertScript(src, () => end('the server could not be reached')).onload = () => end('the server sent no preview')),
    (error) => end(String(error))
  );
}

/**
 * The lines that the panel shows about a preview. The first is its title.
 *
 * @param {Preview} preview
 * @returns {string[]}
 */
export function describePreview({ problem, details, name, release, live, sends }) {
  if (problem) return ['Preview not available: ' + problem + '. This page shows what is live.', ...(details || [])];
  const what = release ? 'release #' + release : 'drafts';
  return [
    'Previewing ' + what + ' of ' + name + ', as of ' + new Date().toTimeString().slice(0, 8),
    live ? 'It would replace release #' + live + ', which other visitors get.' : 'Nothing is published yet.',
    sends ? 'Calls are sent to FullStory.' : 'Calls are shown here, and not sent.',
    attempt(() => sessionStorage.getItem(KEY)) ? '' : 'This browser can’t keep the preview. Open the link again on the next page.',
  ].filter(Boolean);
}
