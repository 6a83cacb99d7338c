/**
 * The result of `act`, or that of `failed` for its error. Pages remove browser APIs or replace them by ones that throw.
 * That costs an event the API's value, and nothing else.
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
