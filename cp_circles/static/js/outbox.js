// What waits on this phone: kept in the browser's own database, sent once when the network is back.
// Shared by pages and the service worker; nothing here touches a page.
(() => {
  "use strict";
  const NAME = "cp-outbox", PAGES = "cp-pages", STATIC = "cp-static", ME = "/offline/me";

  const open = () => new Promise((done, fail) => {
    const asked = indexedDB.open(NAME, 1);
    asked.onupgradeneeded = () => {
      asked.result.createObjectStore("items", { keyPath: "key" });
      asked.result.createObjectStore("facts", { keyPath: "name" });
    };
    asked.onsuccess = () => done(asked.result);
    asked.onerror = () => fail(asked.error);
  });

  const act = async (store, mode, deed) => {
    const base = await open();
    try {
      return await new Promise((done, fail) => {
        const turn = base.transaction(store, mode);
        const asked = deed(turn.objectStore(store));
        turn.oncomplete = () => done(asked && asked.result);
        turn.onerror = turn.onabort = () => fail(turn.error);
      });
    } finally {
      base.close();
    }
  };

  const put = (item) => act("items", "readwrite", (store) => store.put(item));
  const remove = (key) => act("items", "readwrite", (store) => store.delete(key));
  // In the order in which they were written: the earlier one counts where two say the same.
  const all = async () => (await act("items", "readonly", (store) => store.getAll()))
    .sort((one, other) => one.at - other.at);
  const mine = async (owner) => (await all()).filter((item) => owner && item.owner === owner);
  const fact = async (name) => ((await act("facts", "readonly", (store) => store.get(name))) || {}).value;
  const setFact = (name, value) => act("facts", "readwrite", (store) => store.put({ name, value }));
  const tell = (kind) => {
    const line = new BroadcastChannel(NAME);
    line.postMessage(kind);
    line.close();
  };

  const newKey = () => [...crypto.getRandomValues(new Uint8Array(16))].map((one) => one.toString(16).padStart(2, "0")).join("");

  // Pages that were kept for one person go before another one's are kept.
  const forgetPages = async () => {
    await caches.delete(PAGES);
    await setFact("pages", []);
  };
  const setWho = async (who) => {
    if ((await fact("who")) === who) return;
    await forgetPages();
    await setFact("who", who);
  };
  const wipe = async (owner) => {
    for (const item of await mine(owner)) await remove(item.key);
    await forgetPages();
    await setFact("who", "");
    tell("changed");
  };

  const stop = async (items, state) => {
    for (const item of items) await put({ ...item, state });
    return false;
  };

  const sendOne = async (item, token) => {
    const form = new FormData();
    item.fields.forEach(([name, value]) => { if (name !== "csrf_token") form.append(name, value); });
    form.append("csrf_token", token);
    const answer = await fetch(item.path, {
      method: "POST", body: form, credentials: "same-origin", redirect: "manual",
      headers: { Accept: "application/json", "X-Send-Key": item.key },
    });
    const told = await answer.json().catch(() => ({}));
    if (answer.ok && told.stored) {
      await remove(item.key);
      return true;
    }
    if ([401, 403, 429].includes(answer.status) || answer.status >= 500 || answer.ok) return false;
    await put({ ...item, state: "refused", told: told.error || "" });
    return true;
  };

  const sendAll = async () => {
    const waiting = (await all()).filter((item) => item.state !== "refused");
    if (!waiting.length) return true;
    let answer;
    try {
      answer = await fetch(ME, { headers: { Accept: "application/json" }, credentials: "same-origin", redirect: "manual" });
    } catch (_) {
      return false;
    }
    if (!answer.ok) return stop(waiting, "expired");
    const me = await answer.json();
    const own = waiting.filter((item) => item.owner === me.person);
    for (const item of own) {
      await put({ ...item, state: "sending" });
      tell("changed");
      let sent = false;
      try {
        sent = await sendOne(item, me.csrf);
      } catch (_) {
        sent = false;
      }
      if (!sent) {
        await put({ ...item, state: "waiting" });
        return false;
      }
      tell("changed");
    }
    return true;
  };

  // One sender at a time, over all windows and the worker.
  const flush = async () => {
    const done = navigator.locks ? await navigator.locks.request(NAME, sendAll) : await sendAll();
    tell("changed");
    return done;
  };

  self.cpOutbox = { NAME, PAGES, STATIC, put, remove, all, mine, fact, setFact, newKey, setWho, wipe, forgetPages, flush, tell };
})();
