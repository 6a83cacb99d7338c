/** The name that `integrations` and destination middleware know our destinations by. */
export const DESTINATION_NAME = 'Fullstory (Actions)';

/**
 * Whether `integrations`, of a load or of an event, let our destinations have events.
 *
 * @param {Record<string, any>} [integrations]
 * @returns {boolean}
 */
export function isDestinationOn(integrations = {}) {
  const own = integrations[DESTINATION_NAME];
  return (own == null ? integrations.All : own) !== false;
}
