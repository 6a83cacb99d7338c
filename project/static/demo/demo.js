/*
 * The demo site. Calls go to `analytics`, as on any site. The stand-in fs.js shows what FullStory receives.
 */
'use strict';

const element = (id) => document.getElementById(id);
const log = element('log');
const status = element('status');

/** Call a method as sites do: before the snippet has loaded, through the queue, or after. */
function say(method, ...args) {
  const before = callCount();
  const entry = addSaid(method, args);
  (window.analytics = window.analytics || []).push([method, ...args]);
  // FullStory is called immediately, or when its script has loaded.
  setTimeout(() => {
    if (isListening() && callCount() === before) {
      entry.lastElementChild.textContent = 'No FullStory call: no mapping matches.';
      status.textContent = `analytics.${method}: no FullStory call.`;
      showLast();
    }
  }, 100);
}

const callCount = () => (window.fsCalls || []).length;
const isListening = () => Boolean(window.fsCalls);

/** Add an entry at the end of the list, from a template. */
function addEntry(template, fill) {
  const entry = element(template).content.firstElementChild.cloneNode(true);
  fill(entry);
  log.append(entry);
  element('clear').hidden = false;
  showLast();
  return entry;
}

/** Scroll to the end of the list if it scrolls separately. */
function showLast() {
  log.scrollTop = log.scrollHeight;
}

function addSaid(method, args) {
  return addEntry('said-template', (entry) => {
    const said = args.map((value) => JSON.stringify(value)).join(', ');
    entry.firstElementChild.textContent = `analytics.${method}(${said})`;
  });
}

function addCall({ args: [operation, options, source], version, time }) {
  const at = new Date(time);
  const milliseconds = String(at.getMilliseconds()).padStart(3, '0');
  addEntry('call-template', (entry) => {
    entry.querySelector('h3').textContent = operation;
    entry.querySelector('time').textContent = `${at.toLocaleTimeString('en-GB')}.${milliseconds}`;
    entry.querySelector('time').dateTime = at.toISOString();
    entry.querySelector('pre').textContent = options === undefined ? '(no options)' : JSON.stringify(options, null, 2);
    entry.querySelector('[data-part=source]').textContent = source || 'none';
    entry.querySelector('[data-part=version]').textContent = version === 1 ? '1, the legacy API' : String(version);
  });
  status.textContent = `${callCount()} FullStory call${callCount() === 1 ? '' : 's'} so far. Last: ${operation}.`;
}

/** The object in a JSON field, {} for an empty field, or undefined after showing an error. */
function readObject(field, error) {
  let problem = '';
  let value = {};
  try {
    value = field.value.trim() ? JSON.parse(field.value) : {};
    if (value === null || typeof value !== 'object' || Array.isArray(value)) problem = 'Enter an object, such as {"plan": "pro"}.';
  } catch (cause) {
    problem = `Invalid JSON: ${cause.message}`;
  }
  error.textContent = problem;
  error.hidden = !problem;
  field.setAttribute('aria-invalid', String(Boolean(problem)));
  if (!problem) return value;
  field.focus();
  return undefined;
}

const isEmpty = (value) => Object.keys(value).length === 0;

/** The arguments of the method, by form. */
const sayings = {
  identify({ userId, name, email }, other) {
    const traits = { ...(name && { name }), ...(email && { email }), ...other };
    return userId ? [userId, traits] : [traits];
  },
  track: ({ event }, properties) => (isEmpty(properties) ? [event] : [event, properties]),
  page({ category, name }, properties) {
    const named = category ? [category, name] : name ? [name] : [];
    return isEmpty(properties) ? named : [...named, properties];
  },
  reset: () => [],
};

for (const form of document.forms) {
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    const { method } = form.dataset;
    const field = form.querySelector('textarea');
    const object = field ? readObject(field, form.querySelector('.error')) : {};
    const values = Object.fromEntries([...new FormData(form)].map(([key, value]) => [key, value.trim()]));
    if (object) say(method, ...sayings[method](values, object));
  });
}

element('clear').addEventListener('click', () => {
  log.replaceChildren();
  element('clear').hidden = true;
  status.textContent = 'The list is empty.';
  element('calls').focus();
});

/** Whether the debug panel shows a preview, which sends no calls unless its link says so. */
function isPreviewing() {
  try {
    return Boolean(sessionStorage.getItem('fs_preview'));
  } catch {
    return false;
  }
}

/** The reason why no calls arrive, once the page has loaded. */
function reasonForSilence() {
  const key = document.body.dataset.writeKey;
  const script = document.querySelector('script[data-fs-namespace]');
  if (!window.analytics || !window.analytics.initialized) {
    return `The snippet did not load. Check that a source has the write key “${key}” and that its server is running.`;
  }
  if (!script && isPreviewing()) return 'You are previewing changes. The debug panel shows their calls, and none are sent to FullStory.';
  if (!script) return `Not published. Enable the source “${key}” and its destination, and publish it to see FullStory calls.`;
  if (isListening()) return '';
  if (script.src.includes('/demo/fs.js')) return `FullStory's stand-in did not load from ${script.src}.`;
  return `FullStory is loaded from ${script.src}. Only the demo's stand-in shows calls here.`;
}

(window.fsCalls || []).forEach(addCall);
document.addEventListener('fscall', (event) => addCall(event.detail));
say('page');

window.addEventListener('load', () => {
  const reason = reasonForSilence();
  if (!reason) return;
  element('notice').hidden = false;
  element('notice').firstElementChild.textContent = reason;
  status.textContent = 'No calls arrive.';
});
