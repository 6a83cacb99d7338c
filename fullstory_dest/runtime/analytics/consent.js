import { copy, isObject } from '../core/copy.js';
import { DESTINATION_NAME } from './integrations.js';

/** How many events wait for an answer. Of more, the oldest are dropped, and those that say who it is last. */
const MAXIMUM_HELD = 100;

/** @typedef {import('../destination.js').OpenDestination} OpenDestination */

/**
 * Gives pages `analytics.consent({ category: true or false, ... })`, and opens a destination that names categories when
 * all of them are granted.
 *
 * @param {any} analytics
 * @param {Record<string, any>} config
 * @param {import('../snippet.js').Open} open
 * @returns {import('../snippet.js').Open}
 */
export function askConsent(analytics, config, open) {
  /** Only true and false are answers. @type {Record<string, any>} */
  const said = Object.create(null);
  /** @type {(() => void)[]} */
  const gates = [];
  let queueIsRead = false;

  const decide = () => gates.forEach((gate) => gate());

  /** @param {any[]} found */
  const warn = (...found) => {
    if (config.destinations.some((/** @type {any} */ { settings }) => settings.debug)) {
      console.warn('[FullStory]', 'consent', ...found);
    }
  };

  /** @param {any} categories what is not named keeps its answer */
  analytics.consent = (categories) => {
    try {
      if (!isObject(categories)) return warn(categories, 'is no object of categories');
      for (const category of Object.keys(categories)) {
        const answer = (said[category] = categories[category]);
        if (typeof answer != 'boolean') warn(category, answer, 'is neither true nor false: there is no answer');
      }
    } catch (error) {
      // Nothing throws into the page, a getter of its own neither.
      console.error(error);
    }
    if (queueIsRead) decide();
  };

  /**
   * Stamps an event as Segment's consent wrappers do. Before the page's own middleware, which may take its time: what was
   * refused when an event was made stays refused for it.
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
    next(payload);
  };
  if (config.destinations.some((/** @type {any} */ { consent }) => consent)) analytics.addSourceMiddleware(stamp);

  // Nothing is loaded for an answer that the queue takes back, and no event is dropped before the answer behind it.
  Promise.resolve().then(() => {
    queueIsRead = true;
    decide();
  });

  return (destination) => {
    const { consent } = destination;
    if (!consent) return open(destination);
    /** @param {any} answers by category; true when all are yes, false when one is no */
    const judge = (answers) =>
      consent.some((category) => answers[category] === false)
        ? false
        : consent.every((category) => answers[category] === true) || undefined;
    return addGate(destination, open, judge, said, gates, () => (queueIsRead ? MAXIMUM_HELD : Infinity));
  };
}

/**
 * A destination that is there from the start, and behind it the one that is opened when `answer` is true. Without an
 * answer events are held; refused, they are dropped. A reset outlasts both: who comes next must not be taken for who
 * was there before.
 *
 * @param {import('../core/types.js').Destination} destination
 * @param {import('../snippet.js').Open} open
 * @param {(answers: any) => boolean | undefined} judge
 * @param {Record<string, any>} said the answers as they are now
 * @param {(() => void)[]} gates gets what to call when the answer may have changed
 * @param {() => number} limit of what is held
 * @returns {OpenDestination}
 */
function addGate(destination, open, judge, said, gates, limit) {
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
      else if (destination.settings.debug) console.warn('[FullStory] all mappings', reason);
    },
    fail: (error) => {
      if (gate.end.fail) gate.end.fail(error);
      else if (destination.settings.debug) console.warn('[FullStory]', error);
    },
  };
  /** What the end that is opened does. @type {import('../core/types.js').Outlet["call"]} */
  let say = () => {};

  /** @param {any} event */
  const wasRefused = ({ context }) => context && context.consent && judge(context.consent.categoryPreferences || {}) === false;

  /** @param {any} event */
  const hold = (event) => {
    held.push(event);
    while (held.length > limit()) {
      const first = held.findIndex((each) => each && each.type != 'identify');
      held.splice(first < 0 ? held.findIndex(Boolean) : first, 1);
      gate.outlet.skip(nothing, 'consent: too many events wait, and the oldest is dropped');
    }
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
    send(event) {
      const { skip, fail } = gate.outlet;
      try {
        if (granted === false) return skip(nothing, 'consent: refused');
        if (wasRefused(event)) return skip(nothing, 'consent: refused when it was made');
        if (inner && granted) return inner.send(event);
        hold(copy(event));
        skip(nothing, 'consent: waiting');
      } catch (error) {
        // What has no end, or does not let itself be read.
        fail(error);
      }
    },
    tell(operation, options) {
      if (inner && granted) inner.tell(operation, options);
    },
    reset() {
      if (inner && granted) inner.reset();
      else hold(null);
    },
  };

  gates.push(() => {
    const before = granted;
    granted = judge(said);
    if (granted === before) return;
    if (granted === false) {
      const count = held.length;
      held = held.filter((event) => !event);
      if (held.length < count) gate.outlet.skip(nothing, 'consent: refused, and ' + (count - held.length) + ' events that waited are dropped');
    }
    if (inner && before) inner.tell('shutdown');
    if (!granted) return;
    if (inner) {
      inner.tell('restart');
    } else {
      inner = open(destination);
      outlet = inner.outlet;
      say = inner.end.call;
      // What has been put around the gate's outlets, or will be, is around these.
      Object.defineProperty(inner, 'outlet', { get: () => gate.outlet });
      for (const name of ['call', 'skip', 'fail']) {
        Object.defineProperty(inner.end, name, { get: () => /** @type {any} */ (gate.end)[name] });
      }
    }
    held.splice(0).forEach((event) => (event ? gate.send(event) : gate.reset()));
  });
  return gate;
}
