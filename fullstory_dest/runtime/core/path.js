/**
 * The value at the end of a path. Follows own properties only, so that no key (`__proto__`, `constructor`) leads to a
 * prototype. Stops at a falsy value and returns it, as Segment's `get` does.
 *
 * @param {any} value
 * @param {string[]} keys
 * @returns {any}
 */
export function follow(value, keys) {
  for (const key of keys) value = value && (Object.prototype.hasOwnProperty.call(value, key) ? value[key] : undefined);
  return value;
}

/**
 * The keys of a path in mapping-kit's notation (`a.b[0]['c d']`), split where Segment splits it: at a dot, at a
 * bracket before a quote or digit, at brackets after one. (Theirs looks behind, which Safari before 16.4 cannot parse.)
 *
 * @param {string} text
 * @returns {string[]}
 */
export function parsePath(text) {
  return text
    .replace(/(["'\d])]+/g, '$1.')
    .split(/\[(?=["'\d])|\./)
    .filter((key) => key)
    .map((key) => key.replace(/["']/g, ''));
}
