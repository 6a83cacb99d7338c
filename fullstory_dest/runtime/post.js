import { openPosting } from './analytics/posting.js';

/**
 * Makes `fullstoryPost` a global: what the snippet of a source without an API host loads where the page's options name
 * one. It posts the events that came early, and takes the place of their list's `push`.
 */
export function definePosting() {
  /** @type {any} */ (window).fullstoryPost = (
    /** @type {any} */ analytics,
    /** @type {Record<string, any>} */ config,
    /** @type {any[]} */ early
  ) => {
    const post = openPosting(analytics, config);
    if (!post) return;
    early.splice(0).forEach(post);
    early.push = /** @type {any} */ (post);
  };
}
