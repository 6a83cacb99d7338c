// Two buttons that choose between two views of one input: "form", which is ours, and "text", which is what is saved.

export class Switch {
  /** `leave(view)` readies the other view; where it gives false, the view stays. */
  constructor(section, leave) {
    this.section = section;
    this.leave = leave;
    this.buttons = [...section.querySelectorAll("[data-view]")];
    this.note = section.querySelector("[data-view-note]");
    section.querySelector("[data-switch]").hidden = false;
    for (const button of this.buttons) {
      button.addEventListener("click", async () => {
        const view = button.dataset.view;
        if (view !== this.view && (await this.leave(view))) this.show(view);
      });
    }
  }

  show(view) {
    this.view = view;
    for (const button of this.buttons) button.setAttribute("aria-pressed", String(button.dataset.view === view));
    for (const part of this.section.querySelectorAll("[data-in]")) part.hidden = part.dataset.in !== view;
    this.section.dispatchEvent(new CustomEvent("view"));
  }

  say(text) {
    this.note.textContent = text;
  }
}
