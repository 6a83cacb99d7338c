import { readCall } from './call.js';
import { utf8Length, inferredSuffix, inWords, isLonger, isOfType, kindOf, KIND_NAMES } from './value-types.js';
import { LEGAL_NAME, TYPE_SUFFIX } from './names.js';

// FullStory's limits. docs/fullstory-rules.md has every rule with its source.

/**
 * A value that FullStory would reject or change. `path` leads to it in the statement:
 * `['properties', 'price']`, `['name']`, `['uid']`; it is empty for the whole call. `message` continues a sentence that starts with the path.
 *
 * @typedef {{ path: (string | number)[], rule: string, message: string }} Finding
 */

/** @typedef {(path: (string | number)[], rule: string, message: string) => void} Add */
/** @typedef {import('./call.js').Statement} Statement */

const MAXIMUM_EVENT_NAME = 250;
const MAXIMUM_UID = 256;
export const MAXIMUM_PAGE_PROPERTIES = 50;
const MAXIMUM_BYTES = 512 * 1024;

/** Our limits of checks and reports. */
const MAXIMUM_DEPTH = 100;
const MAXIMUM_FINDINGS = 100;

/** Text for a missing user: an unset variable, a database's null. */
const PLACEHOLDER = /^([0-]+|-1|undefined|null|nil|none|nan|true|false|unknown|anonymous|guest|\[object Object\])$/i;

/**
 * The values of a call that FullStory would reject or change. Never throws.
 *
 * @param {import('./types.js').Method} method
 * @param {any[]} args
 * @returns {Finding[]}
 */
export function findingsOf(method, args) {
  /** @type {Finding[]} */
  const findings = [];
  /** @type {Add} */
  const add = (path, rule, message) => {
    if (findings.length < MAXIMUM_FINDINGS) findings.push({ path, rule, message });
  };
  try {
    checkStatement(readCall(method, args), add);
  } catch (error) {
    add([], 'payload', 'can\'t be read completely');
  }
  return findings;
}

/**
 * @param {Finding} finding
 * @returns {string} `properties.order id has ...`
 */
export function sentenceOf({ path, message }) {
  return (path.length ? path.join('.') : 'the call') + ' ' + message;
}

/**
 * @param {Statement} statement
 * @param {Add} add
 */
function checkStatement(statement, add) {
  const { kind, name, uid, properties } = statement;
  if (kind == 'trackEvent') checkEventName(name, add);
  if (kind == 'setIdentity') checkUid(uid, add);
  if (kindOf(properties) == 'Object') {
    checkProperties(properties, ['properties'], statement, add);
    if (kind == 'page') checkPage(properties, add);
  } else if (properties !== undefined) {
    add(['properties'], 'payload', 'is ' + inWords(properties) + '; FullStory expects an object');
  }
  checkSize({ name, uid, properties }, add);
}

/**
 * @param {any} name
 * @param {Add} add
 */
function checkEventName(name, add) {
  const path = ['name'];
  if (typeof name != 'string') add(path, 'event-name', 'is ' + inWords(name) + '; FullStory expects text and rejects the event');
  else if (!name) add(path, 'event-name', 'is empty; FullStory rejects the event');
  else if (isLonger(name, MAXIMUM_EVENT_NAME)) {
    add(path, 'event-name', 'is longer than ' + MAXIMUM_EVENT_NAME + ' characters; FullStory rejects the event');
  }
}

/**
 * @param {any} uid
 * @param {Add} add
 */
function checkUid(uid, add) {
  const path = ['uid'];
  if (typeof uid != 'string') add(path, 'uid', 'is ' + inWords(uid) + '; FullStory expects text');
  else if (!uid.trim()) add(path, 'uid', 'is blank');
  else if (isLonger(uid, MAXIMUM_UID)) add(path, 'uid', 'is longer than ' + MAXIMUM_UID + ' characters; FullStory rejects it');
  if (typeof uid != 'object' && PLACEHOLDER.test(String(uid).trim())) {
    add(path, 'uid-placeholder', 'looks like a placeholder; FullStory would permanently merge all visitors with this ID into one user');
  }
}

/**
 * @param {Object<string, any>} properties
 * @param {Add} add
 */
function checkPage(properties, add) {
  const count = Object.keys(properties).filter((name) => name != 'pageName').length;
  if (count > MAXIMUM_PAGE_PROPERTIES) {
    add(['properties'], 'page-properties', 'has ' + count + ' properties; FullStory keeps ' + MAXIMUM_PAGE_PROPERTIES + ' per page, besides pageName');
  }
}

/**
 * @param {any} said
 * @param {Add} add
 */
function checkSize(said, add) {
  let bytes;
  try {
    bytes = utf8Length(JSON.stringify(said));
  } catch (error) {
    return add([], 'payload', 'can\'t be written as JSON; FullStory rejects it');
  }
  if (bytes > MAXIMUM_BYTES) {
    add([], 'payload-size', 'has ' + Math.ceil(bytes / 1024) + ' kB; FullStory rejects calls of more than 512 kB');
  }
}

/**
 * @param {Object<string, any>} object
 * @param {(string | number)[]} path
 * @param {Statement} statement
 * @param {Add} add
 */
