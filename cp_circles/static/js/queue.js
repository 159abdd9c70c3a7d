// The page's side of the queue: who is here, what waits and in which state, and the question at sign-out.
(() => {
  "use strict";
  const box = self.cpOutbox, root = document.documentElement;
  if (!box || !("serviceWorker" in navigator) || !window.indexedDB || !window.caches) return;
  const person = root.dataset.person || "", shell = document.querySelector("[data-outbox-shell]");
  const KEEP_EVERY = 10 * 60 * 1000, AGAIN = 30 * 1000;
  const fill = (text, values) => Object.entries(values).reduce((now, [name, value]) => now.replace(`{${name}}`, value), text);

  const count = async () => {
    const who = await box.fact("who"), link = document.querySelector("[data-outbox]");
    const items = who ? await box.mine(who) : [];
    if (link) {
      link.hidden = items.length === 0;
      link.querySelector("[data-outbox-count]").textContent = String(items.length);
    }
    return items;
  };

  const line = (item) => {
    const row = document.createElement("li"), words = shell.dataset;
    const text = document.createElement("span"), state = document.createElement("span");
    text.className = "outbox__about";
    text.textContent = [item.about, item.files ? fill(words.wordFiles, { n: item.files }) : ""].filter(Boolean).join(" · ");
    state.className = "outbox__state small";
    state.dataset.state = item.state;
    const when = new Date(item.at).toLocaleString(root.lang, { hour12: false });
    state.textContent = `${words[`word${item.state[0].toUpperCase()}${item.state.slice(1)}`]} · ${when}`;
    row.append(text, state);
    if (item.state === "refused") {
      const told = document.createElement("p");
      told.className = "error";
      told.textContent = item.told;
      const drop = document.createElement("button");
      drop.type = "button";
      drop.className = "btn btn--s btn--danger";
      drop.textContent = words.wordDrop;
      drop.addEventListener("click", async () => { await box.remove(item.key); box.tell("changed"); show(); });
      row.append(told, drop);
    }
    return row;
  };

  const showPages = async () => {
    const list = shell.querySelector("[data-outbox-pages]");
    const pages = (await box.fact("who")) ? (await box.fact("pages")) || [] : [];
    list.replaceChildren(...pages.filter((page) => page.title).map((page) => {
      const row = document.createElement("li"), link = document.createElement("a");
      link.href = page.address;
      link.textContent = page.title;
      row.append(link);
      return row;
    }));
  };

  const show = async () => {
    const items = await count();
    if (!shell) return;
    shell.querySelector("[data-outbox-list]").replaceChildren(...items.map(line));
    shell.querySelector("[data-outbox-none]").hidden = items.length > 0;
    shell.querySelector("[data-outbox-send]").hidden = items.length === 0;
    const word = window.location.hash.slice(1);
    shell.querySelectorAll("[data-outbox-why]").forEach((note) => { note.hidden = note.dataset.outboxWhy !== word || (word === "kept" && !items.length); });
    await showPages();
  };

  const send = async () => {
    if (navigator.onLine) await box.flush().catch(() => false);
    await show();
  };

  const keep = async () => {
    const at = (await box.fact("kept_at")) || {};
    if (at.person === person && Date.now() - at.time < KEEP_EVERY) return;
    const worker = (await navigator.serviceWorker.ready).active;
    await box.setFact("kept_at", { person, time: Date.now() });
    worker.postMessage({ type: "keep", addresses: ["/home", "/meters/"], lang: root.lang === "en" ? "en" : "zh_Hans" });
  };

  const watchSignOut = () => document.querySelectorAll("form[action$='/sign-out']").forEach((form) => {
    form.addEventListener("submit", async (event) => {
      event.preventDefault();
      const waiting = await box.mine(person), ask = document.querySelector("[data-outbox-ask]");
      const leave = async () => { await box.wipe(person); await box.setFact("kept_at", {}); form.submit(); };
      if (!waiting.length || !ask) return navigator.onLine ? leave() : form.submit();
      ask.querySelector("[data-outbox-ask-count]").textContent = String(waiting.length);
      ask.querySelector("[data-outbox-send-first]").onclick = async () => {
        await send();
        if (!(await box.mine(person)).length) leave();
        else ask.querySelector("[data-outbox-ask-failed]").hidden = false;
      };
      ask.querySelector("[data-outbox-drop]").onclick = leave;
      ask.querySelector("[data-outbox-stay]").onclick = () => ask.close();
      ask.showModal();
    });
  });

  const start = async () => {
    await navigator.serviceWorker.register("/sw.js", { updateViaCache: "none" });
    if (person) {
      await box.setWho(person);
      await keep();
    } else if (!shell) {
      await box.forgetPages();
      await box.setFact("who", "");
      await box.setFact("kept_at", {});
      const note = document.querySelector("[data-outbox-anybody]");
      if (note) note.hidden = (await box.all()).length === 0;
    }
    await send();
    setInterval(async () => { if ((await count()).some((item) => item.state !== "refused")) send(); }, AGAIN);
  };

  new BroadcastChannel(box.NAME).addEventListener("message", () => show());
  window.addEventListener("online", send);
  document.addEventListener("visibilitychange", () => { if (!document.hidden) send(); });
  if (shell) shell.querySelector("[data-outbox-send]").addEventListener("click", send);
  watchSignOut();
  start().catch(() => undefined);
})();
