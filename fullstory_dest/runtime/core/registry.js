import { performIdentifyUser, performIdentifyUserV2, performTrackEvent, performTrackEventV2, performViewedPage, performViewedPageV2 } from './actions.js';
import { debugCalls } from './debug.js';
import { anonymizeVisitor } from './tell.js';
import { dropRepeats } from './dedupe.js';
import { resendPageProperties } from './resend-page-properties.js';
import { discardCalls } from '../fullstory/unsent.js';
import { stopCapture } from '../fullstory/dev-mode.js';
import { tidyCalls } from './sanitize-names.js';

// The bundler keeps only the lines whose key a config uses: one entry per line.

/** @type {{ [action: string]: import('./types.js').Action }} */
export const actions = {
  'identifyUserV2': performIdentifyUserV2,
  'trackEventV2': performTrackEventV2,
  'viewedPageV2': performViewedPageV2,
  'identifyUser': performIdentifyUser,
  'trackEvent': performTrackEvent,
  'viewedPage': performViewedPage,
};

/** By setting. The first entry is the nearest to FullStory. @type {{ [setting: string]: import('./types.js').Layer }} */
export const layers = {
  'debug': debugCalls,
  'dropRepeatedCalls': dropRepeats,
  'resendPageProperties': resendPageProperties,
  'tidyPropertyNames': tidyCalls,
};

/** Effects of settings outside of calls: on a FullStory that we load or not, on a reset. @type {{ [setting: string]: (it: any) => any }} */
export const modes = {
  'anonymizeOnReset': anonymizeVisitor,
  'devMode': stopCapture,
  'unsent': discardCalls,
};