function checkProperties(object, path, statement, add) {
  if (path.length > MAXIMUM_DEPTH) {
    return add(path.slice(0, 3), 'depth', 'is nested more than ' + MAXIMUM_DEPTH + ' levels deep');
  }
  for (const name of Object.keys(object)) {
    const here = [...path, name];
    const value = object[name];
    const special = path.length == 1 && isSpecial(name, statement);
    if (!LEGAL_NAME.test(name)) checkName(name, here, add);
    else if (special) checkSpecial(name, value, here, add);
    else checkSuffix(name, value, here, statement.legacy, add);
    if (!special) checkValue(value, here, statement, add);
  }
}

/**
 * @param {string} name
 * @param {Statement} statement
 */
function isSpecial(name, { kind, legacy }) {
  if (kind == 'page') return name == 'pageName';
  return kind != 'trackEvent' && (name == 'displayName' || name == 'email' || (legacy && name == 'uid'));
}

/**
 * @param {string} name that is not legal
 * @param {(string | number)[]} path
 * @param {Add} add
 */
function checkName(name, path, add) {
  let reason = 'is longer than 512 characters';
  if (!/^[A-Za-z]/.test(name)) reason = 'does not start with a letter from A to Z';
  else if (/[^\w-]/.test(name)) reason = 'has characters in its name other than A-Z, a-z, 0-9, _ and -';
  add(path, 'property-name', reason + '; FullStory rejects the property');
}

/**
 * @param {string} name
 * @param {any} value
 * @param {(string | number)[]} path
 * @param {Add} add
 */
function checkSpecial(name, value, path, add) {
  if (name == 'uid') add(path, 'special-property', 'sets the user ID; FullStory starts a new session if the visitor had another one');
  else if (typeof value != 'string') add(path, 'special-property', 'is ' + inWords(value) + '; FullStory expects text');
}

/**
 * The legacy API expects a type suffix on each name, and infers a missing one. The current API expects none.
 *
 * @param {string} name
 * @param {any} value
 * @param {(string | number)[]} path
 * @param {boolean} legacy
 * @param {Add} add
 */
function checkSuffix(name, value, path, legacy, add) {
  const [suffix, type, plural] = TYPE_SUFFIX.exec(name) || [''];
  if (!legacy) {
    if (suffix) add(path, 'type-suffix', 'ends in ' + suffix + ', a type suffix of the legacy API; the current API expects none');
  } else if (!suffix) {
    const inferred = inferredSuffix(value);
    if (inferred) add(path, 'type-suffix', 'has no type suffix, which the legacy API expects; FullStory renames it to ' + name + inferred);
  } else if (value != null) {
    const fits = plural ? Array.isArray(value) && value.every((item) => isOfType(type, item)) : isOfType(type, value);
    if (!fits) add(path, 'type-suffix', 'ends in ' + suffix + ', but is ' + inWords(value) + '; FullStory rejects the property');
  }
}

/**
 * @param {any} value
 * @param {(string | number)[]} path
 * @param {Statement} statement
 * @param {Add} add
 */
function checkValue(value, path, statement, add) {
  switch (kindOf(value)) {
    case 'string':
    case 'boolean':
      return;
    case 'number':
      if (!isFinite(value)) add(path, 'number', 'is ' + value + ', which JSON doesn\'t support; it becomes null');
      return;
    case 'Date':
      if (isNaN(value)) add(path, 'date', 'is an invalid date; it becomes null');
      return;
    case 'Object':
      return checkProperties(value, path, statement, add);
    case 'array':
      return checkList(value, path, statement, add);
    case 'undefined':
    case 'function':
    case 'symbol':
      return add(path, 'value', 'is ' + inWords(value) + ', which JSON omits');
    default:
      add(path, 'value', 'is ' + inWords(value) + '; FullStory expects text, numbers, true, false, dates, lists or objects');
  }
}

/**
 * @param {any[]} list
 * @param {(string | number)[]} path
 * @param {Statement} statement
 * @param {Add} add
 */
function checkList(list, path, statement, add) {
  // Array.from, because every() and similar methods skip holes.
  const items = Array.from(list);
  const kinds = Array.from(new Set(items.map(kindOf)));
  if (kinds.length > 1) {
    add(path, 'mixed-array', 'is a list of ' + kinds.map((kind) => KIND_NAMES[kind] || kind).join(' and ') + '; FullStory expects items of one type');
  } else if (kinds[0] == 'Object' && statement.kind == 'trackEvent' && statement.name == 'Order Completed') {
    // The one list of objects that FullStory does index.
    items.forEach((item, index) => checkProperties(item, [...path, index], statement, add));
  } else if (kinds[0] == 'Object' || kinds[0] == 'array') {
    add(path, 'array-of-objects', 'is a list of ' + (kinds[0] == 'array' ? 'lists' : 'objects') + ', which FullStory does not index');
  } else if (items.length) {
    // One item per type is enough: the first, or the first invalid number or date.
    const wrong = /number|Date/.test(kinds[0]) ? items.findIndex((item) => !isFinite(item)) : 0;
    const index = Math.max(wrong, 0);
    checkValue(items[index], [...path, index], statement, add);
  }
}
