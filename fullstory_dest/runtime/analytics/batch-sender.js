import { attempt } from '../core/attempt.js';
import { utf8Length } from '../core/value-types.js';
import { isFunction } from './values.js';

/** The name of event posting in `integrations`, as in analytics.js. */
const POSTING_NAME = 'Segment.io';

/** The limit of beacons and other requests that outlive a page is 64 KiB. */
const MOST_BYTES = 60000;
const MOST_WAITING = 100;

/** @type {import('../snippet.js').Extra} */
export function postEvents(analytics, config, open) {
  const post = openPosting(analytics, config);
  if (post) analytics.on('dispatch', post);
  return open;
}

/**
 * Post events, after source middleware, to the API host of the page's options or of the source, in batches as in
 * analytics.js. The options are those of `integrations['Segment.io']` of `analytics.load`: `apiHost`, `protocol` and
 * `deliveryStrategy`.
 *
 * @param {any} analytics
 * @param {Record<string, any>} config
 * @returns {((event: any) => void) | undefined} posts an event; undefined if posting is off or there is no host
 */
export function openPosting(analytics, config) {
  const { integrations, settings } = analytics;
  const chosen = integrations[POSTING_NAME];
  // `All` of an event is ignored, as in analytics.js.
  if (chosen === false || (!chosen && integrations.All === false)) return;

  const { protocol = 'https', apiHost = config.apiHost, deliveryStrategy = {} } = chosen || {};
  // Never Segment's host: a site without Segment must not post there by default.
  if (!apiHost) return;
  settings.apiHost = apiHost;
  settings.cdnSettings.integrations[POSTING_NAME] = { apiKey: config.writeKey, apiHost };

  /** @param {any} error only for debug mode */
  const tell = (error) => {
    const told = analytics.destinations.find((/** @type {any} */ destination) => destination.outlet.fail);
    if (told) told.outlet.fail(error);
  };
  const outbox = openOutbox(protocol + '://' + apiHost, config.writeKey, deliveryStrategy, tell);
  attempt(() => window.addEventListener('online', outbox.flush));
  attempt(() => window.addEventListener('pagehide', outbox.leave));
  // A hidden page can end without another event, or return, so waiting events are posted, and retried if needed. On
  // the document, because Safari before 14 fires the event only there.
  attempt(() => document.addEventListener('visibilitychange', () => isHidden() && outbox.flush()));
  return (event) => {
    try {
      if ((event.integrations || {})[POSTING_NAME] !== false) {
        outbox.add(wordEvent(event, config.writeKey, analytics.user()));
      }
    } catch (error) {
      // A value that isn't JSON.
      tell(error);
    }
  };
}

/**
 * A queue of events to post: at most `MOST_WAITING`, in memory. Posts are sequential, and no timer runs while the queue
 * is empty.
 *
 * @param {string} host with its protocol
 * @param {string} writeKey
 * @param {Record<string, any>} delivery analytics.js's `deliveryStrategy`. Events are posted when `config.size` of them
 *   are waiting, or more than fit into a post, or `config.timeout` milliseconds after the first. With the strategy
 *   `standard`, each is posted separately and immediately
 * @param {(error: Error) => void} tell receives the reason for dropped events
 */
