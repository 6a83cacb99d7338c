import { isObject } from './copy.js';
import { follow } from './path.js';
import { conditions, operands, templates } from './registry.js';

/**
 * Recursion goes through the tables, so that a script carries only the instructions that its config uses.
 *
 * @param {import('./types.js').Trigger} node
 * @returns {import('./types.js').Condition}
 */
export function linkTrigger(node) {
  return conditions[node[0]](node);
}

/**
 * @param {import('./types.js').Operand} node
 * @returns {import('./types.js').Reader}
 */
export function linkOperand(node) {
  if (Array.isArray(node)) return (event) => follow(event, node);
  return isObject(node) ? operands.call(node) : () => node;
}

/**
 * @param {any} node a template
 * @returns {import('./types.js').Resolver}
 */
export function linkTemplate(node) {
  if (!Array.isArray(node)) return () => node;
  return node.length ? templates[node[0]](node) : () => undefined;
}
