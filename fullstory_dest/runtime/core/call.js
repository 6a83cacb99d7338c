/**
 * The meaning of a call, independent of its API. `kind` is FullStory's operation, or the type of `setProperties`.
 *
 * @typedef {{
 *   kind: 'trackEvent' | 'setIdentity' | 'user' | 'page' | 'anonymous' | 'shutdown' | 'restart',
 *   legacy: boolean,
 *   name?: any,
 *   uid?: any,
 *   properties?: any,
 * }} Statement
 */

/**
 * @param {import('./types.js').Method} method
 * @param {any[]} args
 * @returns {Statement}
 */
export function readCall(method, args) {
  const [first, second] = args;
  switch (method) {
    case 'FS.event':
      return { kind: 'trackEvent', legacy: true, name: first, properties: second };
    case 'FS.identify':
      return { kind: 'setIdentity', legacy: true, uid: first, properties: second };
    case 'FS.setUserVars':
      return { kind: 'user', legacy: true, properties: first };
    case 'FS.setVars':
      return { kind: first, legacy: true, properties: second };
  }
  const { type, anonymous, name, uid, properties } = second || {};
  return { kind: anonymous ? 'anonymous' : first == 'setProperties' ? type : first, legacy: false, name, uid, properties };
}

/**
 * The arguments of a call with other properties.
 *
 * @param {import('./types.js').Method} method
 * @param {any[]} args
 * @param {any} properties
 * @returns {any[]}
 */
export function withProperties(method, args, properties) {
  if (method == 'FS') return [args[0], { ...args[1], properties }, args[2]];
  // Legacy methods take the properties before the source.
  return [...args.slice(0, -2), properties, args[args.length - 1]];
}
