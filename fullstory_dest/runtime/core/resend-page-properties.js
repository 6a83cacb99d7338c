import { attempt } from './attempt.js';
import { readCall } from './call.js';
import { currentPage } from './dedupe.js';

/** Listeners for changes of the page's host or path. @type {(() => void)[]} */
const movedListeners = [];

/**
 * Resend page properties after a single-page application changes the path, which ends them in FullStory. The last ones
 * of each mapping are sent unchanged, in the same order. They are sent after the current task, unless the application
 * sends new ones of the same mapping in it.
 *
 * @param {import('./types.js').Outlet} outlet
 * @returns {import('./types.js').Outlet}
 */
export function resendPageProperties(outlet) {
  // Engines without a DOM have one page.
  if (!attempt(() => history)) return outlet;
  /** The number of path changes; page properties end with each. */
  let visit = 0;
  /** @type {Map<any, [number, () => void]>} */
  const last = new Map();

  let isStopped = false;

  const resend = () => {
    if (isStopped) return;
    // A copy, because resent properties move to the end.
    for (const [said, again] of Array.from(last.values())) {
      try {
        if (said != visit) again();
      } catch (error) {
        if (outlet.fail) outlet.fail(error);
      }
    }
  };

  if (!movedListeners.length) watchHistory();
  movedListeners.push(() => {
    visit++;
    attempt(() => setTimeout(resend));
  });

  /** @type {import('./types.js').Outlet['call']} */
  const call = (mapping, method, args) => {
    const { kind } = readCall(method, args);
    if (kind == 'page') {
      last.delete(mapping);
      last.set(mapping, [visit, () => call(mapping, method, args)]);
    }
    // One visitor's properties are not sent for the next visitor.
    if (kind == 'anonymous') last.clear();
    if (kind == 'shutdown') isStopped = true;
    outlet.call(mapping, method, args);
    if (kind == 'restart') {
      isStopped = false;
      // After a pending reset.
      attempt(() => setTimeout(resend));
    }
  };
  // Skips and failures go to the outlet, also if it is replaced later.
  return Object.assign(Object.create(outlet), { call });
}

/** Detect path changes without a page load, once for all destinations of a script. */
function watchHistory() {
  let page = currentPage();
  const compare = () => {
    if (page == currentPage()) return;
    page = currentPage();
    movedListeners.forEach((listener) => listener());
  };
  for (const name of /** @type {const} */ (['pushState', 'replaceState'])) {
    attempt(() => {
      const original = history[name];
      if (!original) return;
      history[name] = function (/** @type {any[]} */ ...args) {
        // @ts-ignore: `this` has any type
        const result = original.apply(this, args);
        compare();
        return result;
      };
    });
  }
  attempt(() => addEventListener('popstate', compare));
  // If available, the Navigation API also reports routers that kept the original pushState.
  attempt(() => /** @type {any} */ (window).navigation.addEventListener('currententrychange', compare));
}
