import { performIdentifyUser, performIdentifyUserV2, performTrackEvent, performTrackEventV2, performViewedPage, performViewedPageV2 } from './actions.js';
import { debugCalls } from './debug.js';
import { lengthOf, linkCall, toBool, toKebabcase, toLowercase, toNumber, toSnakecase, toText, toTitlecase, toUppercase, typeOf } from './functions.js';
import { linkMatch, linkMismatch } from './globs.js';
import { dropRepeats } from './dedupe.js';
import { resendPageProperties } from './resend-page-properties.js';
import { filterCompact, filterDefault, filterFirst, filterInspect, filterJoin, filterJson, filterLast, filterPop, filterPush, filterSample, filterShift, filterSize, filterSlice, filterSum, filterUnshift, filterWhere } from './liquid-arrays.js';
import { filterBase64Decode, filterBase64Encode, filterHmacSha256, filterSha256 } from './liquid-codecs.js';
import { filterDate, filterDateToLongString, filterDateToRfc822, filterDateToString } from './liquid-dates.js';
import { filterCgiEscape, filterEscape, filterEscapeOnce, filterSlugify, filterStripHtml, filterUriEscape, filterUrlDecode, filterUrlEncode } from './liquid-escapes.js';
import { filterAbs, filterAtLeast, filterAtMost, filterCeil, filterDividedBy, filterFloor, filterMinus, filterModulo, filterPlus, filterRound, filterTimes, filterToInteger } from './liquid-numbers.js';
import { filterAppend, filterCapitalize, filterDowncase, filterLstrip, filterNormalizeWhitespace, filterNumberOfWords, filterPrepend, filterRemove, filterRemoveFirst, filterRemoveLast, filterReplace, filterReplaceFirst, filterReplaceLast, filterRstrip, filterSplit, filterSquish, filterStrip, filterStripNewlines, filterTruncate, filterTruncatewords, filterUpcase } from './liquid-strings.js';
import { linkAssign, linkCapture, linkCaseTag, linkDecrement, linkIf, linkIncrement } from './liquid-tags.js';
import { linkAbove, linkAllTrue, linkBelow, linkBlankConstant, linkEmpty, linkFilters, linkHolds, linkLookUp, linkNil, linkNotAbove, linkNotBelow, linkNotTrue, linkOneTrue, linkOther, linkPropertyOf, linkRange, linkSame } from './liquid-values.js';
import { linkEcho, linkLiquid } from './liquid.js';
import { linkArray, linkBlank, linkCase, linkDecode, linkDynamicPath, linkDynamicText, linkEach, linkEncode, linkExcludeNull, linkExists, linkFlatten, linkMerge, linkObject, linkPath, linkReplace, linkText, linkTransform } from './templates.js';
import { stopCapture } from '../fullstory/dev-mode.js';
import { tidyCalls } from './sanitize-names.js';
import { linkAnd, linkAtLeast, linkAtMost, linkContains, linkEqual, linkGreater, linkHas, linkIn, linkLacks, linkLess, linkNot, linkOr, linkUnequal } from './triggers.js';

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
  'has': linkHas,
  'contains': linkContains,
  '!contains': linkLacks,
  'match': linkMatch,
  '!match': linkMismatch,
};

/** @type {{ [kind: string]: (node: { [name: string]: any[] }) => import('./types.js').Reader }} */
export const operands = {
  'call': linkCall,
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
  'dynamic-template': linkDynamicText,
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
  'liquid': linkLiquid,
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

/** By the setting that asks for it. In the order of the table, the first is the nearest to FullStory. @type {{ [setting: string]: import('./types.js').Layer }} */
export const layers = {
  'debug': debugCalls,
  'dropRepeatedCalls': dropRepeats,
  'resendPageProperties': resendPageProperties,
  'tidyPropertyNames': tidyCalls,
};

/** What a setting makes of a FullStory that we put on the page. @type {{ [setting: string]: (fullstory: any) => any }} */
export const modes = {
  'devMode': stopCapture,
};

/** @type {{ [tag: string]: (node: any[]) => import('./liquid.js').Statement }} */
export const liquidTags = {
  'echo': linkEcho,
  'assign': linkAssign,
  'capture': linkCapture,
  'if': linkIf,
  'case': linkCaseTag,
  'increment': linkIncrement,
  'decrement': linkDecrement,
};

/** @type {{ [instruction: string]: (node: any[]) => import('./liquid.js').Value }} */
export const liquidValues = {
  'path': linkLookUp,
  'of': linkPropertyOf,
  'nil': linkNil,
  'empty': linkEmpty,
  'blank': linkBlankConstant,
  'range': linkRange,
  '|': linkFilters,
  'not': linkNotTrue,
  'and': linkAllTrue,
  'or': linkOneTrue,
  '==': linkSame,
  '!=': linkOther,
  '<': linkBelow,
  '<=': linkNotAbove,
  '>': linkAbove,
  '>=': linkNotBelow,
  'contains': linkHolds,
};

/** @type {{ [name: string]: (value: any, ...args: any[]) => any }} */
export const liquidFilters = {
  'abs': filterAbs,
  'append': filterAppend,
  'at_least': filterAtLeast,
  'at_most': filterAtMost,
  'base64_decode': filterBase64Decode,
  'base64_encode': filterBase64Encode,
  'capitalize': filterCapitalize,
  'ceil': filterCeil,
  'cgi_escape': filterCgiEscape,
  'compact': filterCompact,
  'date': filterDate,
  'date_to_long_string': filterDateToLongString,
  'date_to_rfc822': filterDateToRfc822,
  'date_to_string': filterDateToString,
  'default': filterDefault,
  'divided_by': filterDividedBy,
  'downcase': filterDowncase,
  'escape': filterEscape,
  'escape_once': filterEscapeOnce,
  'first': filterFirst,
  'floor': filterFloor,
  'hmac_sha256': filterHmacSha256,
  'inspect': filterInspect,
  'join': filterJoin,
  'json': filterJson,
  'last': filterLast,
  'lstrip': filterLstrip,
  'minus': filterMinus,
  'modulo': filterModulo,
  'normalize_whitespace': filterNormalizeWhitespace,
  'number_of_words': filterNumberOfWords,
  'plus': filterPlus,
  'pop': filterPop,
  'prepend': filterPrepend,
  'push': filterPush,
  'remove': filterRemove,
  'remove_first': filterRemoveFirst,
  'remove_last': filterRemoveLast,
  'replace': filterReplace,
  'replace_first': filterReplaceFirst,
  'replace_last': filterReplaceLast,
  'round': filterRound,
  'rstrip': filterRstrip,
  'sample': filterSample,
  'sha256': filterSha256,
  'shift': filterShift,
  'size': filterSize,
  'slice': filterSlice,
  'slugify': filterSlugify,
  'split': filterSplit,
  'squish': filterSquish,
  'strip': filterStrip,
  'strip_html': filterStripHtml,
  'strip_newlines': filterStripNewlines,
  'sum': filterSum,
  'times': filterTimes,
  'to_integer': filterToInteger,
  'truncate': filterTruncate,
  'truncatewords': filterTruncatewords,
  'unshift': filterUnshift,
  'upcase': filterUpcase,
  'uri_escape': filterUriEscape,
  'url_decode': filterUrlDecode,
  'url_encode': filterUrlEncode,
  'where': filterWhere,
};
