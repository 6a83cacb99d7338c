/** The name that `integrations` and destination middleware know our destinations by. */
export const DESTINATION_NAME = 'Fullstory (Actions)';

/**
 * Whether `integrations`, of a load or of an event, let a destination have events: one of ours, unless it is named.
 *
 * @param {Record<string, any>} [integrations]
 * @param {string} [name]
 * @returns {boolean}
 */
export function isDestinationOn(integrations = {}, name = DESTINATION_NAME) {
  const own = integrations[name];
  return own == null ? integrations.All !== false : !!own;
}

/**
 * What a page finds in `analytics.settings.cdnSettings`: of Segment's settings document what public code reads.
 *
 * @param {Record<string, any>} config
 * @returns {Record<string, any>}
 */
export function describeDestinations(config) {
  return {
    integrations: { 'Segment.io': { apiKey: config.writeKey }, [DESTINATION_NAME]: {} },
    remotePlugins: [{ name: DESTINATION_NAME, creationName: DESTINATION_NAME }],
  };
}
