// Labels autocomplete selects with their label and chosen value. Select2 uses only the value, with the role of a text
// box.

window.django.jQuery(() => {
  for (const select of document.querySelectorAll("select.admin-autocomplete")) {
    const label = select.labels[0];
    const box = select.parentElement.querySelector("[role=combobox][aria-labelledby]");
    const chosen = box?.querySelector("[role=textbox]");
    if (!label || !chosen) continue;
    label.id ||= `${select.id}-label`;
    box.setAttribute("aria-labelledby", `${label.id} ${chosen.id}`);
    chosen.removeAttribute("role");
    chosen.removeAttribute("aria-readonly");
  }
});
