// What every page may need: print, back, menus that close, the first wrong field, and modules fetched on demand.
(() => {
  "use strict";
  const own = document.currentScript;
  const modules = [
    ["[data-chart]", "charts"],
    ["[data-autosave-url]", "autosave"],
    ["[data-low], [data-reading], [data-undo]", "reading"],
    ["[data-upload]", "upload"],
    ["[data-crit], [data-kept]", "desk"],
    ["[data-kept]", "keep"],
    ["[role=timer]", "timer"],
    ["[data-rows]", "tools"],
  ];

  const loaded = new Set([...document.scripts].map((script) => script.src));
  const fetchModule = (name) => {
    const src = own.dataset[name];
    if (!src) return;
    const url = new URL(src, document.baseURI).href;
    if (loaded.has(url)) return;
    loaded.add(url);
    const script = document.createElement("script");
    script.src = url;
    script.async = false;
    document.head.append(script);
  };
  const look = (root) => modules.forEach(([selector, name]) => {
    if (root.querySelector(selector)) fetchModule(name);
  });
  look(document.body);
  document.addEventListener("htmx:afterSettle", (event) => {
    look(document.body);
    document.dispatchEvent(new CustomEvent("cp:content", { detail: event.target }));
  });

  document.addEventListener("click", (event) => {
    if (event.target.closest("[data-print]")) window.print();
    if (event.target.closest("[data-back]")) window.history.back();
    document.querySelectorAll("details.menu[open]").forEach((menu) => {
      if (!menu.contains(event.target)) menu.open = false;
    });
  });
  const search = document.querySelector("details[data-search]");
  if (search) {
    search.addEventListener("toggle", () => { if (search.open) search.querySelector("input").focus(); });
    document.addEventListener("keydown", (event) => {
      if (event.key !== "/" || event.ctrlKey || event.metaKey || event.altKey) return;
      if (event.target.closest("input, textarea, select, [contenteditable]")) return;
      event.preventDefault();
      const own = document.querySelector("main input[type='search']");
      if (own) own.focus();
      else search.open = true;
    });
  }
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    document.querySelectorAll("details.menu[open], details.ask[open]").forEach((box) => {
      if (!box.contains(document.activeElement) && box.classList.contains("ask")) return;
      box.open = false;
      box.querySelector("summary").focus();
    });
  });

  const wrong = document.querySelector("[data-autofocus]");
  if (wrong) wrong.focus({ preventScroll: false });
  document.querySelectorAll(".summary a[href^='#']").forEach((link) => link.addEventListener("click", (event) => {
    const target = document.getElementById(link.hash.slice(1));
    if (!target) return;
    event.preventDefault();
    (target.matches("input, select, textarea") ? target : target.querySelector("input, select, textarea") || target).focus();
    target.scrollIntoView({ block: "center" });
  }));
})();
