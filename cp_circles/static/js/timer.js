// The timer of a talk: the server says where it stands, the page counts on from there, every second.
(() => {
  "use strict";
  const text = (seconds) => {
    const whole = Math.abs(seconds);
    return `${seconds < 0 ? "−" : ""}${Math.floor(whole / 60)}:${String(whole % 60).padStart(2, "0")}`;
  };
  const begin = (timer) => {
    if (timer.dataset.timerReady) return;
    timer.dataset.timerReady = "1";
    const from = Date.now(), start = Number(timer.dataset.timer), way = timer.hasAttribute("data-down") ? -1 : 1;
    const tick = () => {
      if (!timer.isConnected) { clearInterval(turn); return; }
      const now = start + way * Math.floor((Date.now() - from) / 1000);
      timer.textContent = text(now);
      timer.classList.toggle("is-over", now < 0);
    };
    const turn = setInterval(tick, 1000);
    tick();
  };
  const start = () => document.querySelectorAll("[role=timer]").forEach(begin);
  start();
  document.addEventListener("cp:content", start);
})();
