import { toConsole } from '../core/to-console.js';

/**
 * Development mode: stop FullStory. Later calls only warn.
 *
 * @param {any} fullstory
 * @returns {any} the function to call instead
 */
export function stopCapture(fullstory) {
  const message = 'FullStory was initialized in devMode and will stop recording';
  fullstory('trackEvent', { name: 'FullStory Dev Mode', properties: { message } });
  fullstory('shutdown');
  toConsole('warn', message);
  const warn = () => toConsole('warn', 'FullStory is in dev mode and is not capturing');
  return Object.assign(warn, { identify: warn, setUserVars: warn, setVars: warn, event: warn });
}
