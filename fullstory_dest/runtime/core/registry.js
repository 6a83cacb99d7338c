import { performIdentifyUser, performIdentifyUserV2, performTrackEvent, performTrackEventV2, performViewedPage, performViewedPageV2 } from './actions.js';
import { lengthOf, toBool, toKebabcase, toLowercase, toNumber, toSnakecase, toText, toTitlecase, toUppercase, typeOf } from './functions.js';
import { linkMatch, linkMismatch } from './globs.js';
import { linkArray, linkBlank, linkCase, linkDecode, linkDynamicPath, linkEach, linkEncode, linkExcludeNull, linkExists, linkFlatten, linkMerge, linkObject, linkPath, linkReplace, linkText, linkTransform } from './templates.js';
import { linkAnd, linkAtLeast, linkAtMost, linkContains, linkEqual, linkGreater, linkIn, linkLacks, linkLess, linkNot, linkOr, linkUnequal } from './triggers.js';

// The assembler keeps, of each table, the lines whose key a config uses: one entry a line.

/** @type {{ [instruction: string]: (node: import('./types.js').Trigger) => import('./types.js').Condition }} */
export const conditions = {
  'and': linkAnd,
  'or': linkOr,
  '!': linkNot,
  '=': linkEqual,
  '!=': linkUnequal,
  '<': linkLess,
  '<=': linkAtMost,
  '>': linkGreater,
  '>=': linkAtLeast,
  'in': linkIn,
  'contains': linkContains,
  '!contains': linkLacks,
  'match': linkMatch,
  '!match': linkMismatch,
};

/** @type {{ [name: string]: (value: any) => any }} */
export const functions = {
  'length': lengthOf,
  'lowercase': toLowercase,
  'uppercase': toUppercase,
  'snakecase': toSnakecase,
  'kebabcase': toKebabcase,
  'titlecase': toTitlecase,
  'typeof': typeOf,
  'bool': toBool,
  'string': toText,
  'number': toNumber,
};

/** @type {{ [instruction: string]: (node: any[]) => import('./types.js').Resolver }} */
export const templates = {
  'object': linkObject,
  'array': linkArray,
  'path': linkPath,
  'dynamic-path': linkDynamicPath,
  'template': linkText,
  'exists': linkExists,
  'blank': linkBlank,
  'case': linkCase,
  'replace': linkReplace,
  'each': linkEach,
  'flatten': linkFlatten,
  'encode': linkEncode,
  'decode': linkDecode,
  'merge': linkMerge,
  'transform': linkTransform,
  'exclude-null': linkExcludeNull,
};

/** @type {{ [action: string]: import('./types.js').Action }} */
export const actions = {
  'identifyUserV2': performIdentifyUserV2,
  'trackEventV2': performTrackEventV2,
  'viewedPageV2': performViewedPageV2,
  'identifyUser': performIdentifyUser,
  'trackEvent': performTrackEvent,
  'viewedPage': performViewedPage,
};
