// A reading's plausible range is said before and while it is typed; it never blocks saving.
(() => {
  "use strict";
  const watch = (input) => {
    if (input.dataset.rangeReady) return;
    input.dataset.rangeReady = "1";
    const hint = document.getElementById((input.getAttribute("aria-describedby") || "").split(" ")[0]);
    const low = Number(input.dataset.low), high = Number(input.dataset.high);
    input.addEventListener("input", () => {
      const value = Number(input.value.replace(/[,\s]/g, ""));
      const out = input.value.trim() !== "" && !Number.isNaN(value) && (value < low || value > high);
      if (hint) hint.classList.toggle("range-out", out);
      document.querySelectorAll(`[data-range-reason="${input.name}"]`).forEach((box) => box.toggleAttribute("hidden", !out));
    });
  };
  const start = () => document.querySelectorAll("input[data-low]").forEach(watch);
  start();
  document.addEventListener("cp:content", start);
})();
