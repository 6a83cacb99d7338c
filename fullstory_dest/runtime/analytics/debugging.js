import { insertScript } from '../fullstory/script.js';

/**
 * Whether this page is to be debugged: the address says so, or the debug script has, for this tab.
 *
 * @returns {boolean}
 */
export function isDebugged() {
  try {
    return location.href.includes('fs_debug=1') || sessionStorage.fs_debug;
  } catch (error) {
    return false;
  }
}

/**
 * Loads the debug script from where the snippet came from, and goes on when it is there, or cannot be.
 *
 * @param {any} script the snippet's element
 * @param {() => void} then
 */
export function loadDebug(script, then) {
  const { href } = new URL('/analytics.js/debug.min.js', (script && script.src) || location);
  try {
    // Where it cannot be loaded, the browser's own console says so.
    insertScript(href, then).onload = then;
    return true;
  } catch (error) {
    console.error(error);
  }
}
