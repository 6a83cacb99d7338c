import { attempt } from '../core/attempt.js';
import { logError } from '../core/to-console.js';
import { insertScript } from '../fullstory/script.js';

/**
 * Whether debug mode is on, by the URL or by the debug script's session cookie. sessionStorage would slow down every
 * page, because browsers take time to open it.
 *
 * @returns {boolean}
 */
export function isDebugged() {
  return attempt(() => /[?&# ]fs_debug=1\b/.test(location.href + ' ' + document.cookie));
}

/**
 * Load the debug script from the snippet's host, and continue when it has loaded or failed.
 *
 * A snippet that has not started yet passes its `config`. The debug script finds it on its element, and can start the
 * preview of a preview link instead: `debug/preview-link.js`.
 *
 * @param {any} script the snippet's element
 * @param {() => void} then
 * @param {any} [config]
 */
export function loadDebug(script, then, config) {
  return attempt(() => {
    const src = new URL('/analytics.js/debug.min.js', (script && script.src) || location).href;
    // If it fails to load, the browser logs it to the console.
    const goOn = () => attempt(then, logError);
    Object.assign(insertScript(src, goOn), { onload: goOn, script, config });
    return true;
  }, logError);
}
