import { readCall, withProperties } from './call.js';
import { withoutAccent } from './camelcase.js';
import { isObject } from './copy.js';
import { LEGAL_NAME, SPECIAL_NAMES, TYPE_SUFFIX } from './names.js';

/**
 * Rename properties so that FullStory accepts their names.
 *
 * @param {import('./types.js').Outlet} outlet
 * @returns {import('./types.js').Outlet}
 */
export function tidyCalls(outlet) {
  /** @type {import('./types.js').Outlet['call']} */
  const call = (mapping, method, args) => {
    const { properties } = readCall(method, args);
    outlet.call(mapping, method, isObject(properties) ? withProperties(method, args, tidy(properties)) : args);
  };
  // Skips and failures go to the outlet, also if it is replaced later.
  return Object.assign(Object.create(outlet), { call });
}

/**
 * A copy with legal names, also in nested objects and arrays. Legal names don't change. If several illegal names have
 * the same result, the later ones get `_2`, `_3`. No property is lost, and none becomes a special property.
 *
 * @param {any} value
 * @returns {any}
 */
export function tidy(value) {
  if (Array.isArray(value)) return value.map(tidy);
  if (!isObject(value)) return value;
  const names = Object.keys(value);
  const taken = new Set(SPECIAL_NAMES.concat(names.filter((name) => LEGAL_NAME.test(name))));
  /** The number of names with the same result. @type {Map<string, number>} */
  const counts = new Map();
  /** @type {Object<string, any>} */
  const result = {};
  for (const name of names) {
    let legal = name;
    if (!LEGAL_NAME.test(name)) {
      const wanted = legalName(name, 1);
      let count = counts.get(wanted) || 0;
      do legal = legalName(name, ++count);
      while (taken.has(legal));
      counts.set(wanted, count);
      taken.add(legal);
    }
    result[legal] = tidy(value[name]);
  }
  return result;
}

/**
 * The legal name for an illegal one. Accents are removed, other letters outside ASCII become their code points (so that
 * names in Greek or Chinese stay distinct), and other characters become `_`. A type suffix is kept, and never created.
 *
 * @param {string} name
 * @param {number} count its position, from 1, among the names with the same result
 */
function legalName(name, count) {
  const [suffix] = TYPE_SUFFIX.exec(name) || [''];
  const end = (count > 1 ? '_' + count : '') + suffix;
  let stem = name
    .slice(0, name.length - suffix.length)
    .replace(/[\xc0-\u017f]/g, withoutAccent)
    .normalize('NFKD')
    .replace(/[\u0300-\u036f]/g, '')
    .replace(/[^\x00-\x7f]/gu, (letter) => 'u' + /** @type {number} */ (letter.codePointAt(0)).toString(16))
    .replace(/[^\w-]+/g, '_')
    .replace(/^[_-]+|[_-]+$/g, '');
  if (!/^[A-Za-z]/.test(stem)) stem = stem ? 'p_' + stem : 'property';
  stem = stem.slice(0, 512 - end.length);
  return (suffix ? stem : stem.replace(/_(?=(str|int|real|bool|date)s?$)/, '-')) + end;
}
