// Saves a form as it is typed: a debounced POST, a visible state, a new try when the connection is back.
(() => {
  "use strict";
  const WAIT_MS = 1200;
  const RETRY_MS = 10000;
  const clock = (date) => date.toLocaleTimeString(document.documentElement.lang, { hour12: false });

  const watch = (form) => {
    if (form.dataset.autosaveReady) return;
    form.dataset.autosaveReady = "1";
    const state = form.querySelector("[data-autosave-state]") || document.querySelector("[data-autosave-state]");
    const text = state && state.querySelector("[data-autosave-text]");
    let timer = 0, sending = false, dirty = false, submitting = false, queued = null;

    const show = (name, extra, named = true) => {
      form.dataset.state = name;
      if (!state) return;
      state.dataset.state = name;
      const icon = state.querySelector("use");
      const names = { saved: "check", saving: "save", unsaved: "pen", offline: "offline", refused: "warn", expired: "lock" };
      if (icon) icon.setAttribute("href", icon.getAttribute("href").replace(/#.*/, `#i-${names[name]}`));
      if (text) {
        const word = form.dataset[`word${name[0].toUpperCase()}${name.slice(1)}`];
        text.textContent = [named || !extra ? word : "", extra].filter(Boolean).join(name === "refused" ? (document.documentElement.lang === "en" ? "; " : "；") : " ");
      }
    };

    const send = async () => {
      clearTimeout(timer);
      if (sending || !dirty) return;
      sending = true;
      dirty = false;
      show("saving");
      let answer;
      try {
        answer = await fetch(form.dataset.autosaveUrl, {
          method: "POST", body: new FormData(form), credentials: "same-origin", redirect: "manual",
          headers: { Accept: "application/json", "X-Autosave": "1" },
        });
      } catch (_) {
        answer = null;
      }
      sending = false;
      if (answer && answer.ok) {
        const told = await answer.json().catch(() => ({}));
        if (told.version !== undefined && form.elements.version) form.elements.version.value = told.version;
        if (queued) return form.requestSubmit(queued);
        form.dispatchEvent(new CustomEvent("cp:saved", { detail: told, bubbles: true }));
        show(dirty ? "unsaved" : "saved", dirty ? "" : told.saved_at || clock(new Date()));
        if (dirty) timer = setTimeout(send, WAIT_MS);
      } else if (answer && (answer.type === "opaqueredirect" || answer.status === 401)) {
        dirty = true;
        show("expired");
      } else if (answer && answer.status >= 400 && answer.status < 500 && answer.status !== 429) {
        const told = await answer.json().catch(() => ({}));
        dirty = true;
        show("refused", told.message, answer.status === 422);
      } else {
        dirty = true;
        show("offline");
        timer = setTimeout(send, RETRY_MS);
      }
      if (queued) form.requestSubmit(queued);
    };

    const changed = () => {
      dirty = true;
      show("unsaved");
      clearTimeout(timer);
      timer = setTimeout(send, WAIT_MS);
    };
    form.addEventListener("input", changed);
    form.addEventListener("change", changed);
    form.addEventListener("cp:save", () => { dirty = true; send(); });
    // A form sent while its own save is on the way would meet a newer version of itself: it waits for the answer.
    form.addEventListener("submit", (event) => {
      submitting = true;
      clearTimeout(timer);
      queued = sending && event.submitter ? event.submitter : null;
      if (queued) event.preventDefault();
    });
    window.addEventListener("online", send);
    document.addEventListener("visibilitychange", () => { if (document.hidden) send(); });
    window.addEventListener("beforeunload", (event) => {
      if (!submitting && (dirty || sending)) event.preventDefault();
    });
  };

  const start = () => document.querySelectorAll("form[data-autosave-url]").forEach(watch);
  start();
  document.addEventListener("cp:content", start);
})();
