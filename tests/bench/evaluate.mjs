// CPU time per event and mapping, ours beside Segment's packages, in turns within one process.
// Reads {config, subscriptions, events} from standard input; prints {ours, theirs}: medians in nanoseconds.

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

const ROUNDS = 15;
const times = { ours: [], theirs: [] };
for (let round = 0; round < ROUNDS + 3; round++) {
  for (const [name, run] of Object.entries(contenders)) {
    const repeats = name === 'ours' ? 20_000 : 2_000;
    const start = process.hrtime.bigint();
    for (let repeat = 0; repeat < repeats; repeat++) for (const event of events) run(event);
    const nanoseconds = Number(process.hrtime.bigint() - start) / (repeats * events.length * subscriptions.length);
    if (round >= 3) times[name].push(nanoseconds);
  }
}
const median = (list) => list.sort((a, b) => a - b)[list.length >> 1];
console.log(JSON.stringify({ ours: median(times.ours), theirs: median(times.theirs), calls }));
