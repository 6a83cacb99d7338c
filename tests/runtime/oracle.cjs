// Runs one of these functions for each line [name, arguments] of JSON on stdin, and writes its result as a line of JSON.
const fs = require('fs');
const Module = require('module');
const path = require('path');
const { createInterface } = require('readline');
const vm = require('vm');

const packages = path.join(__dirname, '../oracle/node_modules');
const load = (name) => require(path.join(packages, name));

// actions-core uses liquidjs without depending on it. No template here is Liquid.
const loadModule = Module._load;
Module._load = (request, ...rest) =>
  request === 'liquidjs'
    ? { Liquid: class { registerTag() {} registerFilter() {} } }
    : loadModule(request, ...rest);

/** Whether one condition is true of each event. */
function validate(condition, events) {
  const { validate } = load('@segment/destination-subscriptions/dist/cjs/index.js');
  const group = { type: 'group', operator: 'and', children: [condition] };
  return events.map((event) => validate(group, event));
}

/** What a mapping-kit template gives for each event, as {value}; {error} where it throws. */
function transform(template, events) {
  const { transform } = load('@segment/actions-core/dist/cjs/mapping-kit/index.js');
  return events.map((event) => {
    try {
      return transform({ value: template }, event);
    } catch (error) {
      return { error: error.message };
    }
  });
}

function camelCase(names) {
  const { camelCase } = load('lodash/lodash.js');
  return names.map((name) => camelCase(name));
}

/** What FullStory's snippet queues and inserts in a fake window, when a script then calls it. */
function snippet(options, script) {
  const { initFS } = load('@fullstory/snippet/dist/index.js');
  const page = vm.createContext({});
  vm.runInContext(fs.readFileSync(path.join(__dirname, 'fake_window.js'), 'utf8'), page);
  global.window = vm.runInContext('window', page);
  initFS(options);
  return JSON.parse(vm.runInContext(script, page));
}

const functions = { validate, transform, camelCase, snippet };
createInterface({ input: process.stdin }).on('line', (line) => {
  const [name, args] = JSON.parse(line);
  process.stdout.write(JSON.stringify(functions[name](...args)) + '\n');
});
