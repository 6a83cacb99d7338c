/**
 * Add `on`, `once`, `off` and `emit` to an object. They also work unbound (`const { on } = analytics`).
 *
 * @param {Record<string, any>} target
 */
export function addEmitter(target) {
  /** @type {Record<string, Function[]>} */
  const listeners = Object.create(null);

  /** @type {(name: string, listener: Function) => any} */
  target.on = (name, listener) => {
    // A new list, because listeners can be added or removed during a call.
    listeners[name] = (listeners[name] || []).concat(listener);
    return target;
  };

  /** @type {(name: string, listener: Function) => any} */
  target.off = (name, listener) => {
    listeners[name] = (listeners[name] || []).filter((known) => known !== listener);
    return target;
  };

  /** @type {(name: string, listener: Function) => any} */
  target.once = (name, listener) => {
    /** @param {any[]} args */
    const heard = (...args) => {
      listener.apply(target.off(name, heard), args);
    };
    return target.on(name, heard);
  };

  /** @type {(name: string, ...args: any[]) => any} */
  target.emit = (name, ...args) => {
    (listeners[name] || []).forEach((listener) => listener.apply(target, args));
    return target;
  };
}
