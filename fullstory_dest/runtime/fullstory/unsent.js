/**
 * A FullStory that is not loaded, for previews that only show calls. It has no answers, either.
 *
 * @returns {any} the function to call
 */
export function discardCalls() {
  const discard = () => {};
  return Object.assign(discard, { identify: discard, setUserVars: discard, setVars: discard, event: discard });
}
