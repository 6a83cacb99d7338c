// The tree of a trigger in the builder: nodes of fullstory_dest.fql.builder_rows, each with an `id`, in a root group.

import { WITH_NAME } from "./paths.js";

let last = 0;

/** The value of a condition before one is typed. The server reports it as missing. */
export const UNFILLED = [];

export const isGroup = (node) => node.kind === "all" || node.kind === "any";
const named = (node) => ({ ...node, id: (last += 1), ...(isGroup(node) ? { items: node.items.map(named) } : {}) });

/** The builder's tree for a tree from the server, which may be a single condition. */
export const grown = (tree) => named(isGroup(tree) ? tree : { kind: "all", items: [tree] });

/** The tree to send to the server, without properties that only the page needs. */
export function plain({ id, before, fieldKind, items, ...node }) {
  if (items) return { ...node, items: items.map(plain) };
  // A property without a name is not a valid path.
  return WITH_NAME.includes(fieldKind) && node.path.length === 1 ? { ...node, path: [] } : node;
}

export const newRow = () => named({ kind: "row", path: ["event"], operator: "is", value: UNFILLED });
export const newRaw = () => named({ kind: "raw", text: "" });
export const newGroup = (kind, items) => ({ ...named({ kind, items: [] }), items });

/** The group and index of a node. Undefined for the root. */
export function placeOf(root, node) {
  for (const [index, item] of root.items.entries()) {
    if (item === node) return { group: root, index };
    const found = isGroup(item) && placeOf(item, node);
    if (found) return found;
  }
  return undefined;
}

export const holds = (outer, node) => outer === node || (isGroup(outer) && outer.items.some((item) => holds(item, node)));

/** The node at the path of a problem. */
export const nodeAt = (root, path) => path.reduce((node, index) => node?.items?.[index], root);

/** The position of a node, counted from 1: "2.1". */
export function numberOf(root, node) {
  const place = placeOf(root, node);
  if (!place) return "";
  const outer = numberOf(root, place.group);
  return `${outer}${outer ? "." : ""}${place.index + 1}`;
}

export function remove(root, node) {
  const { group, index } = placeOf(root, node);
  group.items.splice(index, 1);
  return group;
}

/** Moves a node. Removes its group if that leaves it empty. */
export function put(root, node, group, index) {
  if (holds(node, group)) return false;
  const from = placeOf(root, node);
  from.group.items.splice(from.index, 1);
  group.items.splice(from.group === group && from.index < index ? index - 1 : index, 0, node);
  if (!from.group.items.length && from.group !== root) remove(root, from.group);
  return true;
}

/** The keyboard moves of a node, by name. Each returns false if it is not possible. */
export const moves = {
  up(root, node) {
    const { group, index } = placeOf(root, node);
    return index > 0 && put(root, node, group, index - 1);
  },
  down(root, node) {
    const { group, index } = placeOf(root, node);
    return index < group.items.length - 1 && put(root, node, group, index + 2);
  },
  /** Moves into the adjacent group, or into a new one. */
  into(root, node) {
    const { group, index } = placeOf(root, node);
    const [before, after] = [group.items[index - 1], group.items[index + 1]];
    if (before && isGroup(before)) return put(root, node, before, before.items.length);
    if (after && isGroup(after)) return put(root, node, after, 0);
    group.items[index] = newGroup(group.kind === "all" ? "any" : "all", [node]);
    return true;
  },
  out(root, node) {
    const { group } = placeOf(root, node);
    const outer = placeOf(root, group);
    return Boolean(outer) && put(root, node, outer.group, outer.index + 1);
  },
};
