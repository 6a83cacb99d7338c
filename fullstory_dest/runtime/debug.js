import { attempt } from './core/attempt.js';
import { toConsole } from './core/to-console.js';
import { createPanel } from './debug/panel.js';
import { NO_HOOK, OTHER_TAB, describePreview, dropToken, isLinked, requestPreview, takeToken, watchAddress } from './debug/preview-link.js';
import { warnOfMissing } from './debug/missing.js';
import { printEntry } from './debug/report.js';
import { watchAnalytics } from './debug/instrument.js';

/** No destinations, for a plugin whose preview another one has. */
const NOTHING = { all: [], send() {}, reset() {} };

/** `?fs_debug=0` deletes the browser's session cookie. */
const isEnded = () => /[?&]fs_debug=0/.test(location.href);

/** A cookie whose tab, or another one, opened a preview link. Snippets look for its start. */
const isLinkOpened = () => /fs_debug=1\.preview/.test(document.cookie);

/** State of the panel that a tab keeps. */
const COLLAPSED = 'fs_debug_collapsed';

/**
 * Define the global `fullstoryDebug`. The snippet passes it its analytics object, to show each event's result in the
 * console and in a panel. Before that, start what the page waits for: the preview of a preview link, or the plugin.
 */
export function defineDebug() {
  const page = /** @type {any} */ (window);
  // Two snippets share one instance.
  if (!page.fullstoryDebug) {
    page.fullstoryDebug = createDebug();
    attempt(watchAddress);
  }
  page.fullstoryDebug.start(attempt(() => document.currentScript) || {});
}

/**
 * A function of an analytics object, and of false to stop debug mode for it. It returns whether debug mode is on. `start`
 * gets the element of this script.
 */
function createDebug() {
  /** Functions that stop debug mode, by analytics. @type {Map<any, () => void>} */
  const watched = new Map();
  /** @type {ReturnType<typeof createPanel> | undefined} */
  let panel;
  /** The token of a preview link. @type {string | undefined} */
  let token;
  /** The lines about the preview, and whether it started. @type {string[]} */
  let notice = [];
  let isPreviewed = false;
  /** The analytics.js 2 that have a preview. @type {Set<any>} */
  const previewed = new Set();

  /** Keep the mode for later pages, until the browser is closed. @param {boolean} is */
  const remember = (is) => {
    if (!is) dropToken();
    attempt(() => {
      const value = token || isLinkOpened() ? '1.preview' : '1';
      document.cookie = 'fs_debug=' + value + '; path=/; SameSite=Lax' + (is ? '' : '; max-age=-1');
    });
  };

  /** Show what is live again. */
  const exit = () => {
    remember(false);
    location.reload();
  };

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
    if (!token && !notice.length && attempt(isLinkOpened)) notice = [OTHER_TAB];
    remember(true);
    const ends = [attempt(() => watchAnalytics(analytics, tell)), attempt(() => warnOfMissing(analytics))];
    watched.set(analytics, () => ends.forEach((end) => attempt(end)));
    panel =
      panel ||
      attempt(() =>
        createPanel({
          destinations: () => Array.from(watched.keys()).reduce((all, each) => all.concat(each.destinations), []),
          end: () => (notice.length ? exit() : Array.from(watched.keys()).forEach(end)),
          notice: () => ({ lines: notice, isProblem: !isPreviewed }),
          exit,
          isCollapsed: () => attempt(() => sessionStorage.getItem(COLLAPSED) == '1'),
          collapsed: (is) => attempt(() => sessionStorage.setItem(COLLAPSED, is ? '1' : '')),
        })
      );
    if (notice.length) toConsole(isPreviewed ? 'info' : 'warn', '[FullStory]', ...notice);
    toConsole('info', '[FullStory] Debugging', analytics.settings.writeKey + '. Call analytics.debug(false) to stop.');
    attempt(() => {
      if (document.readyState == 'complete') warnOfOthers();
      else addEventListener('load', () => attempt(warnOfOthers));
    });
  };

  /**
   * Start what the page waits for. A snippet's element has its `config` and `script`, a plugin's has `start` and
   * `analytics`.
   *
   * @param {any} element of the debug script
   */
  const start = (element) => {
    const { config, script, start: open, analytics } = element;
    if (!config && !open) {
      // Debug mode was turned on later, or by a snippet from before this feature.
      if (isLinked()) notice = describePreview(NO_HOOK);
      return;
    }
    const live = open ? () => watchPlugin(analytics, open()) : element.onload;
    token = token || (isEnded() ? undefined : takeToken());
    // A snippet continues when this has loaded.
    if (!token && config) return;
    // The address has it no longer, and the page can have more snippets.
    if (token) remember(true);
    if (token) requestPreview(token, element.src, (preview) => onPreview(preview));
    else live();
    element.onload = null;

    /** @param {import('./debug/preview-link.js').Preview} preview */
    function onPreview(preview) {
      const { name, keys } = preview;
      if (keys && !keys.includes((config || analytics.settings).writeKey)) preview.problem = 'the link is for the tag of ' + name;
      // Another source of this page can have its preview.
      if (!isPreviewed) notice = describePreview(preview);
      isPreviewed = isPreviewed || !preview.problem;
      if (panel) panel.showNotice();
      if (preview.problem) return live();
      if (config) return attempt(() => preview.install(script), live);
      // analytics.js 2 has a plugin for each live destination. The first one gets the destinations of the drafts.
      const isFirst = !previewed.has(analytics);
      previewed.add(analytics);
      const opened = open((/** @type {any} */ _, /** @type {any} */ waits) => (isFirst ? preview.open(waits) : NOTHING));
      if (isFirst) watchPlugin(analytics, opened);
    }
  };

  /**
   * Show the events of a plugin. Of the analytics.js 2 that it belongs to, only the settings are of use.
   *
   * @param {any} analytics
   * @param {any} opened
   */
  const watchPlugin = ({ settings }, opened) => turn({ settings, options: {}, on() {}, off() {}, destinations: opened.all || [opened] });

  /** @type {any} */
  const debug = (/** @type {any} */ analytics, /** @type {boolean} */ on) => {
    analytics.debug = (/** @type {boolean} */ turned) => {
      turn(analytics, turned);
      return analytics;
    };
    return turn(analytics, on);
  };
  return Object.assign(debug, { start });

  /**
   * @param {any} analytics
   * @param {boolean} [on]
   */
  function turn(analytics, on) {
    const wanted = on !== false && (on || !isEnded());
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
