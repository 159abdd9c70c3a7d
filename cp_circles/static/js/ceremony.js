// The ceremony: keys and clicks fetch the next step and put it in place, so that full screen stays on.
(() => {
  "use strict";
  const stage = () => document.querySelector("[data-stage]");
  let busy = false;
  const go = async (url) => {
    if (busy) return;
    busy = true;
    try {
      const answer = await fetch(url, { credentials: "same-origin" });
      if (!answer.ok || answer.redirected) { window.location.assign(url); return; }
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      const fresh = page.querySelector("[data-stage]");
      if (!fresh) { window.location.assign(url); return; }
      stage().replaceChildren(...fresh.childNodes);
      window.history.replaceState(null, "", url);
    } catch {
      window.location.assign(url);
    } finally {
      busy = false;
    }
  };
  const press = (name) => {
    const link = stage().querySelector(`[data-stage-${name}]`);
    if (link) go(link.href);
  };
  const full = () => {
    if (document.fullscreenElement) document.exitFullscreen();
    else if (stage().requestFullscreen) stage().requestFullscreen();
  };
  document.addEventListener("click", (event) => {
    const link = event.target.closest("[data-stage-next], [data-stage-back]");
    if (link) { event.preventDefault(); go(link.href); return; }
    const screen = event.target.closest("[data-stage-full]");
    if (screen) { full(); screen.blur(); return; } // so that the next space calls out, and does not press the button again
    if (document.fullscreenElement && event.target.closest("[data-stage]")) press("next");
  });
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.target.closest("input, textarea, select")) return;
    const ways = { ArrowRight: "next", PageDown: "next", " ": "next", ArrowLeft: "back", PageUp: "back" };
    const way = ways[event.key];
    if (event.key === " " && event.target.closest("a, button, summary")) return;
    if (way) { event.preventDefault(); press(way); }
    else if (event.key === "f" || event.key === "F") full();
  });
})();
