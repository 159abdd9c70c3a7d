// The service worker: opens the pages for logging without network, and keeps a form that could not be sent.
"use strict";
const box = self.cpOutbox;
const SHELL = "/offline";
const KEPT_PAGES = [/^\/home$/, /^\/meters\/$/, /^\/meters\/\d+\/log$/, /^\/circles\/\d+\/activities\/new$/, /^\/projects\/\d+\/steps\/[^/]+$/];
const QUEUED = [/^\/meters\/\d+\/readings$/, /^\/circles\/\d+\/activities$/, /^\/projects\/\d+\/steps\/[^/]+\/evidence$/];
const NEVER = /\/vendor\/plotly/;
const fits = (patterns, path) => patterns.some((pattern) => pattern.test(path));
const addressOf = (url) => { const parts = new URL(url, self.location.origin); return parts.pathname + parts.search; };

self.addEventListener("install", (event) => {
  self.skipWaiting();
  event.waitUntil(Promise.resolve());
});
self.addEventListener("activate", (event) => event.waitUntil(self.clients.claim()));

const keepStatic = async (text) => {
  const store = await caches.open(box.STATIC);
  const wanted = [...new Set(text.match(/\/static\/[\w./-]+\.(?:css|js|svg)/g) || [])].filter((url) => !NEVER.test(url));
  await Promise.all(wanted.map(async (url) => {
    if (!(await store.match(url))) {
      const answer = await fetch(url);
      if (answer.ok) await store.put(url, answer);
    }
  }));
};

const keepShell = async (lang) => {
  const answer = await fetch(`${SHELL}?lang=${lang}`, { credentials: "omit" });
  if (!answer.ok) return;
  const store = await caches.open(box.STATIC);
  await keepStatic(await answer.clone().text());
  await store.put(SHELL, answer);
};

const titleOf = (text) => ((text.match(/<h1[^>]*>([^<]*)</) || [])[1] || "").trim();

// Only a page of the person who is signed in here is kept; it goes with their sign-out.
const keepPage = async (address, answer) => {
  const text = await answer.clone().text();
  const person = (text.match(/<html[^>]* data-person="([0-9a-f]+)"/) || [])[1];
  if (!person || person !== (await box.fact("who"))) return "";
  const store = await caches.open(box.PAGES);
  await store.put(address, answer);
  const known = ((await box.fact("pages")) || []).filter((page) => page.address !== address);
  await box.setFact("pages", [...known, { address, title: titleOf(text) }]);
  await keepStatic(text);
  return text;
};

const keepAll = async (addresses, lang) => {
  await keepShell(lang).catch(() => undefined);
  const wanted = [...addresses], seen = new Set();
  while (wanted.length && seen.size < 60) {
    const address = wanted.shift();
    if (seen.has(address)) continue;
    seen.add(address);
    try {
      const answer = await fetch(address, { credentials: "same-origin" });
      if (!answer.ok || answer.redirected) continue;
      const text = await keepPage(address, answer);
      if (address === "/meters/") {
        for (const [, found] of text.matchAll(/href="(\/meters\/\d+\/log|\/circles\/\d+\/activities\/new)"/g)) wanted.push(found);
      }
    } catch (_) {
      return;
    }
  }
  box.tell("kept");
};

self.addEventListener("message", (event) => {
  if (event.data && event.data.type === "keep") event.waitUntil(keepAll(event.data.addresses, event.data.lang));
});
self.addEventListener("sync", (event) => event.waitUntil(box.flush()));

// A page from the store is as old as it is; its form gets a key of its own each time it opens.
const fromStore = async (address) => {
  const kept = await (await caches.open(box.PAGES)).match(address);
  if (kept && (await box.fact("who"))) {
    const text = (await kept.text()).replace(/(name="send_key"[^>]*value=")[^"]*/g, (_, head) => head + box.newKey());
    return new Response(text, { headers: { "Content-Type": "text/html; charset=utf-8", "Cache-Control": "no-store", "Content-Security-Policy": kept.headers.get("Content-Security-Policy") || "default-src 'self'" } });
  }
  const shell = await (await caches.open(box.STATIC)).match(SHELL);
  return shell || Response.error();
};

const open = async (request) => {
  const address = addressOf(request.url), path = new URL(request.url).pathname;
  try {
    const answer = await fetch(request);
    if (answer.ok && !answer.redirected && fits(KEPT_PAGES, path)) {
      keepPage(address, answer.clone()).catch(() => undefined);
    }
    return answer;
  } catch (_) {
    return fromStore(path === SHELL ? "" : address);
  }
};

const keepForm = async (request, copy) => {
  const path = new URL(request.url).pathname;
  const why = (word) => Response.redirect(`${SHELL}#${word}`, 303);
  const owner = await box.fact("who");
  if (path === "/sign-out") return why("still-signed-in");
  if (!owner || !fits(QUEUED, path)) return why("not-kept");
  const fields = [...(await copy.formData()).entries()].filter(([name, value]) => name !== "csrf_token" && !(value instanceof File && !value.name));
  const read = (name) => { const found = fields.find((field) => field[0] === name); return found && typeof found[1] === "string" ? found[1] : ""; };
  const about = [read("about"), read("shown") || read("quantity"), read("summary") || read("title")].filter(Boolean).join(" · ");
  const files = fields.filter((field) => field[1] instanceof File).length;
  const key = read("send_key") || box.newKey();
  await box.put({ key, owner, path, fields, about, files, at: Date.now(), state: "waiting", told: "" });
  box.tell("changed");
  if (self.registration.sync) await self.registration.sync.register(box.NAME).catch(() => undefined);
  return why("kept");
};

const post = async (request) => {
  const copy = request.clone();
  try {
    return await fetch(request);
  } catch (_) {
    return keepForm(request, copy);
  }
};

const fromStatic = async (request) => {
  const store = await caches.open(box.STATIC);
  return (await store.match(request, { ignoreSearch: true })) || fetch(request);
};

self.addEventListener("fetch", (event) => {
  const request = event.request, url = new URL(request.url);
  if (url.origin !== self.location.origin) return;
  if (url.pathname.startsWith("/static/")) event.respondWith(fromStatic(request));
  else if (request.mode === "navigate" && request.method === "GET") event.respondWith(open(request));
  else if (request.mode === "navigate" && request.method === "POST") event.respondWith(post(request));
});
