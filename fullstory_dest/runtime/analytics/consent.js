import { tell } from '../core/tell.js';
import { DESTINATION_NAME } from './integrations.js';
import { copy, isObject } from '../core/copy.js';
import { toConsole } from '../core/to-console.js';

/** The maximum of events that wait for an answer. The oldest are dropped first, identify calls last. */
const MAXIMUM_HELD = 100;

/** @typedef {import('../destination.js').OpenDestination} OpenDestination */

/**
 * Call `decide` if the answer may have changed, `trim` if the limit of held events fell, `see` for each new event.
 * @typedef {{ decide(): void, trim(): void, see(event: any): void }} Gate
 */

/**
 * Add `analytics.consent({ category: true or false, ... })`, and open destinations with categories when all are
 * granted.
 *
 * @param {any} analytics
 * @param {Record<string, any>} config
 * @param {import('../snippet.js').Open} open
 * @returns {import('../snippet.js').Open}
 */
export function askConsent(analytics, config, open) {
  /** Only true and false count as answers. @type {Record<string, any>} */
  const said = Object.create(null);
  /** @type {Gate[]} */
  const gates = [];
  let queueIsRead = false;

  const decide = () => gates.forEach((gate) => gate.decide());

  /** @param {any[]} found */
  const warn = (...found) => {
    if (config.destinations.some((/** @type {any} */ { settings }) => settings.debug)) {
      toConsole('warn', '[FullStory]', 'consent', ...found);
    }
  };

  /** @param {any} categories omitted categories keep their answer */
  analytics.consent = (categories) => {
    try {
      if (!isObject(categories)) return warn(categories, 'is not an object of categories');
      for (const category of Object.keys(categories)) {
        const answer = (said[category] = categories[category]);
        if (typeof answer != 'boolean') warn(category, answer, 'is neither true nor false, so it is ignored');
      }
    } catch (error) {
      // Errors don't reach the page, also those of its getters.
      toConsole('error', error);
    }
    if (queueIsRead) decide();
  };

  /**
   * Add consent to an event as Segment's wrappers do, and pass it to the gates before the page's middleware.
   *
   * @param {any} passing
   */
  const stamp = ({ payload, next }) => {
    const { context } = payload.obj;
    /** @type {Record<string, boolean>} */
    const categoryPreferences = {};
    Object.keys(said).forEach((category) => {
      if (typeof said[category] == 'boolean') categoryPreferences[category] = said[category];
    });
    context.consent = { ...context.consent, categoryPreferences };
    gates.forEach((gate) => gate.see(payload.obj));
    next(payload);
  };
  if (config.destinations.some((/** @type {any} */ { consent }) => consent)) analytics.addSourceMiddleware(stamp);

  // Later answers in the queue apply first: nothing is loaded for an answer that is withdrawn, nor dropped for one that is granted.
  Promise.resolve().then(() => {
    queueIsRead = true;
    decide();
    gates.forEach((gate) => gate.trim());
  });

  return (destination) => {
    const { consent } = destination;
    if (!consent) return open(destination);
    const answer = () =>
      consent.some((category) => said[category] === false)
        ? false
        : consent.every((category) => said[category] === true) || undefined;
    return addGate(destination, open, answer, gates, () => (queueIsRead ? MAXIMUM_HELD : Infinity));
  };
}

/**
 * A destination that exists from the start, and opens the real one when `answer` returns true. Without an answer, events
 * are held; after a refusal, they are dropped. A reset is kept in both cases, so that the next visitor isn't taken for
 * the previous one.
 *
 * @param {import('../core/types.js').Destination} destination
 * @param {import('../snippet.js').Open} open
 * @param {() => boolean | undefined} answer
 * @param {Gate[]} gates this gate is added to them
 * @param {() => number} limit of held events
 * @returns {OpenDestination}
 */
function addGate(destination, open, answer, gates, limit) {
  /** @type {any} */
  const nothing = {};
  /** @type {boolean | undefined} */
  let granted;
  /** @type {OpenDestination | undefined} */
  let inner;
  /** Events, and null for a reset. @type {any[]} */
  let held = [];
  /** @type {import('../core/types.js').Outlet} */
  let outlet = {
    call: () => {},
    skip: (_, reason) => {
      if (gate.end.skip) gate.end.skip(nothing, reason);
      else if (destination.settings.debug) toConsole('warn', '[FullStory] all mappings', reason);
    },
    fail: (error) => {
      if (gate.end.fail) gate.end.fail(error);
      else if (destination.settings.debug) toConsole('warn', '[FullStory]', error);
    },
  };
  /** Call the end of the opened destination. @type {import('../core/types.js').Outlet["call"]} */
  let say = () => {};

  /** The number of refusals, and their number when an event was made; -1 if consent was refused at that time. */
  let refusals = 0;
  /** @type {WeakMap<any, number>} */
  const seen = new WeakMap();

  const trim = () => {
    while (held.filter(Boolean).length > limit()) {
      const first = held.findIndex((each) => each && each.type != 'identify');
      held.splice(first < 0 ? held.findIndex(Boolean) : first, 1);
      gate.outlet.skip(nothing, 'consent: too many events are waiting, so the oldest is dropped');
    }
    // Consecutive resets count as one.
    held = held.filter((each, index) => each || held[index + 1] !== null);
  };

  /** @param {any} event */
  const hold = (event) => {
    held.push(event);
    trim();
  };

  /** @type {OpenDestination & { outlet: Required<import('../core/types.js').Outlet> }} */
  const gate = {
    name: DESTINATION_NAME,
    config: destination,
    outlet: {
      call: (mapping, method, args) => outlet.call(mapping, method, args),
      skip: (mapping, reason) => outlet.skip && outlet.skip(mapping, reason),
      fail: (error) => outlet.fail && outlet.fail(error),
    },
    end: { call: (mapping, method, args) => say(mapping, method, args) },
    send(event, made) {
      const { skip, fail } = gate.outlet;
      try {
        if (granted === false) return skip(nothing, 'consent: refused');
        if (seen.has(made) && seen.get(made) !== refusals) return skip(nothing, 'consent: refused at the time of the event');
        if (inner && granted) return inner.send(event);
        hold(copy(event));
        skip(nothing, 'consent: waiting');
      } catch (error) {
        // An event that is cyclic or unreadable.
        fail(error);
      }
    },
    reset() {
      if (inner && granted) inner.reset();
      else if (destination.settings.anonymizeOnReset) hold(null);
    },
  };

  const decide = () => {
    const before = granted;
    granted = answer();
    if (granted === before) return;
    if (granted === false) {
      refusals++;
      const count = held.length;
      held = held.filter((event) => !event);
      if (held.length < count) gate.outlet.skip(nothing, 'consent: refused, and ' + (count - held.length) + ' waiting events are dropped');
    }
    if (inner && before) tell(inner, 'shutdown');
    if (!granted) return;
    if (inner) {
      tell(inner, 'restart');
    } else {
      inner = open(destination);
      outlet = inner.outlet;
      say = inner.end.call;
      // Wrappers of the gate's outlets, current and future, apply here.
      Object.defineProperty(inner, 'outlet', { get: () => gate.outlet });
      for (const name of ['call', 'skip', 'fail']) {
        Object.defineProperty(inner.end, name, { get: () => /** @type {any} */ (gate.end)[name] });
      }
    }
    held.splice(0).forEach((event) => (event ? gate.send(event) : gate.reset()));
  };
  gates.push({ decide, trim, see: (event) => seen.set(event, answer() === false ? -1 : refusals) });
  return gate;
}
