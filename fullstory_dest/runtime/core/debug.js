import { findingsOf, sentenceOf } from './rules.js';
import { toConsole } from './to-console.js';

/**
 * Debug mode: what is said, what FullStory will not take of it, what is skipped and what fails goes to the console. Where
 * the outlet itself wants to hear of it, the debug script is at work, and tells all this and more.
 *
 * @param {import('./types.js').Outlet} outlet
 * @returns {import('./types.js').Outlet}
 */
export function debugCalls(outlet) {
  return {
    call(mapping, method, args) {
      if (!outlet.skip) {
        // What no mapping says comes of a reset or, where it has no options, of consent.
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
