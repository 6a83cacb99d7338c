/** The name of our destinations for middleware and consent tools: Segment's `creationName`. */
export const DESTINATION_NAME = 'Fullstory';

/** The name of the plugin, which pages can use, too. */
export const PLUGIN_NAME = 'Fullstory (Actions)';

const NAMES = [DESTINATION_NAME, PLUGIN_NAME];

/**
 * Whether an event's `integrations` allow a destination, as in analytics.js: by the first of its names that is
 * present, then by `All`.
 *
 * @param {Record<string, any>} [integrations]
 * @param {string[]} [names] ours, unless given
 * @returns {boolean}
 */
export function isDestinationOn(integrations = {}, names = NAMES) {
  return names.map((name) => integrations[name]).concat(integrations.All !== false).filter((value) => value != null)[0];
}

/**
 * @param {string} name that destination middleware is for, in any case
 * @returns {boolean}
 */
export function isDestinationNamed(name) {
  return name == '*' || NAMES.some((each) => each.toLowerCase() == name.toLowerCase());
}

/**
 * Whether the `integrations` of a load allow our destinations: neither name is turned off.
 *
 * @param {Record<string, any>} integrations
 * @returns {boolean}
 */
export function isDestinationLoaded(integrations) {
  return isDestinationOn(integrations) && !NAMES.some((name) => integrations[name] === false);
}

/**
 * The part of Segment's settings document that public code reads, also in `analytics.settings.cdnSettings`. It has
 * our destinations under each name, because consent tools remove the name that they know.
 *
 * @returns {Record<string, any>}
 */
export function describeDestinations() {
  return {
    integrations: { [DESTINATION_NAME]: {}, [PLUGIN_NAME]: {} },
    remotePlugins: NAMES.map((name) => ({ creationName: name, name })),
  };
}
