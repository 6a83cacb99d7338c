/**
 * What the settings that are on make of a value, in the order of the table.
 *
 * @template T
 * @param {{ [setting: string]: (value: T) => T }} table
 * @param {any} settings
 * @param {T} value
 * @returns {T}
 */
export function applySettings(table, settings, value) {
  return Object.keys(table).reduce((made, name) => (settings[name] ? table[name](made) : made), value);
}
