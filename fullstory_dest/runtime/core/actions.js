import { camelCaseName } from './camelcase.js';

/** @typedef {import('./types.js').Payload} Payload */
/** @typedef {import('./types.js').Call} Call */
/** @typedef {import('./types.js').Mapping} Mapping */

/** The origin of a call for FullStory; the last argument of every call. */
export const SOURCE = 'segment-browser-actions';

/**
 * @param {Payload} payload
 * @param {Call} call
 * @param {Mapping} mapping
 */
export function performIdentifyUserV2(payload, call, mapping) {
  const properties = userProperties(payload, Object.assign({}, payload.traits), 'segmentAnonymousId');
  if (payload.userId) call(mapping, 'FS', ['setIdentity', { uid: payload.userId, properties }, SOURCE]);
  else call(mapping, 'FS', ['setProperties', { type: 'user', properties }, SOURCE]);
}

/**
 * @param {Payload} payload
 * @param {Call} call
 * @param {Mapping} mapping
 */
export function performIdentifyUser(payload, call, mapping) {
  /** @type {Object<string, any>} */
  const traits = {};
  for (const name of Object.keys(payload.traits || {})) traits[camelCaseName(name)] = payload.traits[name];
  const properties = userProperties(payload, traits, 'segmentAnonymousId_str');
  if (payload.userId) call(mapping, 'FS.identify', [payload.userId, properties, SOURCE]);
  else call(mapping, 'FS.setUserVars', [properties, SOURCE]);
}

/**
 * Add the payload's IDs to the traits.
 *
 * @param {Payload} payload
 * @param {Object<string, any>} properties
 * @param {string} anonymousIdKey
 */
function userProperties(payload, properties, anonymousIdKey) {
  if (payload.anonymousId) properties[anonymousIdKey] = payload.anonymousId;
  if (payload.email !== undefined) properties.email = payload.email;
  if (payload.displayName !== undefined) properties.displayName = payload.displayName;
  return properties;
}

/**
 * @param {Payload} payload
 * @param {Call} call
 * @param {Mapping} mapping
 */
export function performTrackEventV2(payload, call, mapping) {
  const name = requiredName(payload);
  call(mapping, 'FS', ['trackEvent', { name, properties: payload.properties == null ? {} : payload.properties }, SOURCE]);
}

/**
 * @param {Payload} payload
 * @param {Call} call
 * @param {Mapping} mapping
 */
export function performTrackEvent(payload, call, mapping) {
  call(mapping, 'FS.event', [requiredName(payload), payload.properties == null ? {} : payload.properties, SOURCE]);
}

/** @param {Payload} payload */
function requiredName({ name }) {
  if (name == null || name === '') throw Error('name is missing');
  return name;
}

/**
 * @param {Payload} payload
 * @param {Call} call
 * @param {Mapping} mapping
 */
export function performViewedPageV2(payload, call, mapping) {
  call(mapping, 'FS', ['setProperties', { type: 'page', properties: pageProperties(payload) }, SOURCE]);
}

/**
 * @param {Payload} payload
 * @param {Call} call
 * @param {Mapping} mapping
 */
export function performViewedPage(payload, call, mapping) {
  // Segment's destination makes no call only here, without a name and properties.
  if (!payload.pageName && !payload.properties) return false;
  call(mapping, 'FS.setVars', ['page', pageProperties(payload), SOURCE]);
}

/**
 * The properties can override the page's name. (Object.assign, here and above: V8 is eight times slower for an object
 * that was spread and then extended.)
 *
 * @param {Payload} payload
 */
function pageProperties({ pageName, properties }) {
  return Object.assign(pageName ? { pageName } : {}, properties);
}
