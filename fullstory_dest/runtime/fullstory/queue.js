/**
 * The function of FullStory's snippet 2.1: it queues calls until fs.js takes over, and has the methods of the legacy
 * API.
 *
 * @returns {any}
 */
export function makeQueue() {
  /** @type {any} */
  const queue = (
    /** @type {string} */ operation,
    /** @type {any} */ options,
    /** @type {string} */ source,
    /** @type {number} */ version,
  ) => {
    /**
     * @param {string} name
     * @param {Function} [resolve]
     * @param {Function} [reject]
     */
    const push = (name, resolve, reject) => {
      const entry = [name, options, source, resolve, reject, version || 2];
      if (queue._api) return queue._api(...entry);
      if (queue.q) queue.q.push(entry);
      return null;
    };
    return /Async$/.test(operation)
      ? new Promise((resolve, reject) => push(operation.slice(0, -5), resolve, reject))
      : push(operation);
  };
  queue.q = [];
  queue._v = '2.1.0';
  return addLegacyMethods(queue);
}

/**
 * The legacy API, which is the same queue with version 1.
 *
 * @param {any} queue
 */
function addLegacyMethods(queue) {
  /**
   * @param {string} operation
   * @param {any} [options]
   * @param {string} [source]
   */
  const send = (operation, options, source) => {
    queue(operation, options, source, 1);
  };
  const ignore = () => {};
  /** @type {{ [name: string]: (...args: any[]) => void }} */
  const methods = {
    setVars: (type, properties, source) => send('setProperties', { type, properties }, source),
    setUserVars: (properties, source) => methods.setVars('user', properties, source),
    identify(uid, properties, source) {
      methods.setUserVars({ uid }, source);
      if (properties) methods.setUserVars(properties, source);
    },
    event: (name, properties, source) => send('trackEvent', { name, properties }, source),
    anonymize: () => methods.identify(false),
    shutdown: () => send('shutdown'),
    restart: () => send('restart'),
    log: (level, msg) => send('log', { level, msg }),
    consent: (...given) => send('setIdentity', { consent: !given.length || given[0] }),
    identifyAccount: ignore,
    clearUserCookie: ignore,
  };
  return Object.assign(queue, methods);
}

/**
 * Reject pending and later calls that await a result: fs.js didn't load.
 *
 * @param {any} queue
 * @param {Error} error
 * @returns {Error} the same
 */
export function rejectQueue(queue, error) {
  /** @param {any[]} entry */
  const reject = (entry) => {
    if (entry[4]) entry[4](error);
  };
  if (queue.q) {
    queue.q.splice(0).forEach(reject);
    queue.q.push = reject;
  }
  return error;
}
