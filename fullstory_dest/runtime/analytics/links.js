import { logError } from '../core/to-console.js';
import { isFunction } from './values.js';

/**
 * Track clicks or submits.
 *
 * @param {any} analytics
 * @param {Element} element
 * @param {any[]} call event, properties and options; the first two may be functions of the element
 * @returns {Promise<any>} resolves when the page can be left: the event was sent, or took too long
 */
export function trackElement(analytics, element, [event, properties, options]) {
  /** @type {(value: any) => any} */
  const resolve = (value) => (isFunction(value) ? value(element) : value);
  return Promise.race([
    analytics.track(resolve(event), resolve(properties), options || {}),
    new Promise((done) => setTimeout(done, analytics.settings.timeout)),
  ]).catch(logError);
}

/**
 * @param {any} elements one, a list, or jQuery's
 * @returns {any[]}
 */
export function listElements(elements) {
  return Array.from(elements && elements.addEventListener ? [elements] : elements || []);
}

/**
 * `trackLink` and `trackClick`.
 *
 * @param {any} analytics
 * @param {any} links
 * @param {any[]} call
 */
export function trackLinks(analytics, links, call) {
  listElements(links).forEach((link) =>
    link.addEventListener('click', (/** @type {MouseEvent} */ click) => {
      const tracked = trackElement(analytics, link, call);
      const inner = link.getElementsByTagName('a')[0];
      const href =
        link.getAttribute('href') ||
        link.getAttribute('xlink:href') ||
        (inner && inner.getAttribute('href'));
      if (!href || link.target == '_blank' || click.ctrlKey || click.shiftKey || click.metaKey || click.button == 1) return;
      click.preventDefault();
      // An invalid URL, or an invalid form: an ordinary error.
      tracked
        .then(() => {
          location.href = href;
        })
        .catch(logError);
    })
  );
}

/**
 * `trackForm` and `trackSubmit`.
 *
 * @param {any} analytics
 * @param {any} forms
 * @param {any[]} call
 */
export function trackForms(analytics, forms, call) {
  const jQuery = /** @type {any} */ (window).jQuery || /** @type {any} */ (window).Zepto;
  listElements(forms).forEach((form) => {
    /** @param {Event} submission */
    const submitted = (submission) => {
      submission.preventDefault();
      // Not form.submit(): a control of that name would hide it.
      trackElement(analytics, form, call)
        .then(() => HTMLFormElement.prototype.submit.call(form))
        .catch(logError);
    };
    // jQuery's submit() does not reach DOM listeners.
    if (jQuery) jQuery(form).on('submit', submitted);
    else form.addEventListener('submit', submitted);
  });
}
