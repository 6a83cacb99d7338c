import { linkAtLeast, linkAtMost, linkContains, linkEqual, linkGreater, linkHas, linkIn, linkLacks, linkLess, linkUnequal } from './triggers.js';
import { linkMatch, linkMismatch } from './globs.js';
import { linkLiquid } from './liquid.js';
import { linkCall } from './functions.js';
import { isObject } from './copy.js';
import { follow } from './path.js';
import { linkArray, linkBlank, linkCase, linkDecode, linkDynamicPath, linkDynamicText, linkEach, linkEncode, linkExcludeNull, linkExists, linkFlatten, linkMerge, linkObject, linkPath, linkReplace, linkText, linkTransform } from './templates.js';

/**
 * Recursion uses the tables, so that a script contains only the instructions that its config uses.
 *
 * @param {import('./types.js').Trigger} node
 * @returns {import('./types.js').Condition}
 */
export function linkTrigger(node) {
  return conditions[node[0]](node, linkOperand);
}

/**
 * @param {import('./types.js').Operand} node
 * @returns {import('./types.js').Reader}
 */
export function linkOperand(node) {
  if (Array.isArray(node)) return (event) => follow(event, node);
  if (operands.call && isObject(node)) return operands.call(node, linkOperand);
  return () => node;
}

/**
 * @param {any} node a template
 * @returns {import('./types.js').Resolver}
 */
export function linkTemplate(node) {
  if (!Array.isArray(node)) return () => node;
  return node.length ? templates[node[0]](node, linkTemplate) : () => undefined;
}

/**
 * @param {import('./types.js').Trigger} node `["and", trigger, ...]`
 * @returns {import('./types.js').Condition}
 */
function linkAnd(node) {
  const parts = node.slice(1).map(linkTrigger);
  return (event) => parts.every((part) => part(event));
}

/**
 * @param {import('./types.js').Trigger} node `["or", trigger, ...]`
 * @returns {import('./types.js').Condition}
 */
function linkOr(node) {
  const parts = node.slice(1).map(linkTrigger);
  return (event) => parts.some((part) => part(event));
}

/**
 * @param {import('./types.js').Trigger} node `["!", trigger]`
 * @returns {import('./types.js').Condition}
 */
function linkNot(node) {
  const part = linkTrigger(node[1]);
  return (event) => !part(event);
}

// The bundler keeps only the lines whose key a config uses: one entry per line.

/** @type {{ [instruction: string]: (node: import('./types.js').Trigger, linkOperand: import('./types.js').LinkOperand) => import('./types.js').Condition }} */
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

/** @type {{ [kind: string]: (node: { [name: string]: any[] }, linkOperand: import('./types.js').LinkOperand) => import('./types.js').Reader }} */
export const operands = {
  'call': linkCall,
};

/** @type {{ [instruction: string]: (node: any[], linkTemplate: import('./types.js').LinkTemplate) => import('./types.js').Resolver }} */
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
