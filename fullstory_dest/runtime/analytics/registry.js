import { postEvents } from './batch-sender.js';
import { askConsent } from './consent.js';
import { saysDnt, saysGpc } from './signals.js';

// The bundler keeps only the lines whose key a config uses: one entry per line.

/** By what a config has. @type {{ [key: string]: import('../snippet.js').Extra }} */
export const extras = {
  'apiHost': postEvents,
  'consent': askConsent,
};

/** Browser signals of visitors who don't want to be tracked. @type {{ [signal: string]: () => boolean }} */
export const signals = {
  'gpc': saysGpc,
  'dnt': saysDnt,
};
