import { attempt } from '../core/attempt.js';

/**
 * Whether an argument is the page context that Segment's snippet appends to a queued call.
 *
 * @param {any} value
 * @returns {boolean}
 */
export function isBufferedPageContext(value) {
  return value && value.__t == 'bpc';
}

/**
 * The page in an event: now, or when the call was queued. Path and URL come from the canonical link, if there is one.
 *
 * @param {any[]} args of a call; a page context at their end is taken off
 * @returns {Record<string, any>}
 */
export function takePageContext(args) {
  const buffered = isBufferedPageContext(args[args.length - 1])
    ? args.pop()
    : {
        // No canonical link, or no API to find it.
        c: attempt(() => /** @type {Element} */ (document.querySelector("link[rel='canonical']")).getAttribute('href')),
        p: location.pathname,
        u: location.href,
        s: location.search,
        t: attempt(() => document.title),
        r: attempt(() => document.referrer),
      };
  const { c: canonical, p: path, u: url, s: search, t: title, r: referrer } = buffered;
  return {
    path: canonical ? canonicalPath(canonical) : path,
    referrer,
    search,
    title,
    url: canonical ? (/\?/.test(canonical) ? canonical : canonical + search) : url.split('#')[0],
  };
}

/**
 * @param {string} url absolute, or a path with or without its first slash
 * @returns {string}
 */
export function canonicalPath(url) {
  return attempt(() => new URL(url).pathname, () => url.replace(/^\/?/, '/'));
}
