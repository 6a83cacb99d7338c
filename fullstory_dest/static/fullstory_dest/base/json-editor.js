// Adapts django-ace editors: the page's theme, a label for screen readers, and Tab to leave the editor.

const LIGHT = "ace/theme/";

function adopt(widget) {
  const { editor } = widget;
  const textarea = widget.parentElement.querySelector("textarea:not(.ace_text-input)");
  if (!editor || !textarea) return;

  const follow = () => {
    const dark = document.documentElement.classList.contains("dark");
    editor.setTheme(LIGHT + (dark ? textarea.dataset.darkTheme : widget.dataset.theme));
  };
  follow();
  new MutationObserver(follow).observe(document.documentElement, { attributeFilter: ["class"] });

  // Tab moves to the next control. Ctrl+] and Ctrl+[ still indent.
  editor.commands.bindKey("Tab", null);
  editor.commands.bindKey("Shift-Tab", null);

  const label = document.querySelector(`label[for="${textarea.id}"]`);
  const input = editor.textInput.getElement();
  if (label) {
    input.setAttribute("aria-label", label.textContent.trim());
    label.addEventListener("click", () => editor.focus());
  }
  if (textarea.getAttribute("aria-describedby")) {
    input.setAttribute("aria-describedby", textarea.getAttribute("aria-describedby"));
  }
  editor.setOptions({ fontFamily: "ui-monospace, SFMono-Regular, Menlo, Consolas, monospace", fontSize: 13 });
}

// django-ace creates its editors in an earlier load listener.
addEventListener("load", () => {
  for (const widget of document.querySelectorAll(".django-ace-widget")) adopt(widget);
});