function openOutbox(host, writeKey, { strategy, config }, tell) {
  const { size = 10, timeout = 5000, maxRetries = 9, headers, keepalive, credentials, priority } = config || {};
  const single = strategy == 'standard';
  /** @type {string[]} events as JSON, the oldest first */
  const queue = [];
  let posting = false;
  let attempts = 0;
  /** @type {any} */
  let timer;

  /** @param {string[]} batch */
  const drop = (batch, why = '') => tell(Error('not posted to ' + urlOf(batch) + ', ' + why + '; dropped events: ' + batch.length));

  const bound = () => {
    if (queue.length > MOST_WAITING) drop(queue.splice(0, queue.length - MOST_WAITING), 'too many events are waiting');
  };

  /** The oldest events that fit into one post, at least one. */
  const take = () => {
    let bytes = 0;
    const end = queue.findIndex((text, index) => ((bytes += utf8Length(text) + 1) > MOST_BYTES || single) && index > 0);
    return queue.splice(0, end < 0 ? queue.length : end);
  };

  /** @param {string[]} batch */
  const urlOf = (batch) => host + '/' + (single ? JSON.parse(batch[0]).type[0] : 'batch');

  /** @param {string[]} batch */
  const bodyOf = (batch) => {
    const sentAt = '"sentAt":"' + new Date().toISOString() + '"';
    if (single) return batch[0].slice(0, -1) + ',' + sentAt + '}';
    return '{"writeKey":' + JSON.stringify(writeKey) + ',' + sentAt + ',"batch":[' + batch + ']}';
  };

  /**
   * @param {string[]} batch
   * @returns {Promise<number>} the milliseconds after which to try again, if that is worthwhile
   */
  const post = async (batch) => {
    let wait = Math.min(500 * 2 ** attempts, 60000) * (0.5 + (attempt(() => Math.random()) || 0) / 2);
    let why = 'no response';
    try {
      const body = bodyOf(batch);
      // A string is text/plain, which needs no preflight.
      const asked = attempt(() =>
        fetch(urlOf(batch), {
          method: 'POST',
          body,
          keepalive: keepalive !== false && utf8Length(body) < 64000,
          headers: isFunction(headers) ? headers() : headers,
          credentials,
          ...(priority && { priority }),
        })
      );
      // The page's fetch is missing or replaced; a beacon needs neither.
      if (!asked && entrust(batch)) return 0;
      const response = await asked;
      const status = response.status;
      if (status < 400) return 0;
      why = 'status ' + status;
      if (status != 429 && status < 500) attempts = maxRetries;
      wait = Math.min(Number(response.headers.get('Retry-After')), 300) * 1000 || wait;
    } catch (error) {
      // A network error, which can be temporary.
    }
    if (++attempts <= maxRetries) return wait;
    drop(batch, why);
    return 0;
  };

  const flush = async () => {
    attempt(() => clearTimeout(timer));
    timer = 0;
    // Events that wait for the network are flushed when it returns.
    if (posting || isOffline()) return;
    if (queue.length) {
      const batch = take();
      posting = true;
      const wait = await post(batch);
      posting = false;
      if (wait) {
        queue.unshift(...batch);
        bound();
        timer = flushAfter(wait);
        return;
      }
    }
    attempts = 0;
    schedule();
  };

  const schedule = () => {
    if (!queue.length) return;
    const enough = single || queue.length >= size || utf8Length(queue.join()) > MOST_BYTES;
    // A hidden page can end before the timer.
    if (enough || isHidden()) flush();
    else if (!timer) timer = flushAfter(timeout) || flush();
  };

  /** @param {number} wait */
  const flushAfter = (wait) => attempt(() => setTimeout(flush, wait));

  /**
   * @param {string[]} batch
   * @returns {boolean} whether the browser has taken it
   */
  const entrust = (batch) =>
    // A beacon has the page's cookies and no custom headers. It can be missing or replaced, or the URL invalid.
    attempt(() => !headers && !credentials && navigator.sendBeacon(urlOf(batch), bodyOf(batch)));

  return {
    /** @param {string} text an event as JSON */
    add(text) {
      queue.push(text);
      bound();
      // Otherwise, the next post starts when this one or its retry ends.
      if (!posting && !attempts) schedule();
    },

    flush,

    /** The last chance: the page can end here. */
    leave() {
      while (queue.length && !isOffline()) {
        const batch = take();
        if (!entrust(batch)) {
          queue.unshift(...batch);
          break;
        }
      }
      flush();
    },
  };
}

function isOffline() {
  return attempt(() => navigator.onLine === false);
}

function isHidden() {
  return document.visibilityState == 'hidden';
}

/**
 * An event as analytics.js posts it. Throws for values that aren't JSON: a cycle, a BigInt.
 *
 * @param {any} event
 * @param {string} writeKey
 * @param {{ id(): any, anonymousId(): any }} user
 * @returns {string}
 */
function wordEvent(event, writeKey, user) {
  /** @type {any} */
  const worded = {
    ...event,
    writeKey,
    userId: event.userId || user.id(),
    anonymousId: event.anonymousId || user.anonymousId(),
  };
  delete worded.options;
  if (event.type == 'track') delete worded.traits;
  if (event.type == 'alias' && event.previousId == null) worded.previousId = user.id() || user.anonymousId();
  return JSON.stringify(worded);
}
