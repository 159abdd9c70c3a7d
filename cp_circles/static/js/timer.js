// The timer of a talk: the server says where it stands, the page counts on from there, every second, and says
// when the last minute has begun and when the time is over.
(() => {
  "use strict";
  const LAST = 60;
  const text = (seconds) => {
    const whole = Math.abs(seconds);
    return `${seconds < 0 ? "−" : ""}${Math.floor(whole / 60)}:${String(whole % 60).padStart(2, "0")}`;
  };
  const begin = (timer) => {
    if (timer.dataset.timerReady) return;
    timer.dataset.timerReady = "1";
    const from = Date.now(), start = Number(timer.dataset.timer), way = timer.hasAttribute("data-down") ? -1 : 1;
    const told = timer.parentElement.querySelector("[data-timer-word]");
    const say = (word) => { if (told && told.textContent !== word) told.textContent = word; };
    const tick = () => {
      if (!timer.isConnected) { clearInterval(turn); return; }
      const now = start + way * Math.floor((Date.now() - from) / 1000);
      timer.textContent = text(now);
      const over = way < 0 && now < 0, near = way < 0 && !over && now <= LAST;
      timer.classList.toggle("is-over", over);
      timer.classList.toggle("is-near", near);
      say(over ? timer.dataset.wordOver : near ? timer.dataset.wordNear : "");
    };
    const turn = setInterval(tick, 1000);
    tick();
  };
  const start = () => document.querySelectorAll("[role=timer]").forEach(begin);
  start();
  document.addEventListener("cp:content", start);
})();
