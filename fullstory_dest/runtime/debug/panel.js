import { attempt } from '../core/attempt.js';
import { isFullStory } from '../fullstory/fullstory.js';
import { inJson } from './explain.js';
import { STYLE } from './style.js';
import { countsOf, nameOf, placeIn, plural, verdictOf } from './report.js';
import { hasFailed, isStopped } from './instrument.js';

/** @typedef {import('./instrument.js').Entry} Entry */

const MAXIMUM_ENTRIES = 200;

/** Milliseconds after which fs.js should have started. */
const SLOW = 20000;

/**
 * Add the panel to the page: destinations with their state, and entries, newest first. Values of events are shown as
 * text.
 *
 * @param {{
 *   destinations(): any[], end(): void, isCollapsed(): boolean, collapsed(is: boolean): void,
 *   notice(): { lines: string[], isProblem: boolean }, exit(): void,
 * }} debugging
 */
export function createPanel(debugging) {
  const host = document.createElement('fullstory-debug');
  const shadow = host.attachShadow({ mode: 'open' });
  dress(host, shadow);

  const toggle = make('button', 'toggle', [make('span', 'title', 'FullStory debug')]);
  const counts = toggle.appendChild(make('span', 'counts'));
  const clear = make('button', 'quiet', 'Clear');
  const close = make('button', 'quiet', '✕');
  const list = make('ol', '');
  const empty = make('p', 'empty');
  const destinations = make('ul', 'destinations');
  const filter = /** @type {HTMLInputElement} */ (make('input', ''));
  const body = make('div', 'body', [destinations, make('label', 'filter', ['Filter ', filter]), empty, list]);
  const notice = make('div', 'notice');
  const panel = make('section', 'panel', [make('header', '', [toggle, clear, close]), notice, body]);

  body.id = 'body';
  set(panel, { 'aria-label': 'FullStory debug' });
  set(toggle, { 'aria-controls': 'body', title: 'Expand or collapse (Escape collapses)' });
  set(close, { 'aria-label': 'Stop debugging', title: 'Stop debugging' });
  set(filter, { type: 'search', placeholder: 'event, mapping, property …', autocomplete: 'off', spellcheck: 'false' });
  set(destinations, { 'aria-label': 'Destinations' });
  // A scrolling list must be reachable by keyboard.
  set(list, { 'aria-label': 'Events, newest first', tabindex: '0' });

  /** The newest first. @type {{ entry: Entry, item: HTMLElement, text: string }[]} */
  let rows = [];

  const sift = () => {
    const wanted = filter.value.trim().toLowerCase();
    rows.forEach(({ item, text }) => (item.hidden = !text.includes(wanted)));
    const shown = rows.filter(({ item }) => !item.hidden).length;
    empty.hidden = shown > 0;
    empty.textContent = rows.length ? 'No results for "' + filter.value + '".' : 'No events yet. They appear here as they happen.';
    const warnings = rows.reduce((sum, { entry }) => sum + countsOf(entry).warnings + countsOf(entry).errors, 0);
    counts.textContent = plural(rows.length, 'event') + (warnings ? ', ' + plural(warnings, 'warning') : '');
  };

  /** Show the preview of the page, also in a collapsed panel. */
  const showNotice = () => {
    const { lines, isProblem } = debugging.notice();
    notice.hidden = !lines.length;
    notice.className = 'notice' + (isProblem ? ' problem' : '');
    const exit = make('button', 'exit', 'Exit');
    exit.title = 'Stop previewing, and reload the page';
    exit.onclick = () => debugging.exit();
    notice.textContent = '';
    notice.append(make('div', '', lines.map((line, index) => make('p', index ? '' : 'title', line))), exit);
  };

  const showStates = () => {
    const all = debugging.destinations();
    destinations.textContent = '';
    if (!all.length) destinations.append(make('li', 'quiet', 'No destination is enabled.'));
    all.forEach(({ config }) => {
      const state = stateOf(config);
      destinations.append(
        make('li', '', [
          make('b', '', config.settings.orgId),
          make('code', 'quiet', config.settings.namespace),
          make('span', 'state ' + state[0], state[1]),
        ])
      );
    });
  };

  /** @param {boolean} is */
  const collapse = (is) => {
    body.hidden = clear.hidden = is;
    panel.classList.toggle('collapsed', is);
    toggle.setAttribute('aria-expanded', String(!is));
    debugging.collapsed(is);
  };

  toggle.onclick = () => collapse(!body.hidden);
  close.onclick = () => debugging.end();
  clear.onclick = () => {
    rows = [];
    list.textContent = '';
    sift();
  };
  filter.oninput = sift;
  panel.onkeydown = (press) => {
    // Keep the key from the page's shortcuts and dialogs.
    press.stopPropagation();
    if (press.key != 'Escape' || body.hidden) return;
    collapse(true);
    toggle.focus();
  };

  shadow.append(panel);
  // Not in the body, which frameworks replace.
  document.documentElement.append(host);
  collapse(debugging.isCollapsed());
  showNotice();
  showStates();
  sift();
  // FullStory's script can load at any time, without an event.
  const watch = attempt(() => setInterval(showStates, 1000));

  return {
    /** @param {Entry} entry */
    show(entry) {
      const known = rows.find((row) => row.entry == entry);
      const row = known || { entry, item: make('li', ''), text: '' };
      row.item.textContent = '';
      row.item.append(entryElement(entry));
      row.text = textOf(entry);
      if (!known) {
        rows.unshift(row);
        list.prepend(row.item);
        rows.splice(MAXIMUM_ENTRIES).forEach(({ item }) => item.remove());
      }
      showStates();
      sift();
    },
    showNotice,
    remove() {
      attempt(() => clearInterval(watch));
      host.remove();
    },
  };
}

