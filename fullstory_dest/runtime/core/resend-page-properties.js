import { attempt } from './attempt.js';
import { readCall } from './call.js';
import { currentPage } from './dedupe.js';

/** Listeners for changes of the page's host or path. @type {(() => void)[]} */
const movedListeners = [];

/**
 * Page properties said again where FullStory has ended them: when a single-page application has changed the page's path,
 * the last page properties of each mapping are sent once more, word for word, in the order in which they were said.
 * That happens after the current task, so that those that the application says of the new path in it take their place.
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
    // Properties of one visitor are not sent for the next.
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

/** Watches all ways in which a page changes its path without being loaded, once for all destinations of a script. */
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
        // @ts-ignore: whatever it is called on
        const result = original.apply(this, args);
        compare();
        return result;
      };
    });
  }
  attempt(() => addEventListener('popstate', compare));
  // The Navigation API, where there is one; and routers that took hold of pushState before this.
  attempt(() => /** @type {any} */ (window).navigation.addEventListener('currententrychange', compare));
}
