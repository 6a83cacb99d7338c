// Dragging of conditions and groups by their handles. The handle's menu serves keyboard and touch.

import { isGroup, holds } from "./tree.js";

/** Calls `drop(node, group, index)` after a drag. `root()` returns the tree, `nodeOf(element)` a node. */
export function draggable(container, { nodeOf, placeOf, drop }) {
  let dragged;
  let target;

  const clear = () => {
    for (const each of container.querySelectorAll("[data-drop]")) delete each.dataset.drop;
    target = undefined;
  };

  container.addEventListener("dragstart", (event) => {
    const item = event.target.closest?.("[data-handle]")?.closest("[data-node]");
    if (!item) return;
    dragged = nodeOf(item);
    event.dataTransfer.effectAllowed = "move";
    event.dataTransfer.setData("text/plain", "");
    event.dataTransfer.setDragImage(item, 12, 12);
    item.classList.add("fsd-dragged");
  });

  container.addEventListener("dragover", (event) => {
    if (!dragged) return;
    const element = event.target.closest("[data-node]");
    if (!element) return;
    const over = nodeOf(element);
    clear();
    if (holds(dragged, over)) return;
    event.preventDefault();
    const box = element.getBoundingClientRect();
    const upper = event.clientY < box.top + box.height / 2;
    const place = placeOf(over);
    // Drop into a group's empty space, or before or after a condition or the edge of a group.
    const atEdge = event.clientY - box.top < 10 || box.bottom - event.clientY < 10;
    if (isGroup(over) && (!place || !atEdge)) {
      target = { group: over, index: over.items.length };
      element.dataset.drop = "into";
    } else {
      target = { group: place.group, index: place.index + (upper ? 0 : 1) };
      element.dataset.drop = upper ? "before" : "after";
    }
  });

  container.addEventListener("drop", (event) => {
    if (!dragged || !target) return;
    event.preventDefault();
    const { group, index } = target;
    const node = dragged;
    dragged = undefined;
    clear();
    drop(node, group, index);
  });

  container.addEventListener("dragend", () => {
    dragged = undefined;
    clear();
    for (const each of container.querySelectorAll(".fsd-dragged")) each.classList.remove("fsd-dragged");
  });
}
