import { attempt } from './core/attempt.js';
import { toConsole } from './core/to-console.js';
import { createPanel } from './debug/panel.js';
import { warnOfMissing } from './debug/missing.js';
import { printEntry } from './debug/report.js';
import { watchAnalytics } from './debug/instrument.js';

/** State of the panel that a tab keeps. */
const COLLAPSED = 'fs_debug_collapsed';

/**
 * Define the global `fullstoryDebug`. The snippet passes it its analytics object, to show each event's result in the
 * console and in a panel.
 */
export function defineDebug() {
  const page = /** @type {any} */ (window);
  // Two snippets share one instance.
  if (!page.fullstoryDebug) page.fullstoryDebug = createDebug();
}

/**
 * @returns {(analytics: any, on?: boolean) => boolean} false stops debug mode for this analytics; returns whether it is on
 */
function createDebug() {
  /** Functions that stop debug mode, by analytics. @type {Map<any, () => void>} */
  const watched = new Map();
  /** @type {ReturnType<typeof createPanel> | undefined} */
  let panel;

  /** Keep the mode for later pages, until the browser is closed. @param {boolean} is */
  const remember = (is) =>
    attempt(() => {
      document.cookie = 'fs_debug=1; path=/; SameSite=Lax' + (is ? '' : '; max-age=-1');
    });

  /** @param {any} analytics */
  const end = (analytics) => {
    attempt(/** @type {() => void} */ (watched.get(analytics)));
    watched.delete(analytics);
    if (watched.size) return;
    if (panel) panel.remove();
    panel = undefined;
    remember(false);
  };

  /** @param {any} analytics */
  const begin = (analytics) => {
    /** @type {import('./debug/instrument.js').Tell} */
    const tell = (entry) => {
      if (panel) attempt(() => /** @type {any} */ (panel).show(entry));
      if (entry.isDone) attempt(() => printEntry(entry));
    };
    remember(true);
    const ends = [attempt(() => watchAnalytics(analytics, tell)), attempt(() => warnOfMissing(analytics))];
    watched.set(analytics, () => ends.forEach((end) => attempt(end)));
    panel =
      panel ||
      attempt(() =>
        createPanel({
          destinations: () => Array.from(watched.keys()).reduce((all, each) => all.concat(each.destinations), []),
          end: () => Array.from(watched.keys()).forEach(end),
          isCollapsed: () => attempt(() => sessionStorage.getItem(COLLAPSED) == '1'),
          collapsed: (is) => attempt(() => sessionStorage.setItem(COLLAPSED, is ? '1' : '')),
        })
      );
    toConsole('info', '[FullStory] Debugging', analytics.settings.writeKey + '. Call analytics.debug(false) to stop.');
    attempt(() => {
      if (document.readyState == 'complete') warnOfOthers();
      else addEventListener('load', () => attempt(warnOfOthers));
    });
  };

  return (analytics, on) => {
    analytics.debug = (/** @type {boolean} */ turned) => {
      turn(analytics, turned);
      return analytics;
    };
    return turn(analytics, on);
  };

  /**
   * @param {any} analytics
   * @param {boolean} [on]
   */
  function turn(analytics, on) {
    // `?fs_debug=0` deletes the browser's session cookie.
    const wanted = on !== false && (on || !/[?&]fs_debug=0/.test(location.href));
    if (wanted && !watched.has(analytics)) begin(analytics);
    else if (!wanted && watched.has(analytics)) end(analytics);
    else if (!wanted) remember(false);
    return wanted;
  }
}

/** The second of two snippets with the same global does nothing. */
function warnOfOthers() {
  document.querySelectorAll('script[src*="/analytics.js/v1/"]').forEach((script) => {
    const name = script.getAttribute('data-global-segment-analytics-key') || 'analytics';
    const owner = /** @type {any} */ (window)[name];
    const key = /** @type {HTMLScriptElement} */ (script).src.split(/.*\/v1\/|\/analytics\.min\.js.*/)[1];
    if (owner && owner.initialized && owner.settings.writeKey != key) {
      toConsole('warn', '[FullStory] The snippet of', key, 'does nothing:', name, 'already belongs to', owner.settings.writeKey + '.');
    }
  });
}
