import { findingsOf } from './rules.js';

/**
 * Debug mode: what is said, what FullStory will not take of it, what is skipped and what fails goes to the console.
 *
 * @param {import('./types.js').Outlet} outlet
 * @returns {import('./types.js').Outlet}
 */
export function debugCalls(outlet) {
  return {
    call(mapping, method, args) {
      // What no mapping says comes of a reset or, where it has no options, of consent.
      const name = mapping.name || (args[1] ? 'reset' : 'consent');
      console.debug('[FullStory]', name, method, args);
      for (const { path, message } of findingsOf(method, args)) {
        console.warn('[FullStory]', name, (path.length ? path.join('.') + ' ' : 'the call ') + message);
      }
      outlet.call(mapping, method, args);
    },
    skip(mapping, reason) {
      if (reason != 'trigger') console.warn('[FullStory]', mapping.name || 'all mappings', reason);
    },
    fail(error) {
      console.warn('[FullStory]', error);
    },
  };
}
