/** @typedef {import('./instrument.js').Entry} Entry */
/** @typedef {import('./instrument.js').Outcome} Outcome */

/**
 * The counts of an entry.
 *
 * @param {Entry} entry
 */
export function countsOf({ outcomes, notes }) {
  const calls = outcomes.reduce((sum, { calls }) => sum + calls.length, 0);
  const warnings = outcomes.reduce((sum, { calls }) => sum + calls.reduce((all, said) => all + said.warnings.length, 0), 0);
  const errors = outcomes.filter(({ state }) => state == 'error').length;
  return { calls, warnings, errors, notes: notes.length };
}

/**
 * @param {number} count
 * @param {string} what
 */
export function plural(count, what) {
  return (count || 'no') + ' ' + what + (count == 1 ? '' : 's');
}

/**
 * The result of an event at a mapping, as a phrase. Several reasons are in `why`.
 *
 * @param {Outcome} outcome
 * @returns {string}
 */
export function verdictOf({ mapping, state, why }) {
  if (!mapping.action) return '';
  switch (state) {
    case 'trigger':
      return why.length > 1 ? 'did not match, because of these conditions' : 'did not match';
    case 'empty':
      return 'matched, but this event has nothing to send';
    case 'repeated':
      return 'matched, but repeats an earlier call: dropped';
    case 'error':
      return 'failed';
    default:
      return 'matched';
  }
}

/**
 * @param {Outcome} outcome
 * @returns {string} a fixed name for calls without a mapping, which a reset or consent makes
 */
export function nameOf({ mapping }) {
  return mapping.action ? mapping.name || 'A mapping' : 'Without a mapping';
}

/**
 * The destination of an outcome, if an entry has several.
 *
 * @param {Entry} entry
 * @returns {(outcome: Outcome) => string}
 */
export function placeIn({ outcomes }) {
  const several = new Set(outcomes.map(({ destination }) => destination)).size > 1;
  return ({ destination: { config: { settings } } }) => (several ? ' · ' + settings.orgId + ' (' + settings.namespace + ')' : '');
}

/**
 * Log an entry as a collapsed group. Names follow the first argument, because consoles expand `%s` there.
 *
 * @param {Entry} entry
 */
export function printEntry(entry) {
  const { calls, warnings, errors } = countsOf(entry);
  const counts = [plural(calls, 'call')];
  if (warnings) counts.push(plural(warnings, 'warning'));
  if (errors) counts.push(plural(errors, 'error'));
  console.groupCollapsed('[FullStory]', entry.type, entry.name, '—', counts.join(', '));
  entry.notes.forEach((note) => console.info('•', note));
  const place = placeIn(entry);
  entry.outcomes.forEach((outcome) => {
    const { state, why, calls: made } = outcome;
    const name = nameOf(outcome) + place(outcome);
    if (state == 'error') console.warn('✗', name, verdictOf(outcome) + ':', ...why);
    else console.log(state == 'called' ? '✓' : '-', name, verdictOf(outcome) + (why.length ? ': ' + why.join('; ') : ''));
    made.forEach((said) => {
      console.log('→', said.method, ...said.args);
      said.warnings.forEach((warning) => console.warn('⚠', warning));
    });
  });
  if (entry.event) console.log('event', entry.event);
  console.groupEnd();
}
