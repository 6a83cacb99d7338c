import { findingsOf, sentenceOf } from './rules.js';
import { toConsole } from './to-console.js';

/**
 * Debug mode: log calls, values that FullStory rejects, skipped mappings and errors to the console. If the outlet
 * listens itself, the debug script is active and reports more.
 *
 * @param {import('./types.js').Outlet} outlet
 * @returns {import('./types.js').Outlet}
 */
export function debugCalls(outlet) {
  return {
    call(mapping, method, args) {
      if (!outlet.skip) {
        // Calls without a mapping come from a reset or, without options, from consent.
        const name = mapping.name || (args[1] ? 'reset' : 'consent');
        toConsole('debug', '[FullStory]', name, method, args);
        for (const finding of findingsOf(method, args)) toConsole('warn', '[FullStory]', name, sentenceOf(finding));
      }
      outlet.call(mapping, method, args);
    },
    skip(mapping, reason) {
      if (outlet.skip) outlet.skip(mapping, reason);
      else if (reason != 'trigger') toConsole('warn', '[FullStory]', mapping.name || 'all mappings', reason);
    },
    fail(error) {
      if (outlet.fail) outlet.fail(error);
      else toConsole('warn', '[FullStory]', error);
    },
  };
}
