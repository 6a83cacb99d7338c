import { counted } from './work-budget.js';
import { pay, stringify } from './liquid-text.js';
import { linkAssign, linkCapture, linkCaseTag, linkDecrement, linkIf, linkIncrement } from './liquid-tags.js';
import { linkAbove, linkAllTrue, linkBelow, linkBlankConstant, linkEmpty, linkFilters, linkHolds, linkLookUp, linkNil, linkNotAbove, linkNotBelow, linkNotTrue, linkOneTrue, linkOther, linkPropertyOf, linkRange, linkSame } from './liquid-values.js';

/**
 * The scope of a running template: the event, and the template's names and counters.
 * @typedef {{ data: Object<string, any>, names: Object<string, any>, counts: Object<string, number> }} Scope
 */

/** @typedef {any[]} Node see docs/compiled-config.md */
/** @typedef {(scope: Scope) => string} Statement a linked statement */
/** @typedef {(scope: Scope) => any} Value a linked value */
/** @typedef {(nodes: any[]) => Statement} LinkBlock */
/** @typedef {(node: any) => Value} LinkValue */

/**
 * Each run has a new scope, so templates have no lasting effect.
 *
 * @param {Node} node `["liquid", statement, ...]`
 * @returns {import('./types.js').Resolver}
 */
export function linkLiquid(node) {
  const write = linkBlock(node.slice(1));
  return counted((data) =>
    // Without a prototype, all names are free.
    write({ data: Object(data), names: Object.create(null), counts: Object.create(null) }),
  );
}

/**
 * @param {any[]} nodes text, and `[tag, ...]`
 * @returns {Statement}
 */
export function linkBlock(nodes) {
  /** @type {Statement[]} */
  const statements = nodes.map((node) => (Array.isArray(node) ? liquidTags[node[0]](node, linkLiquidValue, linkBlock) : () => node));
  return (scope) => {
    let output = '';
    for (const write of statements) output += write(scope);
    return output;
  };
}

/**
 * @param {any} node a scalar for itself, or `[instruction, ...]`
 * @returns {Value}
 */
export function linkLiquidValue(node) {
  return Array.isArray(node) ? liquidValues[node[0]](node, linkLiquidValue) : () => node;
}

/**
 * @param {Node} node `["echo", value]`
 * @returns {Statement}
 */
export function linkEcho(node) {
  const read = linkLiquidValue(node[1]);
  return (scope) => stringify(pay(read(scope)));
}

// The bundler keeps only the lines whose key a config uses: one entry per line.

/** @type {{ [tag: string]: (node: any[], linkLiquidValue: LinkValue, linkBlock: LinkBlock) => Statement }} */
export const liquidTags = {
  'echo': linkEcho,
  'assign': linkAssign,
  'capture': linkCapture,
  'if': linkIf,
  'case': linkCaseTag,
  'increment': linkIncrement,
  'decrement': linkDecrement,
};

/** @type {{ [instruction: string]: (node: any[], linkLiquidValue: LinkValue) => Value }} */
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
