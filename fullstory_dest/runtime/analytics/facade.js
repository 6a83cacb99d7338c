import { copy } from '../core/copy.js';
import { follow } from '../core/path.js';

/**
 * The payload of middleware: the event itself as `obj`, and methods of `@segment/facade`, which give copies. Each key of
 * the event, and then of its properties, traits and context, is a method: of a track call `name()` is `properties.name`
 * and `traits()` is `context.traits`.
 *
 * @param {any} obj
 * @returns {any}
 */
export function toFacade(obj) {
  /** @type {Record<string, () => any>} */
  const facade = {};
  /** @param {string} path */
  const proxy = (path) => copy(follow(obj, path.split('.')));
  // The methods that every event has come first.
  [{ userId: undefined, event: undefined, name: undefined, category: undefined, traits: {} }, obj.context, obj.traits, obj.properties, obj].forEach((part) => {
    // Without reading values, because some are computed when read, which is slow.
    for (const key in part) facade[key] = () => copy(part[key]);
  });
  return { ...facade, obj, json: () => copy(obj), field: proxy, proxy };
}
