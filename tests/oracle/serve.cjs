// Segment's own packages, a question a line: {"fql", "event"} -> whether the event is subscribed to,
// {"fql"} -> what it reads in it, {"mapping", "event"} -> what the mapping resolves to, {"liquid", "event"} -> what LiquidJS
// makes of a template without Segment's restrictions. Answers {"value"} or {"error"}, a line each.

const { createInterface } = require('node:readline');
const { parseFql, validate } = require('@segment/destination-subscriptions');
const { transform } = require('@segment/actions-core/mapping-kit');
const { Liquid } = require('liquidjs');

// LiquidJS limits a template to 500 ms. Processor time, so that a busy machine doesn't count.
performance.now = () => {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
};

function answer({ fql, mapping, liquid, event }) {
  if (liquid !== undefined) return new Liquid().parseAndRenderSync(liquid, event);
  if (fql === undefined) return transform(mapping, event);
  const parsed = parseFql(fql);
  if (parsed.error) throw parsed.error;
  return event === undefined ? parsed : validate(parsed, event);
}

function tryToAnswer(question) {
  try {
    return { value: answer(question) };
  } catch (error) {
    return { error: String(error && error.message) };
  }
}

// A list of questions has a list of answers; a question about "events", a list of an answer for each.
function answers(question) {
  if (Array.isArray(question)) return question.map(answers);
  const { events, ...rest } = question;
  return events ? events.map((event) => tryToAnswer({ ...rest, event: withoutPrototypes(event) })) : tryToAnswer(question);
}

// Segment's paths lead to prototypes and ours do not, on purpose: here there are none to be led to. What is left of
// them is how an object turns into text.
const object = Object.create(null, {
  [Symbol.toPrimitive]: {
    value(hint) {
      return hint == 'string' ? String({ ...this }) : { ...this } + '';
    },
  },
  // Nor does setting this make a property of it, as on any object.
  ['__proto__']: { set() {} },
});

// And what Segment itself makes of such a key must not become a prototype to be led to.
Object.defineProperty(Object.prototype, '__proto__', { get() {}, set() {} });

function withoutPrototypes(value) {
  if (Array.isArray(value)) return value.map(withoutPrototypes);
  if (!value || typeof value != 'object') return value;
  const entries = Object.entries(value).map(([key, item]) => [
    key,
    { value: withoutPrototypes(item), enumerable: true, writable: true, configurable: true },
  ]);
  return Object.create(object, Object.fromEntries(entries));
}

createInterface({ input: process.stdin }).on('line', (line) => {
  process.stdout.write(JSON.stringify(answers(JSON.parse(line))) + '\n');
});
