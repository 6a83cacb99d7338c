// Switches an input between the views "form" (a builder) and "text" (the saved value).

export class Switch {
  /** `leave(view)` prepares the view to switch to. If it returns false, the current view stays. */
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
