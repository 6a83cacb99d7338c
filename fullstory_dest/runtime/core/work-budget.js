// The limit of a mapping's work. Counted, not timed, so that every browser stops at the same point.

/** In characters and items. FullStory accepts 512 kB per call. */
const BOUND = 1e6;

/** The work since counting started. */
let spent = 0;
let isCounting = false;

/** @param {number} amount */
export function limit(amount) {
  if (amount > BOUND) throw Error('too much text, or too many items');
}

/**
 * A resolver that counts its work. Nested resolvers share the outer one's budget.
 *
 * @param {import('./types.js').Resolver} resolve
 * @returns {import('./types.js').Resolver}
 */
export function counted(resolve) {
  return (data) => {
    if (isCounting) return resolve(data);
    spent = 0;
    isCounting = true;
    try {
      return resolve(data);
    } finally {
      isCounting = false;
    }
  };
}

/** @param {number} amount no less than 0 */
export function spend(amount) {
  limit((spent += amount));
}

/**
 * Charge a value with everything in it, and return it. Nested instructions can repeat an event or a text a billion
 * times.
 *
 * @param {any} value
 * @param {number} [indent] added for each level of nesting
 * @param {number} [margin]
 * @returns {any}
 */
export function weigh(value, indent = 0, margin = 0) {
  spend(margin + (typeof value == 'string' ? value.length : 1));
  if (Array.isArray(value)) for (const item of value) weigh(item, indent, margin + indent);
  else if (value && typeof value == 'object') {
    for (const key in value) {
      spent += key.length;
      weigh(value[key], indent, margin + indent);
    }
  }
  return value;
}
