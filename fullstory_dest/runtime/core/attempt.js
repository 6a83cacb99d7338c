/**
 * What an act gives, or what `failed` makes of its error. Pages take away what browsers have, or put in its place what
 * throws; that costs an event what it would have given, and nothing else.
 *
 * @template T
 * @param {() => T} act
 * @param {(error: any) => any} [failed]
 * @returns {any}
 */
export function attempt(act, failed) {
  try {
    return act();
  } catch (error) {
    return failed && failed(error);
  }
}
