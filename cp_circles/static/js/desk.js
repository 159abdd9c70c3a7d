// The judge's keyboard: arrows change the criterion, digits type, Ctrl+Enter submits; the running total follows.
(() => {
  "use strict";
  const form = document.querySelector("form#sheet") || (document.querySelector("[data-crit]") || document.body).closest("form");
  const LEAVE_MS = 3000;
  // Whoever leaves by key just after typing leaves once it is saved, and stays where it cannot be.
  const follow = (key) => {
    const link = document.querySelector(`a[data-key="${key}"]`);
    if (!link) return false;
    if (!form || !["unsaved", "saving"].includes(form.dataset.state)) { link.click(); return true; }
    const go = () => setTimeout(() => link.click(), 0);
    form.addEventListener("cp:saved", go, { once: true });
    setTimeout(() => form.removeEventListener("cp:saved", go), LEAVE_MS);
    form.dispatchEvent(new Event("cp:save"));
    return true;
  };
  const plain = (event) => !(event.ctrlKey || event.metaKey || event.altKey);
  const writing = () => document.activeElement && document.activeElement.matches("textarea, select, input:not([type=radio]):not([data-score])");
  document.addEventListener("keydown", (event) => {
    if (!plain(event) || writing()) return;
    const help = document.querySelector("[data-keys-help]");
    if (["n", "p"].includes(event.key.toLowerCase()) && follow(event.key.toLowerCase())) event.preventDefault();
    else if (event.key === "?" && help) { event.preventDefault(); help.open = !help.open; }
  });
  // Pages of the evidence turn beside the sheet; an answer without them (an expired sign-in) is opened as a page.
  document.addEventListener("htmx:beforeSwap", (event) => {
    const { target, xhr, pathInfo } = event.detail;
    if (!target || target.id !== "evidence" || xhr.responseText.includes('id="evidence"')) return;
    event.preventDefault();
    window.location.assign(pathInfo.requestPath);
  });
  if (!form) return;
  document.addEventListener("htmx:sendError", () => form.dispatchEvent(new Event("cp:save")));
  const crits = [...form.querySelectorAll("[data-crit]")];
  const scores = crits.map((crit) => crit.querySelector("[data-score]"));
  const places = (step) => ((step || "").split(".")[1] || "").length;
  const number = (input) => {
    const typed = input.value.trim().replace(",", ".").replace("。", ".");
    return /^\d+(\.\d+)?$/.test(typed) ? Number(typed) : NaN;
  };
  // Points beyond the maximum or finer than the step, as the server refuses them.
  const refuses = (input) => {
    if (input.value.trim() === "") return false;
    const value = number(input), step = Math.round(Number(input.dataset.step) * 1000);
    return !(value <= Number(input.dataset.max)) || (step > 0 && Math.round(value * 1e6) % (step * 1000) !== 0);
  };
  const decimals = Math.max(1, ...scores.map((input) => places(input.dataset.step)));

  const tally = () => {
    let sum = 0, of = 0;
    const missing = [];
    scores.forEach((input, at) => {
      const value = number(input), max = Number(input.dataset.max);
      const wrong = refuses(input);
      input.toggleAttribute("aria-invalid", wrong);
      if (wrong) input.setAttribute("aria-invalid", "true");
      if (Number.isNaN(value) || wrong) { missing.push(at + 1); return; }
      sum += Math.round(value * 1000);
      of += Math.round(max * 1000);
    });
    const total = form.querySelector("[data-total]");
    if (!total) return;
    total.querySelector("[data-total-sum]").textContent = (sum / 1000).toFixed(decimals);
    total.querySelector("[data-total-of]").textContent = String(of / 1000);
    const why = total.querySelector("[data-word-missing]");
    total.querySelector("[data-missing]").textContent =
      missing.length ? why.dataset.wordMissing.replace("{n}", missing.join(document.documentElement.lang === "en" ? ", " : "、")) : "";
    const warning = why.querySelector(":scope > .i");
    if (warning) warning.toggleAttribute("hidden", !missing.length);
    const button = total.querySelector("[data-submit]");
    if (missing.length) button.setAttribute("aria-disabled", "true");
    else button.removeAttribute("aria-disabled");
  };

  const open = (crit) => crits.forEach((other) => {
    other.classList.toggle("is-now", other === crit);
    const more = other.querySelector("[data-crit-more]");
    if (more) more.open = other === crit;
  });
  const mark = (crit) => {
    const input = crit.querySelector("[data-score]"), value = number(input), max = Number(input.dataset.max);
    let best = null;
    crit.querySelectorAll("[data-level]").forEach((level) => {
      if (value <= max && Number(level.value) <= value && (!best || Number(level.value) > Number(best.value))) best = level;
    });
    crit.querySelectorAll("[data-level]").forEach((level) => {
      level.checked = level === best;
      level.closest("label").classList.toggle("is-on", level === best);
    });
    tell(crit);
  };
  const tell = (crit) => {
    const state = crit.querySelector("[data-crit-state]"), input = crit.querySelector("[data-score]");
    if (!state) return;
    const name = input.value.trim() === "" ? "empty" : refuses(input) ? "error" : "saved";
    const icon = state.querySelector("use");
    state.dataset.critState = name;
    state.querySelector("span").textContent = state.dataset[`word${name[0].toUpperCase()}${name.slice(1)}`];
    if (icon) icon.setAttribute("href", icon.getAttribute("href").replace(/#.*/, `#i-${{ empty: "dash", saved: "check", error: "warn" }[name]}`));
  };

  // With the keyboard at hand only the open criterion shows its levels, so that the whole sheet stays in view.
  form.classList.add("is-keyed");
  crits.forEach((crit, at) => {
    crit.addEventListener("click", (event) => {
      if (!crit.classList.contains("is-now") && !event.target.closest("a, button")) scores[at].focus();
    });
    scores[at].addEventListener("focus", () => { open(crit); scores[at].select(); });
    scores[at].addEventListener("input", () => { mark(crit); tally(); });
    crit.querySelectorAll("[data-level]").forEach((level) => level.addEventListener("change", () => {
      const value = number(scores[at]);
      const all = [...crit.querySelectorAll("[data-level]")].map((one) => Number(one.value)).sort((a, b) => a - b);
      const low = Number(level.value), next = all.find((one) => one > low);
      if (Number.isNaN(value) || value < low || (next !== undefined && value >= next)) {
        scores[at].value = low.toFixed(places(scores[at].dataset.step));
        scores[at].dispatchEvent(new Event("input", { bubbles: true }));
      }
      mark(crit);
      tally();
    }));
  });

  document.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && event.ctrlKey) {
      const button = form.querySelector("[data-submit]");
      event.preventDefault();
      if (button) button.click();
      return;
    }
    if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "s") {
      const button = form.querySelector("button[name='act'][value='save']");
      event.preventDefault();
      if (form.dataset.autosaveReady && !["refused", "expired"].includes(form.dataset.state)) form.dispatchEvent(new Event("cp:save"));
      else if (button) form.requestSubmit(button);
      return;
    }
    const at = scores.indexOf(document.activeElement);
    if (at >= 0 && (event.key === "ArrowDown" || event.key === "ArrowUp")) {
      const next = scores[at + (event.key === "ArrowDown" ? 1 : -1)];
      if (next) { event.preventDefault(); next.focus(); }
      return;
    }
    if (at >= 0 && event.key === "Enter") {
      event.preventDefault();
      if (scores[at + 1]) scores[at + 1].focus();
      return;
    }
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (document.activeElement && document.activeElement.matches("textarea, select, input:not([type=radio])")) return;
    if (event.key === "ArrowLeft" || event.key === "ArrowRight") {
      if (follow(event.key)) event.preventDefault();
    } else if (/^[0-9]$/.test(event.key)) {
      const now = crits.findIndex((crit) => crit.classList.contains("is-now"));
      const input = scores[now >= 0 ? now : 0];
      if (!input) return;
      event.preventDefault();
      input.focus();
      input.value = event.key;
      input.dispatchEvent(new Event("input", { bubbles: true }));
    }
  });

  // Handing in a sheet with something missing leads to it, by key as by pointer; the form itself is not sent.
  const handIn = form.querySelector("[data-submit]");
  if (handIn) handIn.addEventListener("click", (event) => {
    if (handIn.getAttribute("aria-disabled") !== "true") return;
    event.preventDefault();
    const first = scores.find((input) => Number.isNaN(number(input)) || refuses(input));
    if (!first) return;
    first.focus();
    first.scrollIntoView({ block: "center" });
  });

  // How long the desk stands open before somebody who moves: sent with each save, two idle minutes at most.
  const spent = form.elements.spent, IDLE_MS = 120000;
  let seconds = 0, moved = Date.now();
  ["keydown", "pointerdown", "scroll"].forEach((kind) => window.addEventListener(kind, () => { moved = Date.now(); }, { passive: true }));
  if (spent) {
    setInterval(() => {
      if (!document.hidden && Date.now() - moved < IDLE_MS) spent.value = String(seconds += 1);
    }, 1000);
    form.addEventListener("cp:saved", () => { seconds = 0; spent.value = "0"; });
  }

  const refused = crits.find((crit) => crit.classList.contains("field--error"));
  const first = refused || crits.find((crit) => crit.classList.contains("is-now")) || crits[0];
  if (first) open(first);
  if (refused) scores[crits.indexOf(refused)].focus();
  tally();
})();
