// The hall screen: asks again every few seconds, marks what has grown, and says when the network is gone.
(() => {
  "use strict";
  const hall = document.querySelector("[data-hall]");
  const numbers = (root) => [...root.querySelectorAll("[data-number]")];
  const put = (fresh) => {
    const before = numbers(hall).map((one) => one.textContent);
    hall.replaceChildren(...fresh.childNodes);
    numbers(hall).forEach((one, n) => { if (one.textContent !== before[n]) one.classList.add("is-new"); });
  };
  const ask = async () => {
    try {
      const answer = await fetch(window.location.href, { cache: "no-cache" });
      if (!answer.ok) throw new Error(String(answer.status));
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      const fresh = page.querySelector("[data-hall]");
      if (!fresh) throw new Error("another page");
      put(fresh);
      hall.classList.remove("is-lost");
    } catch {
      hall.classList.add("is-lost");
    } finally {
      setTimeout(ask, Number(hall.dataset.hall) * 1000);
    }
  };
  const awake = async () => {
    if (!("wakeLock" in navigator) || document.visibilityState !== "visible") return;
    try { await navigator.wakeLock.request("screen"); } catch { /* the screen may sleep */ }
  };
  const button = document.querySelector("[data-full]");
  button.hidden = !document.documentElement.requestFullscreen;
  button.addEventListener("click", () => {
    if (document.fullscreenElement) document.exitFullscreen();
    else document.documentElement.requestFullscreen();
  });
  document.addEventListener("visibilitychange", awake);
  awake();
  setTimeout(ask, Number(hall.dataset.hall) * 1000);
})();
