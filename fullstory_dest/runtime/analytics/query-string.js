import { parseQuery } from './values.js';

/**
 * Make the calls of `ajs_aid`, `ajs_uid` with `ajs_trait_*`, and `ajs_event` with `ajs_prop_*`.
 *
 * @param {any} analytics
 * @param {string} query
 * @returns {Promise<any[]>}
 */
export function callFromQuery(analytics, query) {
  const params = parseQuery(query.replace(/^.*?\?|#.*/g, ''));
  const { ajs_aid: anonymousId, ajs_uid: userId, ajs_event: event } = params;
  const { aid = /./, uid = /./ } = analytics.options.useQueryString || {};

  /** @param {string} prefix */
  const startingWith = (prefix) => {
    /** @type {Record<string, string>} */
    const found = {};
    for (const key in params) {
      if (key.indexOf(prefix) == 0) found[key.slice(prefix.length)] = params[key];
    }
    return found;
  };

  const calls = [];
  if (anonymousId && aid.test(anonymousId)) analytics.setAnonymousId(anonymousId);
  if (userId && uid.test(userId)) calls.push(analytics.identify(userId, startingWith('ajs_trait_')));
  if (event) calls.push(analytics.track(event, startingWith('ajs_prop_')));
  return Promise.all(calls);
}
