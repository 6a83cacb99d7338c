import { DESTINATION_NAME, isDestinationOn } from '../analytics/integrations.js';
import { attempt } from '../core/attempt.js';
import { copy } from '../core/copy.js';
import { findingsOf, sentenceOf } from '../core/rules.js';
import { explain } from './explain.js';
import { createRates } from './rates.js';

/**
 * A call to FullStory, with warnings about values that FullStory would reject or change.
 * @typedef {{ method: import('../core/types.js').Method, args: any[], warnings: string[] }} Said
 */

/**
 * The result of an event at one mapping. `state` is `called`, `trigger`, `empty`, `repeated` or `error`.
 * @typedef {{ destination: any, mapping: any, state: string, why: string[], calls: Said[] }} Outcome
 */

/**
 * An event, or calls without one. `notes` are reasons why it didn't reach a destination. `isDone` means that it is
 * complete.
 * @typedef {{
 *   time: Date, type: string, name: string, event: any, notes: string[], outcomes: Outcome[], isDone: boolean,
 *   isFailure?: boolean,
 * }} Entry
 */

/** @typedef {(entry: Entry) => void} Tell receives each new or changed entry */

/**
 * Follow each event of an analytics object to FullStory.
 *
 * @param {any} analytics
 * @param {Tell} tell
 * @returns {() => void} ends it
 */
export function watchAnalytics(analytics, tell) {
  /** Pending entries. @type {Entry[]} */
  let waiting = [];
  /** @type {Entry | undefined} */
  let current;

  /**
   * @param {any} event
   * @param {string} [name]
   */
  const open = (event, name) => {
    /** @type {Entry} */
    const entry = {
      time: new Date(),
      type: event ? String(event.type) : 'call',
      name: String(name || event.event || event.name || (/^(identify|alias|group)$/.test(event.type) && (event.groupId || event.userId)) || ''),
      event: event && attempt(() => copy(event), () => event),
      notes: [],
      outcomes: [],
      isDone: false,
    };
    waiting = waiting.concat(entry).slice(-200);
    tell(entry);
    return entry;
  };

  /**
   * @param {Entry} entry
   * @param {string} [note]
   */
  const close = (entry, note) => {
    if (note) entry.notes.push(note);
    entry.isDone = true;
    waiting = waiting.filter((each) => each != entry);
    tell(entry);
  };

  /** @param {any} event */
  const find = (event) => waiting.find((entry) => entry.event && entry.event.messageId === event.messageId) || open(event);

  /**
   * The entry of the current event. Calls without one (a reset, held events) get a new entry.
   *
   * @param {string} name
   */
  const entryNow = (name) => {
    if (!current) {
      const entry = (current = open(undefined, name));
      Promise.resolve().then(() => {
        if (current == entry) current = undefined;
        close(entry);
      });
    }
    return current;
  };

  /** @type {(event: any) => void} */
  const onDispatch = (event) =>
    attempt(() => {
      const entry = open(event);
      if (!analytics.destinations.length) close(entry, 'No destination is enabled: ' + (asksForPrivacy() ? 'the source honors the browser\'s privacy signal, ' : '') + 'nothing is published, or the page turned them off.');
      else if (!isDestinationOn(event.integrations)) close(entry, 'Its integrations turn off "' + DESTINATION_NAME + '".');
    });

  /** @type {(event: any) => void} */
  const onDrop = (event) =>
    attempt(() => close(find(event), 'The page\'s middleware dropped it.'));

  analytics.on('dispatch', onDispatch);
  analytics.on('drop', onDrop);

  const undo = analytics.destinations.map((/** @type {any} */ destination, /** @type {number} */ index) => {
    const { outlet, end, send } = destination;
    const before = { call: end.call, skip: end.skip, fail: end.fail, outer: outlet.skip, outerFail: outlet.fail };
    const rates = createRates();

    /**
     * @param {any} mapping
     * @param {string} name of the entry, if there is none
     * @returns {Outcome}
     */
    const outcomeOf = (mapping, name) => {
      const { outcomes } = entryNow(name);
      let outcome = outcomes.find((each) => each.mapping == mapping && each.destination == destination);
      if (!outcome) {
        outcome = { destination, mapping, state: 'called', why: [], calls: [] };
        outcomes.push(outcome);
      }
      return outcome;
    };

    end.call = (/** @type {any} */ mapping, /** @type {any} */ method, /** @type {any[]} */ args) => {
      attempt(() => {
        const { namespace, unsent } = destination.config.settings;
        const lost = !unsent && hasFailed(namespace) ? ['fs.js did not load, so this call was not sent'] : [];
        const warnings = lost.concat(findingsOf(method, args).map(sentenceOf), rates(method, args));
        const said = attempt(() => copy(args), () => args);
        outcomeOf(mapping, method == 'FS' ? args[0] : method).calls.push({ method, args: said, warnings });
        if (args[0] == 'shutdown') stopped.add(namespace);
        if (args[0] == 'restart') stopped.delete(namespace);
      });
      before.call(mapping, method, args);
    };

    end.skip = (/** @type {any} */ mapping, /** @type {string} */ reason) => {
      attempt(() => {
        if (!mapping.action) return entryNow('held').notes.push('It did not reach the mappings of ' + destination.config.settings.orgId + ': ' + reason + '.');
        const outcome = outcomeOf(mapping, 'sent after waiting');
        const event = current && current.event;
        outcome.state = reason.split(':')[0];
        if (outcome.state == 'error') outcome.why = [reason.slice(7)];
        if (reason == 'trigger' && event) outcome.why = attempt(() => explain(mapping.trigger, event), () => []);
      });
    };

    end.fail = (/** @type {any} */ error) => {
      attempt(() => {
        const entry = entryNow('failure');
        entry.isFailure = true;
        entry.notes.push('Failed: ' + ((error && error.message) || error));
      });
    };

    // A layer can lack these functions if its outlet had none.
    if (!outlet.skip) outlet.skip = (/** @type {any} */ mapping, /** @type {string} */ reason) => end.skip(mapping, reason);
    if (!outlet.fail) outlet.fail = (/** @type {any} */ error) => end.fail(error);

    destination.send = (/** @type {any} */ event, /** @type {any} */ made) => {
      const entry = attempt(() => find(event));
      current = entry;
      try {
        send(event, made);
      } finally {
        current = undefined;
        attempt(() => {
          if (!entry) return;
          if (index == analytics.destinations.length - 1) close(entry);
        });
      }
    };

    return () => {
      Object.assign(end, { call: before.call, skip: before.skip, fail: before.fail });
      if (outlet != end) Object.assign(outlet, { skip: before.outer, fail: before.outerFail });
      destination.send = send;
    };
  });

  return () => {
    analytics.off('dispatch', onDispatch);
    analytics.off('drop', onDrop);
    undo.forEach((/** @type {() => void} */ each) => each());
  };
}

/**
 * Whether fs.js failed to load. The queue of the namespace then drops calls.
 *
 * @param {string} namespace
 */
export function hasFailed(namespace) {
  const { q } = /** @type {any} */ (window)[namespace] || {};
  return Array.isArray(q) && Object.prototype.hasOwnProperty.call(q, 'push');
}

/** The namespaces whose FullStory was stopped. @type {Set<string>} */
const stopped = new Set();

/**
 * @param {string} namespace
 * @returns {boolean} whether its FullStory is stopped, because consent was withdrawn
 */
export function isStopped(namespace) {
  return stopped.has(namespace);
}

function asksForPrivacy() {
  const browser = /** @type {any} */ (navigator);
  return browser.globalPrivacyControl || browser.doNotTrack == '1';
}
