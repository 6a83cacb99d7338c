import { copy } from '../core/copy.js';
import { follow } from '../core/path.js';

/**
 * The payload of middleware: the event itself as `obj`, and methods of `@segment/facade`, which give copies. Each key of
 * the event's properties or traits, then of its context, and then of the event is a method: of a track call `name()` is
 * `properties.name` and `traits()` is `context.traits`.
 *
 * @param {any} obj
 * @returns {any}
 */
export function toFacade(obj) {
  /** @type {Record<string, () => any>} */
  const facade = {};
  /** @param {string} path */
  const proxy = (path) => copy(follow(obj, path.split('.')));
  [
    // Every event has these methods.
    { name: undefined, category: undefined, email: undefined, username: undefined, revenue: undefined },
    obj.traits,
    obj.properties,
    // And these, which are not of its properties.
    { event: undefined, userId: undefined, groupId: undefined, channel: undefined, traits: {}, enabled: true, options: obj.context },
    obj.context,
    obj,
    { json: obj },
  ].forEach((part) => {
    // Without reading values, because some are computed when read, which is slow.
    for (const key in part) facade[key] = () => copy(part[key]);
  });
  // With a `then`, an async middleware that returns its payload would wait for it forever.
  return { ...facade, then: undefined, obj, field: proxy, proxy };
}
