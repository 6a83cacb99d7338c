import { spend } from './work-budget.js';
import { plain, stringify } from './liquid-text.js';

// Dates as in LiquidJS: in the visitor's time zone and language, unless the template names a zone.

/**
 * @typedef {object} ShownDate
 * @property {Date} moment
 * @property {Date} shown a moment whose local time is the time to print
 * @property {any} offset from UTC in minutes, positive to the west, as in Date
 * @property {string | undefined} zone its name; empty for an offset, undefined for the visitor's zone
 * @property {string | undefined} language
 */

const MINUTE = 60000;
/** The cost of a format code, in characters. */
const CODE = 100;
const USUAL_FORMAT = '%A, %B %-e, %Y at %-l:%M %P %z';

/** A moment to the second. @type {Intl.DateTimeFormatOptions} */
const WHOLE = {
  year: 'numeric',
  month: 'numeric',
  day: 'numeric',
  hour: 'numeric',
  minute: 'numeric',
  second: 'numeric',
};

/** By their options. @type {{ [options: string]: Intl.DateTimeFormat }} */
const FORMATTERS = {};

/** @type {{ [code: string]: number }} */
const DATE_WIDTHS = { C: 2, d: 2, e: 2, H: 2, I: 2, j: 3, k: 2, l: 2, L: 3, m: 2, M: 2, S: 2, U: 2, W: 2, y: 2, Y: 4 };

/** @type {{ [code: string]: (date: ShownDate, flags: string, width: number) => any }} */
const DATE_CODES = {
  a: (date) => wordOf(date, { weekday: 'short' }),
  A: (date) => wordOf(date, { weekday: 'long' }),
  b: (date) => wordOf(date, { month: 'short' }),
  h: (date) => wordOf(date, { month: 'short' }),
  B: (date) => wordOf(date, { month: 'long' }),
  c: ({ shown }) => shown.toLocaleString(),
  C: ({ shown }) => Math.floor(shown.getFullYear() / 100),
  d: ({ shown }) => shown.getDate(),
  e: ({ shown }) => shown.getDate(),
  H: ({ shown }) => shown.getHours(),
  k: ({ shown }) => shown.getHours(),
  I: ({ shown }) => shown.getHours() % 12 || 12,
  l: ({ shown }) => shown.getHours() % 12 || 12,
  j: dayOfYear,
  L: ({ shown }) => shown.getMilliseconds(),
  m: ({ shown }) => shown.getMonth() + 1,
  M: ({ shown }) => shown.getMinutes(),
  N: ({ shown }, _flags, width) => padded(shown.getMilliseconds(), 3).slice(0, width || 9).padEnd(width || 9, '0'),
  p: ({ shown }) => (shown.getHours() < 12 ? 'AM' : 'PM'),
  P: ({ shown }) => (shown.getHours() < 12 ? 'am' : 'pm'),
  q: ordinalSuffix,
  s: ({ moment }) => Math.floor(+moment / 1000),
  S: ({ shown }) => shown.getSeconds(),
  u: ({ shown }) => shown.getDay() || 7,
  w: ({ shown }) => shown.getDay(),
  U: (date) => weekOfYear(date, 0),
  W: (date) => weekOfYear(date, 1),
  x: ({ shown }) => shown.toLocaleDateString(),
  X: ({ shown }) => shown.toLocaleTimeString(),
  y: ({ shown }) => ((shown.getFullYear() % 100) + 100) % 100,
  Y: ({ shown }) => shown.getFullYear(),
  z: offsetText,
  Z: (date, flags) =>
    (date.zone === undefined ? formatter(undefined, {}).resolvedOptions().timeZone : date.zone) || offsetText(date, flags),
  t: () => '\t',
  n: () => '\n',
  '%': () => '%',
};

/**
 * A moment as text. Other values are returned unchanged.
 *
 * @param {any} value seconds since 1970, `now`, `today`, or text that Date can parse
 * @param {any} [format] as in strftime
 * @param {any} [zone] an IANA name, or minutes west of UTC
 * @param {string} [language] the visitor's unless given
 */
