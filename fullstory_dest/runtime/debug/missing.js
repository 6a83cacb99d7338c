import { toConsole } from '../core/to-console.js';

/** Options of `analytics.load` that analytics.js reads and we do not: docs/install.md. */
const OPTIONS = ['disableAutoISOConversion', 'globalAnalyticsKey', 'group', 'highEntropyValuesClientHints', 'obfuscate', 'plan', 'retryQueue', 'user'];

/** Fields of analytics.js, besides its documented methods, that we don't have. */
const FIELDS = [
  'queue', 'storage', 'plugins', 'Integrations', 'failedInitializations', 'init', 'log', 'normalize', 'noConflict', 'listeners',
  'hasListeners', 'addEventListener', 'removeEventListener', 'removeListener', 'removeAllListeners', 'add', 'addIntegration',
];

/**
 * Warn about ignored options of the page, and from now on about missing fields.
 *
 * @param {any} analytics
 * @returns {() => void} ends it
 */
export function warnOfMissing(analytics) {
  const { options } = analytics;
  const ignored = OPTIONS.filter((name) => options[name] !== undefined);
  const posting = (options.integrations || {})['Segment.io'] || {};
  if (posting.httpConfig) ignored.push("integrations['Segment.io'].httpConfig");
  // Only sources with an API host have the code for posting.
  if (posting.apiHost && !analytics.settings.apiHost) {
    ignored.push("integrations['Segment.io'].apiHost (set an API host for the source)");
  }
  if (ignored.length) toConsole('warn', '[FullStory] Ignored options of analytics.load:', ignored.join(', '));

  const missing = FIELDS.filter((name) => !(name in analytics));
  missing.forEach((name) => {
    Object.defineProperty(analytics, name, {
      configurable: true,
      get: () => toConsole('warn', '[FullStory] Not available: analytics.' + name),
      set: (value) => Object.defineProperty(analytics, name, { value, writable: true, enumerable: true }),
    });
  });
  return () => {
    for (const name of missing) {
      if ((Object.getOwnPropertyDescriptor(analytics, name) || {}).get) delete analytics[name];
    }
  };
}
