import { counted, limit, spend, weigh } from './work-budget.js';
import { copy, isObject, put } from './copy.js';
import { follow, parsePath } from './path.js';

/** @typedef {any[]} Template */
/** @typedef {import('./types.js').Resolver} Resolver */
/** @typedef {import('./types.js').LinkTemplate} LinkTemplate */

// Instructions of templates. Each linker receives the linker of nested templates.

/**
 * @param {Template} node `["object", {key: template, ...}]`
 * @param {LinkTemplate} linkTemplate
 * @returns {Resolver}
 */
export function linkObject(node, linkTemplate) {
  /** @type {[string, Resolver][]} */
  const entries = Object.keys(node[1]).map((key) => [key, linkTemplate(node[1][key])]);
  return (data) => {
    const result = {};
    for (const [key, resolve] of entries) put(result, key, resolve(data));
    return result;
  };
}

/**
 * @param {Template} node `["array", template, ...]`
 * @param {LinkTemplate} linkTemplate
 * @returns {Resolver}
 */
export function linkArray(node, linkTemplate) {
  const items = node.slice(1).map(linkTemplate);
  return (data) => items.map((resolve) => resolve(data));
}

/**
 * @param {Template} node `["path", key, ...]`
 * @returns {Resolver}
 */
export function linkPath(node) {
  const keys = node.slice(1);
  return (data) => follow(data, keys);
}

/**
 * @param {Template} node `["dynamic-path", template]`
 * @param {LinkTemplate} linkTemplate
 * @returns {Resolver}
 */
export function linkDynamicPath(node, linkTemplate) {
  const resolve = linkTemplate(node[1]);
  return (data) => {
    const path = resolve(data);
    if (typeof path != 'string') throw Error('the path is not a string');
    return follow(data, parsePath(path.replace('$.', '')));
  };
}

/**
 * @param {Template} node `["template", part, ...]`
 * @param {LinkTemplate} linkTemplate
 * @returns {Resolver}
 */
export function linkText(node, linkTemplate) {
  const parts = node.slice(1).map(linkTemplate);
  return (data) => {
    let text = '';
    for (const resolve of parts) {
      const part = resolve(data);
      if (part != null) text += String(part);
    }
    limit(text.length);
    return text;
  };
}

/**
 * Text with placeholders, found as in the compiler. Their values are not templates.
 *
 * @param {Template} node `["dynamic-template", template]`
 * @param {LinkTemplate} linkTemplate
 * @returns {Resolver}
 */
export function linkDynamicText(node, linkTemplate) {
  const resolve = linkTemplate(node[1]);
  return counted((data) => {
    const text = resolve(data);
    if (typeof text != 'string') throw Error('the template is not a string');
    spend(text.length);
    /** @type {(path: string) => string} */
    const valueAt = (path) => {
      const value = weigh(follow(data, parsePath(path.trim())));
      return value == null ? '' : weigh(String(value));
    };
    const fill = (/** @type {string} */ piece) => replaceBetween(piece, '{{', valueAt);
    return replaceBetween(text, '{{{', valueAt, fill);
  });
}

/**
 * Replace the text between braces, in linear time. The RegExp `{{([^}]+)}}` would search an end from each of a million
 * starts.
 *
 * @param {string} text
 * @param {string} opening
 * @param {(path: string) => string} valueAt
 * @param {(text: string) => string} [between] converts the text around
 */
function replaceBetween(text, opening, valueAt, between = (same) => same) {
  let result = '';
  let before = '';
  // Each run up to braces that close, with those.
  text.replace(/([^}]*)(}*)/g, (all, run, braces) => {
    const start = run.indexOf(opening);
    const path = run.slice(start + opening.length);
    if (start < 0 || !path || braces.length < opening.length) {
      before += all;
    } else {
      result += between(before + run.slice(0, start)) + valueAt(path);
      before = braces.slice(opening.length);
    }
    return '';
  });
  return result + between(before);
}

/**
 * @param {Template} node `["exists", condition, then, else]`
 * @param {LinkTemplate} linkTemplate
 * @returns {Resolver}
 */
export function linkExists(node, linkTemplate) {
  return linkChoice(node, linkTemplate, (value) => value != null);
}

/**
 * Loosely compared, as Segment does: 0 and false count as blank.
 *
 * @param {Template} node `["blank", condition, then, else]`
 * @param {LinkTemplate} linkTemplate
 * @returns {Resolver}
 */
export function linkBlank(node, linkTemplate) {
  return linkChoice(node, linkTemplate, (value) => value != null && value != '');
}

/**
 * @param {Template} node
 * @param {LinkTemplate} linkTemplate
 * @param {(value: any) => boolean} test
 * @returns {Resolver}
 */
function linkChoice(node, linkTemplate, test) {
  const [condition, then, otherwise] = node.slice(1).map(linkTemplate);
  return (data) => (test(condition(data)) ? then : otherwise)(data);
}

/**
 * @param {Template} node `["case", "lower" or "upper", template]`
 * @param {LinkTemplate} linkTemplate
 * @returns {Resolver}
 */
