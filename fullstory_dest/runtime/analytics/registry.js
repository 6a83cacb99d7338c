import { postEvents } from './posting.js';

// The assembler keeps, of each table, the lines whose key a config uses: one entry a line.

/** By what a config has. @type {{ [key: string]: import('../snippet.js').Extra }} */
export const extras = {
  'apiHost': postEvents,
};