export function filterDate(value, format, zone, language) {
  const date = dateOf(plain(value), zone == null ? undefined : zone, language);
  if (!date) return value;
  format = plain(format);
  return (format == null ? USUAL_FORMAT : stringify(format)).replace(
    // The numbers limit backtracking over long runs of flags or digits.
    /%([-_0^#:]{0,9})(\d{0,9})[EO]?(.)/g,
    (all, flags, width, code) => {
      if (!DATE_CODES[code]) return all;
      spend(CODE + Number(width));
      return formatted(date, code, flags, Number(width));
    },
  );
}

/** @param {any} value */
export function filterDateToRfc822(value) {
  return filterDate(value, '%a, %d %b %Y %H:%M:%S %z', undefined, 'en-US');
}

/**
 * @param {any} value
 * @param {any} [type] `ordinal` for 7th
 * @param {any} [style] `US` for the month first
 */
export function filterDateToString(value, type, style) {
  return dayMonthYear(value, '%b', type, style);
}

/**
 * @param {any} value
 * @param {any} [type]
 * @param {any} [style]
 */
export function filterDateToLongString(value, type, style) {
  return dayMonthYear(value, '%B', type, style);
}

/**
 * @param {any} value
 * @param {string} month
 * @param {any} type
 * @param {any} style
 */
function dayMonthYear(value, month, type, style) {
  if (type !== 'ordinal') return filterDate(value, `%d ${month} %Y`);
  return filterDate(value, style === 'US' ? `${month} %-d%q, %Y` : `%-d%q ${month} %Y`);
}

/**
 * @param {any} value
 * @param {any} zone
 * @param {string} [language]
 * @returns {ShownDate | undefined}
 */
function dateOf(value, zone, language) {
  if (value == null) return;
  if (value === 'now' || value === 'today') value = Date.now();
  else if (typeof value == 'number' || (typeof value == 'string' && /^\d+$/.test(value))) value = +value * 1000;
  const moment = new Date(value);
  if (isNaN(+moment)) return;
  const local = moment.getTimezoneOffset();
  const isName = typeof zone == 'string';
  const offset = isName ? offsetOf(zone, moment) : zone === undefined ? local : zone;
  const shown = new Date(+moment + (local - offset) * MINUTE);
  if (isNaN(+shown)) return;
  return { moment, shown, offset, zone: zone === undefined ? zone : isName ? zone : '', language };
}

/**
 * @param {string} zone
 * @param {Date} moment
 */
function offsetOf(zone, moment) {
  const [there, utc] = [zone, 'UTC'].map((timeZone) =>
    // In lower case, to limit the number of spellings.
    Date.parse(formatter('en-US', { ...WHOLE, timeZone: timeZone.toLowerCase() }).format(moment)),
  );
  return (utc - there) / MINUTE;
}

/**
 * Creating one is slow, and uses memory that engines don't count.
 *
 * @param {string | undefined} language
 * @param {Intl.DateTimeFormatOptions} options
 */
function formatter(language, options) {
  const key = language + JSON.stringify(options);
  return FORMATTERS[key] || (FORMATTERS[key] = Intl.DateTimeFormat(language, options));
}

/**
 * @param {ShownDate} date
 * @param {string} code
 * @param {string} flags
 * @param {number} width
 */
function formatted(date, code, flags, width) {
  let text = String(DATE_CODES[code](date, flags, width));
  if (flags.includes('^')) text = text.toUpperCase();
  else if (flags.includes('#')) text = /[a-z]/.test(text) ? text.toUpperCase() : text.toLowerCase();
  width = flags.includes('-') ? 0 : width || DATE_WIDTHS[code] || 0;
  const isBlank = flags.includes('_') || (!flags.includes('0') && 'aAbBceklpP'.includes(code));
  if (isBlank) return text.padStart(width);
  return text[0] == '-' ? '-' + text.slice(1).padStart(width - 1, '0') : text.padStart(width, '0');
}

/**
 * @param {ShownDate} date
 * @param {Intl.DateTimeFormatOptions} options
 */
function wordOf(date, options) {
  return formatter(date.language, options).format(date.shown);
}

/** @param {ShownDate} date */
function dayOfYear({ shown }) {
  const eve = new Date(shown);
  eve.setMonth(0, 0);
  // A day can be an hour longer or shorter.
  return Math.round((+shown - +eve) / (1440 * MINUTE));
}

/**
 * Days before the first such day are in week 0.
 *
 * @param {ShownDate} date
 * @param {number} firstDay
 */
function weekOfYear(date, firstDay) {
  return Math.floor((dayOfYear(date) + 6 - ((date.shown.getDay() - firstDay + 7) % 7)) / 7);
}

/** @param {ShownDate} date */
function ordinalSuffix({ shown }) {
  const day = shown.getDate();
  return (day > 10 && day < 14 ? '' : ['', 'st', 'nd', 'rd'][day % 10]) || 'th';
}

/**
 * @param {ShownDate} date
 * @param {string} flags
 */
function offsetText({ offset }, flags) {
  const minutes = Math.abs(offset);
  const colon = flags.includes(':') ? ':' : '';
  return (offset > 0 ? '-' : '+') + padded(Math.floor(minutes / 60), 2) + colon + padded(minutes % 60, 2);
}

/**
 * @param {number} number
 * @param {number} width
 */
function padded(number, width) {
  return String(number).padStart(width, '0');
}
