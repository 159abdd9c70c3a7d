// Forms of the tools: rows are added and taken out in place, and ideas are dragged between groups.
(() => {
  "use strict";
  const form = document.getElementById("tool-form");
  if (!form) return;

  const renumber = (row, table, number) => {
    const old = `${table}-${row.dataset.row}-`, fresh = `${table}-${number}-`;
    row.dataset.row = number;
    row.querySelectorAll("[name], [id], [for], [list]").forEach((part) => {
      ["name", "id", "for", "list", "aria-describedby"].forEach((key) => {
        const value = part.getAttribute(key);
        if (value && value.includes(old)) part.setAttribute(key, value.replace(old, fresh));
      });
    });
    row.querySelectorAll("[data-drop]").forEach((button) => { button.value = `drop:${table}:${number}`; });
  };
  const addRow = (box) => {
    const rows = [...box.querySelectorAll("[data-row]")], last = rows[rows.length - 1];
    if (!last) return;
    const table = box.dataset.rows, number = Math.max(...rows.map((row) => Number(row.dataset.row))) + 1;
    const row = last.cloneNode(true);
    renumber(row, table, number);
    row.querySelectorAll(".error, .errors").forEach((part) => part.remove());
    row.querySelectorAll(".field--error").forEach((part) => part.classList.remove("field--error"));
    row.querySelectorAll("input:not([type=checkbox]), textarea").forEach((part) => { part.value = ""; part.removeAttribute("value"); });
    row.querySelectorAll("input[type=checkbox]").forEach((part) => { part.checked = false; });
    const key = row.querySelector(`[name$="-key"]`);
    if (key) {
      const taken = rows.map((one) => Number(one.querySelector(`[name$="-key"]`).value) || 0);
      key.value = Math.max(number, ...taken) + (taken.includes(number + 1) ? 1 : 0);
    }
    row.querySelector(".record__n").textContent = number + 1;
    last.after(row);
    const first = row.querySelector(`input:not([name$="-key"]), select, textarea`);
    if (first) first.focus();
  };
  form.addEventListener("click", (event) => {
    const add = event.target.closest("[data-add]"), drop = event.target.closest("[data-drop]");
    if (add) {
      event.preventDefault();
      addRow(add.closest("[data-rows]"));
    } else if (drop) {
      const box = drop.closest("[data-rows]");
      if (box.querySelectorAll("[data-row]").length < 2) return;
      event.preventDefault();
      drop.closest("[data-row]").remove();
      lanes();
    }
  });

  const place = form.querySelector("[data-lanes]");
  let held = null;
  const cards = () => [...form.querySelectorAll(`[data-rows="ideas"] [data-row]`)].map((row) => ({
    row, text: row.querySelector(`[name$="-text"]`).value.trim(), group: row.querySelector(`[name$="-group"]`),
  })).filter((card) => card.text);
  const put = (card, group) => { card.group.value = group; lanes(); };
  const laneAt = (x, y) => {
    const found = document.elementFromPoint(x, y);
    return found && found.closest(".lane");
  };
  const draw = (card) => {
    const button = document.createElement("button");
    button.type = "button"; button.className = "lane__card"; button.textContent = card.text;
    button.addEventListener("pointerdown", (event) => {
      held = { card, x: event.clientX, y: event.clientY };
      button.setPointerCapture(event.pointerId);
      button.classList.add("is-held");
    });
    button.addEventListener("pointermove", (event) => {
      if (!held) return;
      place.querySelectorAll(".lane").forEach((lane) => lane.classList.remove("is-over"));
      const over = laneAt(event.clientX, event.clientY);
      if (over) over.classList.add("is-over");
    });
    button.addEventListener("pointerup", (event) => {
      const over = held && laneAt(event.clientX, event.clientY);
      held = null;
      button.classList.remove("is-held");
      if (over) put(card, over.dataset.group);
    });
    button.addEventListener("keydown", (event) => {
      const names = [...place.querySelectorAll(".lane")].map((lane) => lane.dataset.group), at = names.indexOf(card.group.value.trim());
      const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
      if (!step) return;
      event.preventDefault();
      put(card, names[(at + step + names.length) % names.length]);
      const same = [...place.querySelectorAll(".lane__card")].find((one) => one.textContent === card.text);
      if (same) same.focus();
    });
    return button;
  };
  function lanes() {
    if (!place) return;
    const all = cards(), groups = [...new Set(["", ...all.map((card) => card.group.value.trim())])];
    const hint = document.createElement("p");
    hint.className = "hint"; hint.textContent = place.dataset.wordHint;
    place.replaceChildren(hint, ...groups.map((group) => {
      const lane = document.createElement("div"), title = document.createElement("strong");
      lane.className = "lane"; lane.dataset.group = group; title.className = "small";
      title.textContent = group || place.dataset.wordNone;
      lane.append(title, ...all.filter((card) => card.group.value.trim() === group).map(draw));
      return lane;
    }));
    place.hidden = !all.length;
  }
  form.addEventListener("change", lanes);
  lanes();
})();
