import { attempt } from '../core/attempt.js';
import { logError } from '../core/to-console.js';
import { insertScript } from '../fullstory/script.js';

/**
 * Whether this page is to be debugged: its address says so, or a cookie of the debug script, until the browser is closed.
 * Not sessionStorage: every page of every visitor would wait for the browser to open it.
 *
 * @returns {boolean}
 */
export function isDebugged() {
  return attempt(() => /[?&# ]fs_debug=1\b/.test(location.href + ' ' + document.cookie));
}

/**
 * Load the debug script from the snippet's host, and continue when it has loaded or failed.
 *
 * @param {any} script the snippet's element
 * @param {() => void} then
 */
export function loadDebug(script, then) {
  return attempt(() => {
    const { href } = new URL('/analytics.js/debug.min.js', (script && script.src) || location);
    // Where it cannot be loaded, the browser's own console says so.
    const goOn = () => attempt(then, logError);
    insertScript(href, goOn).onload = goOn;
    return true;
  }, logError);
}
