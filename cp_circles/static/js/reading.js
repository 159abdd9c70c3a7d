// A reading's plausible range and its difference are said while it is typed; only the server asks and refuses.
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
  const FACTORS = [0.1, 10, 0.01, 100, 0.001, 1000];
  const tell = (input) => {
    const out = input.form && input.form.querySelector("[data-reading-says]");
    if (!out || input.dataset.saysReady) return;
    input.dataset.saysReady = "1";
    const words = out.dataset, facts = input.dataset, number = (name) => (facts[name] === undefined ? null : Number(facts[name]));
    const shown = (value) => value.toLocaleString(document.documentElement.lang, { maximumFractionDigits: 6 });
    const say = (word, value) => word.replace("{v}", `${shown(value)} ${words.unit}`);
    const useOf = (value) => (facts.reading === "register" ? (value - number("before")) * (number("times") || 1) : value);
    const usual = (value) => useOf(value) >= number("likelyLow") && useOf(value) <= number("likelyHigh");
    const sentence = (value) => {
      if (number("likelyLow") !== null && value > 0 && !usual(value)) {
        const meant = FACTORS.map((factor) => Number((value * factor).toPrecision(12))).find(usual);
        if (meant !== undefined) return [words.wordSlip.replace("{v}", shown(meant)), true];
      }
      const use = useOf(value), last = number("last");
      if (facts.reading === "register") return use < 0 ? [words.wordFell, true] : [say(words.wordUsed, use), false];
      if (last === null) return ["", false];
      return [use === last ? words.wordSame : say(use > last ? words.wordMore : words.wordLess, Math.abs(use - last)), false];
    };
    const update = () => {
      const text = input.value.normalize("NFKC").replace(/[,\s]/g, ""), value = Number(text);
      const [said, asks] = text === "" || Number.isNaN(value) ? ["", false] : sentence(value);
      out.textContent = said;
      out.classList.toggle("is-asking", asks);
    };
    input.addEventListener("input", update);
    update();
    if (matchMedia("(max-width: 48rem)").matches && document.querySelectorAll("[data-reading]").length === 1 && !document.querySelector("[data-autofocus]")) input.focus({ preventScroll: true });
  };
  const start = () => {
    document.querySelectorAll("input[data-low]").forEach(watch);
    document.querySelectorAll("input[data-reading]").forEach(tell);
  };
  start();
  document.addEventListener("cp:content", start);
})();
