// CPU time per event and mapping, ours beside Segment's packages, in turns within one process.
// Reads {config, subscriptions, events} from standard input; prints {ours, theirs} in nanoseconds.

import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { linkDestination } from '../../fullstory_dest/runtime/core/core.js';

const require = createRequire(new URL('../oracle/package.json', import.meta.url));
const { parseFql, validate } = require('@segment/destination-subscriptions');
const { transform } = require('@segment/actions-core/mapping-kit');

const { config, subscriptions, events } = JSON.parse(readFileSync(0, 'utf8'));
const evaluate = linkDestination(config.destinations[0]);
let calls = 0;
const call = () => calls++;

const contenders = {
  ours: (event) => evaluate(event, call),
  theirs: (event) => {
    for (const { subscribe, mapping } of subscriptions) {
      if (validate(parseFql(subscribe), event) && transform(mapping, event)) calls++;
    }
  },
};

// Many short rounds in turns, and the best of each: what else the machine does only ever adds time, seldom to every round.
const ROUNDS = 400;
const REPEATS = { ours: 2_000, theirs: 100 };
const best = { ours: Infinity, theirs: Infinity };
for (let round = 0; round < ROUNDS; round++) {
  for (const [name, run] of Object.entries(contenders)) {
    const start = process.hrtime.bigint();
    for (let repeat = 0; repeat < REPEATS[name]; repeat++) for (const event of events) run(event);
    const evaluations = REPEATS[name] * events.length * subscriptions.length;
    best[name] = Math.min(best[name], Number(process.hrtime.bigint() - start) / evaluations);
  }
}
console.log(JSON.stringify({ ...best, calls }));