/**
 * Styles that a page's policy allows, which excludes inline ones. Without them, the panel is plain, but doesn't cover
 * the page.
 *
 * @param {HTMLElement} host
 * @param {ShadowRoot} shadow
 */
function dress(host, shadow) {
  try {
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(STYLE);
    shadow.adoptedStyleSheets = [sheet];
  } catch (error) {
    Object.assign(host.style, { position: 'fixed', right: '0', bottom: '0', zIndex: '2147483647', maxHeight: '50vh', overflow: 'auto', background: 'Canvas' });
  }
}

/**
 * @param {string} tag
 * @param {string} name of its class
 * @param {string | (string | Node)[]} [content] text, or what goes into it
 * @returns {HTMLElement}
 */
function make(tag, name, content = []) {
  const element = document.createElement(tag);
  if (name) element.className = name;
  if (tag == 'button') element.setAttribute('type', 'button');
  element.append(...(typeof content == 'string' ? [content] : content));
  return element;
}

/**
 * @param {Element} element
 * @param {{ [name: string]: string }} attributes
 */
function set(element, attributes) {
  Object.keys(attributes).forEach((name) => element.setAttribute(name, attributes[name]));
}

/**
 * @param {any} config of a destination
 * @returns {[string, string]} a class, and a description
 */
function stateOf({ settings: { namespace, devMode, env, unsent }, consent }) {
  const page = /** @type {any} */ (window);
  if (unsent) return ['', 'preview: calls are shown, not sent'];
  const found = attempt(() => page[namespace]);
  if (!isFullStory(found, namespace)) {
    const taken = describeTaken(namespace, found);
    if (taken) return ['broken', 'window.' + namespace + ' is ' + taken + ', not FullStory. Nothing is sent. Change Namespace in the destination’s settings.'];
    return consent ? ['', 'waiting for consent: ' + consent.join(', ')] : ['broken', 'FullStory is not on this page'];
  }
  if (devMode) return ['', 'dev mode: FullStory does not record'];
  if (hasFailed(namespace)) return ['broken', 'fs.js did not load: blocked or offline'];
  if (isStopped(namespace)) return ['', 'stopped: consent was withdrawn'];
  if (page._fs_namespace === namespace && page._fs_org && page._fs_org != env.orgId) {
    return ['broken', 'FullStory org ' + page._fs_org + ' was already on this page and receives the events'];
  }
  if (found._api) return ['running', 'FullStory is running'];
  // Blockers can replace a script by one that loads and does nothing.
  return attempt(() => performance.now() < SLOW) ? ['', 'waiting for fs.js'] : ['broken', 'fs.js hasn\'t started and might be blocked'];
}

