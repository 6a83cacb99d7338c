import { attempt } from '../core/attempt.js';
import { parseQuery, uuid } from './values.js';

/** The value of `analytics.VERSION` and `context.library.version`. */
export const VERSION = '0.1.0';

/**
 * The event that a call makes, key for key as analytics.js's event factory, page context and environment enrichment
 * make it.
 *
 * @param {Record<string, any>} fields: `type`, `event`, `properties`...
 * @param {Record<string, any>} options of the call: `integrations`, `context`, ids and time; the rest goes to the context
 * @param {Record<string, any>} page
 * @param {{ id(): any, anonymousId(id?: any): any }} user
 * @param {Record<string, any>} integrations of `analytics.load`: events contain only on or off, not the settings
 * @returns {Record<string, any>}
 */
export function createEvent(fields, options, page, user, integrations) {
  if (options.anonymousId) user.anonymousId(options.anonymousId);

  /** @type {Record<string, any>} */
  const context = { ...options.context };
  // The first use of Intl takes about 20 ms.
  findLater(context, 'timezone', () => Intl.DateTimeFormat().resolvedOptions().timeZone);
  /** @type {Record<string, any>} */
  const event = { timestamp: new Date(), ...fields, context, integrations: {} };
  for (const name in integrations) event.integrations[name] = !!integrations[name];
  Object.assign(event.integrations, options.integrations);
  for (const key of Object.keys(options)) {
    if (options[key] !== undefined && !/^(context|integrations|timezone)$/.test(key)) {
      (/^(userId|anonymousId|timestamp|messageId)$/.test(key) ? event : context)[key] = options[key];
    }
  }
  event.messageId = options.messageId || 'ajs-next-' + +new Date() + '-' + uuid();
  const given = event.userId;
  // Opening the storage takes about 5 ms.
  findLater(event, 'userId', () => user.id() || given);
  findLater(event, 'anonymousId', user.anonymousId);

  const seen = { ...page };
  if (event.type == 'page') {
    event.properties = { ...page, ...event.properties };
    for (const key in page) seen[key] = event.properties[key];
    if (event.name) event.properties.name = event.name;
  }
  context.page = { ...seen, ...context.page };
  describeEnvironment(context);
  return event;
}

/**
 * Define a property that is computed when it is read, as few mappings do.
 *
 * @param {Record<string, any>} object
 * @param {string} key
 * @param {() => any} find
 */
function findLater(object, key, find) {
  /** @param {any} value */
  const set = (value) => {
    delete object[key];
    if (value !== undefined) object[key] = value;
    return value;
  };
  Object.defineProperty(object, key, { get: () => set(attempt(find)), set, enumerable: true, configurable: true });
}

/**
 * Add the browser, the language and the campaign to an event's context.
 *
 * @param {Record<string, any>} context
 */
export function describeEnvironment(context) {
  const search = context.page.search;
  context.userAgent = attempt(() => navigator.userAgent);
  if (context.locale === undefined) context.locale = attempt(() => navigator.language);
  if (!context.library) context.library = { name: 'analytics.js', version: 'fullstory-dest-' + VERSION };
  if (search && !context.campaign) context.campaign = readCampaign(String(search));
  // Missing outside Chromium and without https.
  context.userAgentData = attempt(() => /** @type {any} */ (navigator).userAgentData.toJSON());
}

/**
 * The `utm_` parameters; `utm_campaign` is called `name`.
 *
 * @param {string} search
 * @returns {Record<string, string>}
 */
export function readCampaign(search) {
  /** @type {Record<string, string>} */
  const campaign = {};
  // As in analytics.js, each question mark starts a parameter here.
  const params = parseQuery(search.replace(/\?/g, '&'));
  for (const key in params) {
    if (/utm_.|.utm_/.test(key)) campaign[key.slice(4).replace(/^campaign$/, 'name')] = params[key];
  }
  return campaign;
}
