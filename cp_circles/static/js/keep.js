// What a judge has typed stays on this device until the server has it: no network, an expired sign-in, a closed window.
(() => {
  "use strict";
  const place = document.querySelector("[data-kept]"), person = document.documentElement.dataset.person || "";
  const OWN = `cp-sheet:${person}:`, KEY = OWN + window.location.pathname;
  let store;
  try { store = window.localStorage; } catch (_) { store = null; }
  if (!place || !person || !store) return;

  document.querySelectorAll("form[action$='/sign-out']").forEach((form) => form.addEventListener("submit", () => {
    Object.keys(store).filter((name) => name.startsWith(OWN)).forEach((name) => store.removeItem(name));
  }));
  if (!place.matches("form")) { store.removeItem(KEY); return; }

  const form = place, LEFT_OUT = ["csrf_token", "act", "version", "spent"];
  const typed = () => [...new FormData(form).entries()].filter(([name]) => !LEFT_OUT.includes(name) && !name.startsWith("level-"));
  const keep = () => {
    try {
      store.setItem(KEY, JSON.stringify({ at: Date.now(), version: form.elements.version.value, fields: typed() }));
    } catch (_) {
      return;
    }
  };
  const read = () => { try { return JSON.parse(store.getItem(KEY) || "null"); } catch (_) { return null; } };
  const same = (one, other) => JSON.stringify(one) === JSON.stringify(other);

  // Restored values keep the version they were typed on, so that what another window saved is compared, not replaced.
  const restore = (kept) => {
    form.elements.version.value = kept.version;
    kept.fields.forEach(([name, value]) => {
      const field = form.elements[name];
      if (!field || field.value === value) return;
      field.value = value;
      field.dispatchEvent(new Event("input", { bubbles: true }));
    });
    const note = form.querySelector("[data-restored]");
    if (note) {
      const when = new Date(kept.at).toLocaleString(document.documentElement.lang, { dateStyle: "medium", timeStyle: "short", hour12: false });
      note.querySelector("span").textContent = form.dataset.wordRestored.replace("{when}", when);
      note.hidden = false;
    }
  };

  form.addEventListener("input", keep);
  form.addEventListener("change", keep);
  // Another window may hold something of its own under the same key: only what was sent is removed.
  form.addEventListener("cp:saved", () => setTimeout(() => {
    if (form.dataset.state !== "saved") { keep(); return; }
    const held = read();
    if (held && same(held.fields, typed())) store.removeItem(KEY);
  }, 0));
  document.addEventListener("submit", (event) => {
    if (event.target !== form) return;
    keep();
    if (navigator.onLine) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    form.dispatchEvent(new Event("input", { bubbles: true }));
  }, true);

  const kept = read();
  if (form.hasAttribute("data-unsent")) keep();
  else if (kept && same(kept.fields, typed())) store.removeItem(KEY);
  else if (kept) restore(kept);
})();
