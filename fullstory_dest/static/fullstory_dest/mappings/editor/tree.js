// The tree of a trigger while it is edited: nodes as fullstory_dest.fql.builder_rows has them, each with an `id`, in a root group.

import { WITH_NAME } from "./paths.js";

let last = 0;

/** The value of a condition in which none was written yet. The server tells it to be none. */
export const UNFILLED = [];

export const isGroup = (node) => node.kind === "all" || node.kind === "any";
const named = (node) => ({ ...node, id: (last += 1), ...(isGroup(node) ? { items: node.items.map(named) } : {}) });

/** The tree of a server's, which may be a condition alone. */
export const grown = (tree) => named(isGroup(tree) ? tree : { kind: "all", items: [tree] });

/** The tree for the server: without what only the page needs. */
export function plain({ id, before, fieldKind, items, ...node }) {
  if (items) return { ...node, items: items.map(plain) };
  // All properties are no property: without a name, the row says nothing yet.
  return WITH_NAME.includes(fieldKind) && node.path.length === 1 ? { ...node, path: [] } : node;
}

export const newRow = () => named({ kind: "row", path: ["event"], operator: "is", value: UNFILLED });
export const newRaw = () => named({ kind: "raw", text: "" });
export const newGroup = (kind, items) => ({ ...named({ kind, items: [] }), items });

/** Where a node stands: its group and its index there. Undefined for the root. */
export function placeOf(root, node) {
  for (const [index, item] of root.items.entries()) {
    if (item === node) return { group: root, index };
    const found = isGroup(item) && placeOf(item, node);
    if (found) return found;
  }
  return undefined;
}

export const holds = (outer, node) => outer === node || (isGroup(outer) && outer.items.some((item) => holds(item, node)));

/** The node that the path of a problem leads to. */
export const nodeAt = (root, path) => path.reduce((node, index) => node?.items?.[index], root);

/** The path of a node, as people count: "2.1". */
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

/** Puts a node somewhere else. A group that is left empty goes. */
export function put(root, node, group, index) {
  if (holds(node, group)) return false;
  const from = placeOf(root, node);
  from.group.items.splice(from.index, 1);
  group.items.splice(from.group === group && from.index < index ? index - 1 : index, 0, node);
  if (!from.group.items.length && from.group !== root) remove(root, from.group);
  return true;
}

/** What can be done with a node by keyboard, by name; each gives false where it cannot. */
export const moves = {
  up(root, node) {
    const { group, index } = placeOf(root, node);
    return index > 0 && put(root, node, group, index - 1);
  },
  down(root, node) {
    const { group, index } = placeOf(root, node);
    return index < group.items.length - 1 && put(root, node, group, index + 2);
  },
  /** Into the group beside it, or into a new one. */
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
