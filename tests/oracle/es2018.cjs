// What a browser of 2018 would stumble over: {name: script} on stdin -> {name: [complaint, ...]}, of those that have any.
// A script whose name ends in ".js" is a module.

const { readFileSync } = require('node:fs');
const { parse } = require('acorn');

// Names alone: what a newer method is called on cannot be seen. None of ours may have such a name.
const METHODS = new Set(
  `allSettled any withResolvers fromEntries hasOwn groupBy flat flatMap at findLast findLastIndex toSorted toReversed
  toSpliced matchAll replaceAll trimStart trimEnd isWellFormed toWellFormed randomUUID replaceChildren`.split(/\s+/)
);
const GLOBALS = new Set(
  `globalThis structuredClone queueMicrotask BigInt BigInt64Array WeakRef FinalizationRegistry AggregateError Iterator
  Temporal reportError`.split(/\s+/)
);

function* nodesOf(node, parent) {
  if (!node || typeof node.type != 'string') return;
  yield [node, parent];
  for (const part of Object.values(node)) {
    for (const child of Array.isArray(part) ? part : [part]) yield* nodesOf(child, node);
  }
}

function isName(node, parent) {
  if (!parent) return false;
  const key = parent.type == 'MemberExpression' ? parent.property : parent.type == 'Property' ? parent.key : null;
  return key == node && !parent.computed;
}

function complaintsOf(name, script) {
  const found = [];
  let tree;
  try {
    tree = parse(script, { ecmaVersion: 2018, sourceType: name.endsWith('.js') ? 'module' : 'script' });
  } catch (error) {
    return [`${error.message}: ${script.slice(error.pos - 20, error.pos + 20)}`];
  }
  for (const [node, parent] of nodesOf(tree, null)) {
    if (node.type == 'MemberExpression') {
      const method = node.computed ? node.property.value : node.property.name;
      if (METHODS.has(method)) found.push(`.${method}`);
    }
    if (node.type == 'Property' && parent.type == 'ObjectPattern' && METHODS.has(node.key.name)) {
      found.push(`{ ${node.key.name} }`);
    }
    if (node.type == 'Identifier' && GLOBALS.has(node.name) && !isName(node, parent)) found.push(node.name);
    // In the language since 2018, in Safari since 16.4.
    if (node.regex && /\(\?<[=!]/.test(node.regex.pattern)) found.push(`/${node.regex.pattern}/ looks behind`);
  }
  return found;
}

const scripts = Object.entries(JSON.parse(readFileSync(0, 'utf8')));
const complaints = scripts.map(([name, script]) => [name, complaintsOf(name, script)]);
console.log(JSON.stringify(Object.fromEntries(complaints.filter(([, found]) => found.length))));
