/**
 * A value from JSON, or from the page.
 * @typedef {any} Value
 */

/**
 * An event in the format of analytics.js. The runtime never changes it.
 * @typedef {{ type?: string, [key: string]: Value }} SegmentEvent
 */

/** @typedef {string | number | boolean | null} Scalar */

/** @typedef {Array<any>} Trigger see docs/compiled-config.md */
/** @typedef {Array<any>} Template see docs/compiled-config.md, or a scalar */
/** @typedef {Scalar | string[] | { [name: string]: any[] }} Operand see docs/compiled-config.md */

/** @typedef {(event: SegmentEvent) => boolean} Condition a linked trigger */
/** @typedef {(event: SegmentEvent) => Value} Reader a linked operand */
/** @typedef {(data: Value) => Value} Resolver a linked template */
/** @typedef {(node: Operand) => Reader} LinkOperand */
/** @typedef {(node: any) => Resolver} LinkTemplate */

/** @typedef {"FS" | "FS.identify" | "FS.event" | "FS.setUserVars" | "FS.setVars"} Method */
/** @typedef {{ [field: string]: Value }} Payload the resolved fields of a mapping, for its action */
/** @typedef {{ id: number, name: string, action: string, trigger: Trigger, fields: Template }} Mapping */
/** @typedef {(mapping: Mapping, method: Method, args: Value[]) => void} Call */
/** @typedef {(payload: Payload, call: Call, mapping: Mapping) => boolean | void} Action returns false if it made no call */

/**
 * `src` is the URL of fs.js, and `env` and `globals` its options (docs/compiled-config.md).
 * @typedef {{
 *   orgId: string,
 *   namespace: string,
 *   src: string,
 *   env: { [name: string]: any },
 *   globals: { [name: string]: any },
 *   debug?: true,
 *   devMode?: true,
 *   unsent?: true,
 *   anonymizeOnReset?: true,
 *   tidyPropertyNames?: true,
 *   dropRepeatedCalls?: true,
 *   resendPageProperties?: true,
 * }} Settings
 */

/** @typedef {{ id: number, settings: Settings, mappings: Mapping[], consent?: string[] }} Destination */
/** @typedef {{ writeKey: string, apiHost: string, destinations: Destination[], signals?: string[] }} Config */

/**
 * The receiver of a destination's calls, of reasons for skipped mappings, and of other errors. An error of `call` fails
 * the mapping.
 * @typedef {{
 *   call(mapping: Mapping, method: Method, args: Value[]): void,
 *   skip?(mapping: Mapping, reason: string): void,
 *   fail?(error: any): void,
 * }} Outlet
 */

/** @typedef {(outlet: Outlet) => Outlet} Layer the effect of a setting on all calls of its destination */
