/* The grid of a draft policy: what the checks say is shown at its cell; unsaved work is guarded. */
(() => {
  let dirty = false;
  let sending = false;

  function paint() {
    const said = new Map();
    for (const item of document.querySelectorAll("#remarks-list [data-cell]")) {
      if (!said.has(item.dataset.cell)) said.set(item.dataset.cell, item);
    }
    for (const note of document.querySelectorAll(".cell-error")) {
      const id = note.id.slice(0, -"-error".length);
      const item = said.get(id);
      const wrong = Boolean(item) && item.classList.contains("error");
      note.textContent = item ? item.dataset.words : "";
      note.classList.toggle("doubt", Boolean(item) && !wrong);
      const input = document.getElementById(id);
      if (!input) continue;
      if (wrong) input.setAttribute("aria-invalid", "true");
      else input.removeAttribute("aria-invalid");
    }
  }

  function mark(changed) {
    dirty = changed;
    const note = document.querySelector(".unsaved");
    if (note) note.hidden = !changed;
  }

  document.addEventListener("input", (event) => {
    if (event.target.closest("#sheet")) mark(true);
  });
  document.addEventListener("submit", () => { sending = true; });
  document.addEventListener("htmx:afterRequest", () => { sending = false; });
  document.addEventListener("htmx:afterSwap", (event) => {
    if (event.target.id === "editor" || document.getElementById("editor") === event.detail.elt) {
      mark(Boolean(document.getElementById("refusal")));
    } else if (document.getElementById("remarks-list")) {
      paint();
    }
  });
  window.addEventListener("beforeunload", (event) => {
    if (dirty && !sending) event.preventDefault();
  });
})();
