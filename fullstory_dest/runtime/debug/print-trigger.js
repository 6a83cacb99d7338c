// Compiled triggers in FQL's words, as fql/printer.py writes them.

const RESERVED = /^(and|or|in|true|false|null)$/;

/**
 * @param {import('../core/types.js').Trigger} node
 * @returns {string}
 */
export function inFql(node) {
  const [instruction, first, second] = node;
  switch (instruction) {
    case 'or':
    case 'and':
      return node
        .slice(1)
        .map((part) => (part[0] == 'or' || part[0] == instruction ? '(' + inFql(part) + ')' : inFql(part)))
        .join(' ' + instruction + ' ');
    case '!':
      return '!' + (first[0] == '!' ? inFql(first) : '(' + inFql(first) + ')');
    case 'in':
      return operandInFql(first) + ' in [' + second.map(scalarInFql).join(', ') + ']';
    case 'has':
      return operandInFql(second) + ' in ' + operandInFql(first);
    case 'contains':
    case '!contains':
      return instruction + '(' + operandInFql(first) + ', ' + operandInFql(second) + ')';
    case 'match':
    case '!match':
      return instruction + '(' + operandInFql(first) + ', ' + quoted(globInFql(second)) + ')';
    default:
      return operandInFql(first) + ' ' + instruction + ' ' + scalarInFql(second);
  }
}

/**
 * @param {any} operand a path, a call or a scalar
 * @returns {string}
 */
export function operandInFql(operand) {
  if (Array.isArray(operand)) return escapeKey(operand[0]) + operand.slice(1).map(keyInFql).join('');
  if (!operand || typeof operand != 'object') return scalarInFql(operand);
  const name = Object.keys(operand)[0];
  return name + '(' + operandInFql(operand[name][0]) + ')';
}

/** @param {string} key after the first */
function keyInFql(key) {
  if (/^\d+$/.test(key)) return '[' + key + ']';
  return !key || /[.[\]]/.test(key) ? '[' + quoted(key) + ']' : '.' + escapeKey(key);
}

/** @param {string} key */
function escapeKey(key) {
  const written = key.replace(/[^\w-]/gu, '\\$&');
  return RESERVED.test(key) || /^[\d-]/.test(key) ? '\\' + written : written;
}

/** @param {import('../core/types.js').Scalar} value */
function scalarInFql(value) {
  return typeof value == 'string' ? quoted(value) : String(value);
}

/** @param {string} text */
function quoted(text) {
  const quote = text.includes('"') && !text.includes("'") ? "'" : '"';
  return quote + text.split(quote).join(quote + quote) + quote;
}

/**
 * @param {any[]} glob
 * @returns {string}
 */
function globInFql(glob) {
  /** @param {string} text */
  const plain = (text) => text.replace(/[*?[\]\\]/g, '\\$&');
  /** @param {string} text */
  const member = (text) => text.replace(/[\]\\^!-]/g, '\\$&');
  return glob
    .map((part) => {
      if (typeof part == 'string') return plain(part);
      if (part[0] != '[]') return part[0];
      return '[' + part.slice(1).map((/** @type {any} */ one) => (typeof one == 'string' ? member(one) : one.map(member).join('-'))).join('') + ']';
    })
    .join('');
}
