/**
 * Global Privacy Control: https://www.w3.org/TR/gpc/
 *
 * @returns {boolean}
 */
export function saysGpc() {
  return /** @type {any} */ (navigator).globalPrivacyControl === true;
}

/**
 * Do Not Track, in the forms of all browsers.
 *
 * @returns {boolean}
 */
export function saysDnt() {
  return [navigator.doNotTrack, /** @type {any} */ (window).doNotTrack].some((said) => said == '1' || said == 'yes');
}
