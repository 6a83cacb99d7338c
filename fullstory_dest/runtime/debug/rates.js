import { readCall } from '../core/call.js';
import { isObject } from '../core/copy.js';
import { MAXIMUM_PAGE_PROPERTIES } from '../core/rules.js';

/** @type {{ [kind: string]: [string, number, number] }} a description, and the limits per minute and per second */
const RATES = {
  trackEvent: ['events', 60, 40],
  setIdentity: ['identifications', 30, 10],
  user: ['calls that set user properties', 30, 10],
  page: ['calls that set page properties', 30, 10],
};

/**
 * FullStory's limits that a single call doesn't show: calls per page, page properties per page, and that a second ID
 * starts another session. docs/fullstory-rules.md has the sources.
 *
 * @returns {(method: import('../core/types.js').Method, args: any[]) => string[]} takes each call of a page to one
 *   FullStory, and returns warnings
 */
export function createRates() {
  /** When calls of a kind were made, in ms. @type {{ [kind: string]: number[] }} */
  let times = {};
  /** @type {Set<string>} */
  let properties = new Set();
  /** @type {any} */
  let identity;
  let page = '';

  return (method, args) => {
    const { kind, uid, properties: given } = readCall(method, args);
    /** @type {string[]} */
    const warnings = [];
    const here = location.host + location.pathname;
    // Page properties, and the limits per page, end with the page.
    if (here != page) {
      times = {};
      properties = new Set();
    }
    page = here;

    if (RATES[kind]) {
      const [what, aMinute, aSecond] = RATES[kind];
      const now = +new Date();
      const recent = (times[kind] = (times[kind] || []).filter((time) => time > now - 60000));
      recent.push(now);
      const burst = recent.filter((time) => time > now - 1000).length;
      const many = (/** @type {number} */ count, /** @type {number} */ most, /** @type {string} */ span) =>
        count + ' ' + what + ' in a ' + span + '; FullStory accepts ' + most;
      if (burst > aSecond) warnings.push(many(burst, aSecond, 'second'));
      if (recent.length > aMinute) warnings.push(many(recent.length, aMinute, 'minute on this page'));
    }
    if (kind == 'page' && isObject(given)) {
      for (const name of Object.keys(given)) if (name != 'pageName') properties.add(name);
      // The rules report a single call with too many.
      if (properties.size > MAXIMUM_PAGE_PROPERTIES && Object.keys(given).length <= MAXIMUM_PAGE_PROPERTIES) {
        warnings.push('this page has ' + properties.size + ' properties; FullStory keeps ' + MAXIMUM_PAGE_PROPERTIES + ' per page, besides pageName');
      }
    }
    if (kind == 'anonymous') identity = undefined;
    if (kind == 'setIdentity') {
      if (identity !== undefined && uid !== identity) warnings.push('uid has changed; FullStory starts a new session');
      identity = uid;
    }
    return warnings;
  };
}