/**
 * The value that keeps FullStory from using a global. Elements with that ID don't, as they can be overridden.
 *
 * @param {string} namespace
 * @param {any} found
 * @returns {string} empty if the global is free
 */
function describeTaken(namespace, found) {
  const { writable, set } = attempt(() => Object.getOwnPropertyDescriptor(window, namespace)) || { writable: true };
  if (!found) return writable || set ? '' : 'a read-only ' + String(found);
  if (!Object.prototype.hasOwnProperty.call(window, namespace)) return '';
  const names = attempt(() => Object.keys(found), () => []);
  const kind = typeof found == 'function' ? 'a function' + (found.name ? ' named ' + found.name : '') : 'an object';
  if (!/object|function/.test(typeof found)) return inJson(found) || typeof found;
  return kind + (names.length ? ' with ' + names.slice(0, 4).join(', ') + (names.length > 4 ? ' …' : '') : '');
}

/** @param {Entry} entry */
function entryElement(entry) {
  const { calls, warnings, errors, notes } = countsOf(entry);
  const badges = [make('span', 'badge' + (calls ? ' good' : ''), entry.isDone || calls ? plural(calls, 'call') : 'pending')];
  if (warnings) badges.push(make('span', 'badge warn', plural(warnings, 'warning')));
  if (errors) badges.push(make('span', 'badge bad', plural(errors, 'error')));
  if (notes) badges.push(make('span', 'badge warn', entry.isFailure ? 'failed' : 'held or dropped'));
  const name = make('span', 'name', entry.name);
  name.title = entry.name;
  const time = make('time', '', entry.time.toTimeString().slice(0, 8));
  const details = /** @type {HTMLDetailsElement} */ (
    make('details', '', [make('summary', '', [make('span', 'type', entry.type), name, ...badges, time])])
  );
  // Built when opened, because most entries are never opened.
  details.ontoggle = () => {
    if (details.open && details.childElementCount == 1) details.append(detailElement(entry));
  };
  return details;
}

/** @param {Entry} entry */
function detailElement(entry) {
  const detail = make('div', 'detail', entry.notes.map((note) => make('p', 'warning', note)));
  const place = placeIn(entry);
  // Mappings that did something come first.
  const ordered = entry.outcomes.slice().sort((one, other) => Number(one.state == 'trigger') - Number(other.state == 'trigger'));
  ordered.forEach((outcome) => {
    const { state, why, calls } = outcome;
    const name = make('b', '', nameOf(outcome));
    const head = make('p', '', [name, make('span', 'quiet', ' ' + verdictOf(outcome) + place(outcome))]);
    const mapping = make('div', 'mapping ' + state, [head]);
    why.forEach((each) => mapping.append(make('code', 'why', each)));
    calls.forEach((said) => {
      const args = said.args.map((argument) => inJson(argument, 2)).join(', ');
      mapping.append(make('pre', '', said.method + '(' + args + ')'));
      said.warnings.forEach((warning) => mapping.append(make('p', 'warning', warning)));
    });
    detail.append(mapping);
  });
  if (entry.event) {
    detail.append(make('details', '', [make('summary', '', 'The event'), make('pre', '', inJson(entry.event, 2))]));
  }
  return detail;
}

/**
 * @param {Entry} entry
 * @returns {string} what the filter looks in
 */
function textOf(entry) {
  const parts = [entry.type, entry.name, ...entry.notes, inJson(entry.event)];
  entry.outcomes.forEach((outcome) => {
    parts.push(nameOf(outcome), verdictOf(outcome), ...outcome.why, ...outcome.calls.map(({ method, args, warnings }) => [method, inJson(args), ...warnings].join(' ')));
  });
  return attempt(() => parts.join(' ').slice(0, 20000).toLowerCase(), () => '');
}
