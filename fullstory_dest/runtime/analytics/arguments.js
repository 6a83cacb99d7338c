import { isObject } from '../core/copy.js';
import { isFunction, isString } from './values.js';

/**
 * `track(name, properties?, options?, callback?)` or `track({event, properties}, options?, callback?)`.
 * Throws without an event name, as in analytics.js.
 *
 * @param {any[]} args
 * @returns {[string, Record<string, any>, Record<string, any>]} name, properties, options
 */
export function resolveTrack(args) {
  const [event, properties, options] = args;
  const whole = isObject(event);
  const name = whole ? event.event : event;
  if (!name || !isString(name)) throw Error('Event missing');

  const found = whole ? event.properties || {} : isObject(properties) ? properties : {};
  if (!isObject(found)) throw Error('.properties is not an object');

  const chosen = whole && !isFunction(properties) ? properties : options;
  return [name, found, (!isFunction(chosen) && chosen) || {}];
}

/**
 * `page(category?, name?, properties?, options?, callback?)`, also for screen. One string is the name, two are category
 * and name. One object is the properties (unless only options can have its place), two are properties and options.
 *
 * @param {any[]} args
 * @returns {[string | null, string | null, Record<string, any>, Record<string, any>]}
 *   category, name, properties, options
 */
export function resolvePage(args) {
  const [first, second] = args;
  const strings = args.filter(isString);
  const objects = args.filter(isObject);
  const two = strings.length == 2;

  let [properties = {}, options = {}] = objects.length > 2 ? [] : objects;
  if (objects.length == 1 && isObject(args[3])) {
    properties = {};
    options = args[3];
  }
  return [
    two && isString(first) ? first : null,
    two ? (isString(second) ? second : null) : strings.length == 1 ? strings[0] : null,
    properties,
    options,
  ];
}

/**
 * `identify(id?, traits?, options?, callback?)`, for group too. An omitted ID is the current one.
 *
 * @param {any[]} args
 * @param {{ id(): string | null }} current
 * @returns {[string | null, Record<string, any>, Record<string, any>]} id, traits, options
 */
export function resolveIdentify(args, current) {
  const [first] = args;
  const named = isString(first) || typeof first == 'number';
  // Only an object or a function can replace the ID.
  const [traits, options] = named || first == null ? args.slice(1) : args;
  return [
    named ? String(first) : current.id(),
    isObject(traits) ? traits : {},
    isObject(options) && !isFunction(traits) ? options : {},
  ];
}

/**
 * `alias(to, from?, options?, callback?)`.
 *
 * @param {any[]} args
 * @returns {[string, string | null, Record<string, any>]} to, from, options
 */
export function resolveAlias(args) {
  const given = args.map((arg) => (typeof arg == 'number' ? String(arg) : arg));
  const [to = given[0], from = null] = given.filter(isString);
  const [options = {}] = given.filter(isObject);
  return [to, from, options];
}
