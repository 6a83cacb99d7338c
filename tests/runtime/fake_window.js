// As much of a browser as FullStory's bootstrap touches, for an engine without one. What happens is written down.
globalThis.window = globalThis;
globalThis.logged = [];
globalThis.console = {
  log: (...args) => logged.push(['log', ...args]),
  warn: (...args) => logged.push(['warn', ...args]),
  debug: (...args) => logged.push(['debug', ...args]),
};
globalThis.fetched = [];
globalThis.fetch = function fetch(...args) {
  fetched.push([this === globalThis, ...args]);
};
globalThis.XMLHttpRequest = function XMLHttpRequest() {};

globalThis.inserted = [];
const place = (element, where) => {
  inserted.push({ ...element, where });
  return element;
};
const firstScript = {
  tagName: 'script',
  nonce: '',
  parentNode: { insertBefore: (element) => place(element, 'before') },
};
globalThis.document = {
  scriptsInPage: [firstScript],
  createElement: (tagName) => ({
    tagName,
    nonce: '',
    // As it is of every script that a script makes.
    async: true,
    attributes: {},
    setAttribute(name, value) {
      this.attributes[name] = value;
    },
  }),
  getElementsByTagName: () => document.scriptsInPage,
  querySelector: (selector) => document.scriptsInPage.find((script) => selector == 'script' || script.nonce),
  head: { appendChild: (element) => place(element, 'head') },
};
