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
