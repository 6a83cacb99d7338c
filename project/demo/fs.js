/*
 * A stand-in for FullStory's fs.js, for the demo and for tests. It speaks the same queue protocol, but sends nothing
 * anywhere: every call goes to window.fsCalls, as {args: [operation, options, source], version, time}, and out as an
 * event "fscall" of the document.
 */
(function () {
  'use strict';

  var script = document.currentScript;
  var namespace = (script && script.getAttribute('data-fs-namespace')) || window._fs_namespace || 'FS';
  var calls = (window.fsCalls = window.fsCalls || []);
  var queue = window[namespace];
  if (!queue) return;

  /** A copy, because the caller can change its argument later. */
  function clone(value) {
    var json = JSON.stringify(value);
    return json === undefined ? undefined : JSON.parse(json);
  }

  function record(operation, options, source, version) {
    var args = [operation, clone(options), source];
    while (args.length > 1 && args[args.length - 1] === undefined) args.pop();
    var call = { args: args, version: version, time: Date.now() };
    calls.push(call);
    document.dispatchEvent(new CustomEvent('fscall', { detail: call }));
  }

  /** The result of an operation, which only its Async form returns. */
  function answer(operation) {
    if (operation === 'getSession') return 'https://app.fullstory.com/ui/DEMO/session/demo';
    return undefined;
  }

  queue._api = function (operation, options, source, resolve, reject, version) {
    try {
      record(operation, options, source, version);
      if (resolve) resolve(answer(operation));
    } catch (error) {
      if (reject) reject(error);
    }
    return answer(operation);
  };

  var waiting = queue.q || [];
  while (waiting.length) queue._api.apply(null, waiting.shift());
})();
