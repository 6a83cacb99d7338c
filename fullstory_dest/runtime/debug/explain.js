import { linkOperand, linkTrigger } from '../core/link.js';
import { inWords } from '../core/value-types.js';
import { inFql, operandInFql } from './print-trigger.js';

/**
 * The reasons why a trigger doesn't match an event: the conditions that decided, each with the value found. The
 * runtime's conditions are evaluated one by one. For `and` the first that fails decides, for `or` all of them.
 *
 * @param {import('../core/types.js').Trigger} trigger that doesn't match
 * @param {any} event
 * @returns {string[]} such as `type = "track": it is "page"`. Changing any one of them would be enough
 */
export function explain(trigger, event) {
  return decisive(trigger, event).map(({ condition, holds, found }) => (holds ? '!(' + condition + ')' : condition) + ': ' + found);
}

/**
 * The conditions that decided whether a trigger matches an event: each in FQL, with its result and the value found.
 *
 * @param {import('../core/types.js').Trigger} trigger
 * @param {any} event
 * @returns {{ condition: string, holds: boolean, found: string }[]}
 */
export function decisive(trigger, event) {
  return deciding(trigger, event).map((leaf) => ({
    condition: inFql(leaf),
    holds: linkTrigger(leaf)(event),
    found: foundBy(leaf, event),
  }));
}

/**
 * @param {import('../core/types.js').Trigger} node
 * @param {any} event
 * @returns {import('../core/types.js').Trigger[]}
 */
function deciding(node, event) {
  const [instruction, ...parts] = node;
  if (instruction == '!') return deciding(parts[0], event);
  if (instruction != 'and' && instruction != 'or') return [node];
  const ends = instruction == 'or';
  const found = parts.find((part) => linkTrigger(part)(event) == ends);
  return (found ? [found] : parts).reduce((leaves, part) => leaves.concat(deciding(part, event)), []);
}

/**
 * @param {import('../core/types.js').Trigger} leaf
 * @param {any} event
 */
function foundBy([instruction, ...operands], event) {
  const [first, second] = operands;
  const twoOperands = /has|contains/.test(instruction) && second && typeof second == 'object';
  if (twoOperands) return [first, second].map((each) => operandInFql(each) + ' is ' + valueOf(each, event)).join(', ');
  const value = linkOperand(first)(event);
  const wantsNumber = typeof second == 'number' && typeof value != 'number';
  const wantsText = /contains|match/.test(instruction) && typeof value != 'string';
  const wantsList = instruction == 'has' && !Array.isArray(value);
  const kind = value != null && (wantsNumber || wantsText || wantsList) ? ', which is ' + inWords(value) : '';
  return 'it is ' + inShort(value) + kind;
}

/**
 * @param {any} operand
 * @param {any} event
 */
function valueOf(operand, event) {
  return inShort(linkOperand(operand)(event));
}

/**
 * A value as JSON on one line.
 *
 * @param {any} value
 * @returns {string}
 */
export function inShort(value) {
  if (value === undefined) return 'absent';
  const text = inJson(value);
  return text.length > 100 ? text.slice(0, 100) + '…' : text;
}

/**
 * @param {any} value
 * @param {number} [indent]
 * @returns {string}
 */
export function inJson(value, indent) {
  try {
    const text = JSON.stringify(value, null, indent);
    // NaN and Infinity become null; functions and symbols nothing.
    return typeof value == 'number' || text === undefined ? String(value) : text;
  } catch (error) {
    return inWords(value) + ' that cannot be shown';
  }
}
