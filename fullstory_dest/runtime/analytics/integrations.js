/** The name of our destinations for middleware and consent tools: Segment's `creationName`. */
export const DESTINATION_NAME = 'Fullstory';

/** The name of the plugin, which pages may use just as well. */
export const PLUGIN_NAME = 'Fullstory (Actions)';

const NAMES = [DESTINATION_NAME, PLUGIN_NAME];

/**
 * Whether `integrations` of an event let a destination have it, as analytics.js decides: the first of its names that is
 * there, and then `All`.
 *
 * @param {Record<string, any>} [integrations]
 * @param {string[]} [names] ours, unless given
 * @returns {boolean}
 */
export function isDestinationOn(integrations = {}, names = NAMES) {
  return names.map((name) => integrations[name]).concat(integrations.All !== false).find((value) => value != null);
}

/**
 * Whether `integrations` of a load let our destinations be there: neither name may be turned off.
 *
 * @param {Record<string, any>} integrations
 * @returns {boolean}
 */
export function isDestinationLoaded(integrations) {
  return isDestinationOn(integrations) && NAMES.every((name) => integrations[name] !== false);
}

/**
 * @param {string} name that destination middleware is for, in any case
 * @returns {boolean}
 */
export function isDestinationNamed(name) {
  return /^(\*|fullstory( \(actions\))?)$/i.test(name);
}

/**
 * Of Segment's settings document what public code reads, in `analytics.settings.cdnSettings` too. Our destinations are in
 * it once under each name: consent tools take away what is refused by the one that they know.
 *
 * @returns {Record<string, any>}
 */
export function describeDestinations() {
  return {
    integrations: { [DESTINATION_NAME]: {}, [PLUGIN_NAME]: {} },
    remotePlugins: NAMES.map((name) => ({ creationName: name, name })),
  };
}
