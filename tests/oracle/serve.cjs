// Segment's own packages, a question a line: {"fql", "event"} -> whether the event is subscribed to,
// {"mapping", "event"} -> what the mapping resolves to. Answers {"value"} or {"error"}, a line each.

const { createInterface } = require('node:readline');
const { parseFql, validate } = require('@segment/destination-subscriptions');
const { transform } = require('@segment/actions-core/mapping-kit');

function answer({ fql, mapping, event }) {
  if (fql === undefined) return transform(mapping, event);
  const parsed = parseFql(fql);
  if (parsed.error) throw parsed.error;
  return validate(parsed, event);
}

createInterface({ input: process.stdin }).on('line', (line) => {
  let result;
  try {
    result = { value: answer(JSON.parse(line)) };
  } catch (error) {
    result = { error: String(error && error.message) };
  }
  process.stdout.write(JSON.stringify(result) + '\n');
});
