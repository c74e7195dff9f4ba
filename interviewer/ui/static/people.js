/* A person's page: the one-time link to the clipboard, where the browser lets us. Without it the link is there to be selected. */
(() => {
  "use strict";
  for (const field of document.querySelectorAll("[data-select]")) { field.addEventListener("focus", () => field.select()); if (document.activeElement === field) field.select(); }
  for (const button of document.querySelectorAll("[data-print]")) { button.hidden = false; button.addEventListener("click", () => window.print()); }
  if (!navigator.clipboard) return;
  for (const button of document.querySelectorAll("[data-copy]")) {
    button.hidden = false;
    button.addEventListener("click", async () => {
      const field = document.getElementById(button.dataset.copy);
      try { await navigator.clipboard.writeText(field.value); } catch { field.select(); return; }
      document.querySelector("[data-copy-status]").textContent = button.dataset.copied;
    });
  }
})();