export function linkCase(node, linkTemplate) {
  const resolve = linkTemplate(node[2]);
  return (data) => {
    const value = resolve(data);
    if (typeof value != 'string') return value;
    return node[1] == 'lower' ? value.toLowerCase() : value.toUpperCase();
  };
}

/**
 * Numbers and booleans are converted to text; other values give an empty string. `$&` in a
 * replacement means the match, as with Segment.
 *
 * @param {Template} node `["replace", [[pattern, replacement], ...], flags, template]`
 * @param {LinkTemplate} linkTemplate
 * @returns {Resolver}
 */
export function linkReplace(node, linkTemplate) {
  /** @type {[RegExp, string][]} */
  const pairs = node[1].map((/** @type {string[]} */ [pattern, replacement]) => [
    new RegExp(pattern.replace(/\W/g, '\\$&'), node[2]),
    replacement,
  ]);
  const resolve = linkTemplate(node[3]);
  return (data) => {
    const value = resolve(data);
    let text = ['string', 'number', 'boolean'].includes(typeof value) ? String(value) : '';
    for (const [pattern, replacement] of pairs) {
      // These patterns insert all text before or after the match.
      if (/\$[`']/.test(replacement)) limit(text.length ** 2);
      text = text.replace(pattern, replacement);
      limit(text.length);
    }
    return text;
  };
}

/**
 * @param {Template} node `["each", root, shape]`
 * @param {LinkTemplate} linkTemplate
 * @returns {Resolver}
 */
export function linkEach(node, linkTemplate) {
  const root = linkTemplate(node[1]);
  const shape = linkTemplate(node[2]);
  return counted((data) => {
    const value = root(data);
    if (isObject(value)) return [weigh(shape(value))];
    return Array.isArray(value) ? value.map((item) => weigh(shape(item))) : value;
  });
}

/**
 * @param {Template} node `["flatten", separator, omitArrays, template]`
 * @param {LinkTemplate} linkTemplate
 * @returns {Resolver}
 */
export function linkFlatten(node, linkTemplate) {
  const [, separator, omitArrays, template] = node;
  const resolve = linkTemplate(template);

  /**
   * @param {Object<string, any>} result
   * @param {string} prefix
   * @param {any} value
   */
  function add(result, prefix, value) {
    if (isObject(value) || (!omitArrays && Array.isArray(value))) {
      for (const key of Object.keys(value)) {
        add(result, prefix ? prefix + separator + key : key, /** @type {any} */ (value)[key]);
      }
    } else {
      spend(prefix.length + 1);
      put(result, prefix, value);
    }
    return result;
  }

  return counted((data) => add({}, '', resolve(data)));
}

/**
 * @param {Template} node `["encode", template]`
 * @param {LinkTemplate} linkTemplate
 * @returns {Resolver}
 */
export function linkEncode(node, linkTemplate) {
  const resolve = linkTemplate(node[1]);
  return counted((data) => weigh(JSON.stringify(weigh(resolve(data)))));
}

/**
 * @param {Template} node `["decode", template]`
 * @param {LinkTemplate} linkTemplate
 * @returns {Resolver}
 */
export function linkDecode(node, linkTemplate) {
  const resolve = linkTemplate(node[1]);
  return (data) => {
    const value = resolve(data);
    try {
      return typeof value == 'string' ? JSON.parse(value) : value;
    } catch (error) {
      return value;
    }
  };
}

/**
 * @param {Template} node `["merge", "left" or "right", template, ...]`: whose value wins
 * @param {LinkTemplate} linkTemplate
 * @returns {Resolver}
 */
export function linkMerge(node, linkTemplate) {
  const objects = node.slice(2).map(linkTemplate);
  if (node[1] == 'left') objects.reverse();
  return (data) => {
    const merged = {};
    for (const resolve of objects) {
      // Also of other values, as Segment spreads them.
      const object = Object(resolve(data));
      for (const key of Object.keys(object)) put(merged, key, object[key]);
    }
    return merged;
  };
}

/**
 * @param {Template} node `["transform", apply, mapping]`
 * @param {LinkTemplate} linkTemplate
 * @returns {Resolver}
 */
export function linkTransform(node, linkTemplate) {
  const apply = linkTemplate(node[1]);
  const mapping = linkTemplate(node[2]);
  return counted((data) => {
    // List items can be other values.
    if (data !== undefined && !isObject(data)) throw Error('there is no object to transform');
    // The copy leaves out undefined keys, which would win a merge.
    return mapping(copy(weigh(apply(data))));
  });
}

/**
 * @param {Template} node `["exclude-null", template]`
 * @param {LinkTemplate} linkTemplate
 * @returns {Resolver}
 */
export function linkExcludeNull(node, linkTemplate) {
  const resolve = linkTemplate(node[1]);
  return (data) => withoutNulls(resolve(data));
}

/**
 * Nulls in arrays stay, as with Segment.
 *
 * @param {any} value
 * @returns {any}
 */
function withoutNulls(value) {
  if (value === null) return undefined;
  if (!isObject(value)) return value;
  const result = {};
  for (const key of Object.keys(value)) put(result, key, withoutNulls(value[key]));
  return result;
}
