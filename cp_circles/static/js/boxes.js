// Boxes drawn over a page by mouse, pen or finger; every box stays a row of typed percentages, which is what is sent.
(() => {
  "use strict";
  const stage = document.querySelector("[data-boxes]");
  const form = stage && document.getElementById(stage.dataset.boxes);
  if (!form) return;
  const names = ["left", "top", "width", "height"];
  const most = Number(stage.dataset.most), words = stage.dataset;
  const toggle = document.querySelector("[data-boxes-toggle]");
  const clamp = (value) => Math.min(1, Math.max(0, value));

  const rows = () => [...form.querySelectorAll("fieldset")];
  const inputs = (row) => names.map((name) => row.querySelector(`input[name$="-${name}"]`));
  const read = (row) => inputs(row).map((input) => (input.value.trim() === "" ? NaN : Number(input.value)));
  const isEmpty = (row) => inputs(row).every((input) => input.value.trim() === "");
  const write = (row, values) => inputs(row).forEach((input, at) => { input.value = values ? values[at] : ""; });

  const added = () => {
    const all = rows(), last = all[all.length - 1];
    if (all.length >= most) return null;
    const row = last.cloneNode(true);
    const from = `boxes-${all.length - 1}-`, to = `boxes-${all.length}-`;
    row.querySelectorAll("*").forEach((part) => ["id", "name", "for", "aria-describedby"].forEach((key) => {
      const value = part.getAttribute(key);
      if (value) part.setAttribute(key, value.replaceAll(from, to));
    }));
    row.querySelectorAll(".error").forEach((error) => error.remove());
    row.querySelector("legend").textContent = words.wordBox.replace("{n}", all.length + 1);
    write(row, null);
    last.after(row);
    return row;
  };

  const place = (shape, [left, top, width, height]) => {
    Object.assign(shape.style, { left: `${left}%`, top: `${top}%`, width: `${width}%`, height: `${height}%` });
  };
  const show = () => {
    stage.querySelectorAll(".boxes__box").forEach((box) => box.remove());
    rows().forEach((row, at) => {
      const values = read(row);
      if (values.some(Number.isNaN)) return;
      const box = document.createElement("button");
      box.type = "button";
      box.className = "boxes__box";
      box.setAttribute("aria-label", words.wordRemove.replace("{n}", at + 1));
      box.title = words.wordRemove.replace("{n}", at + 1);
      place(box, values);
      box.addEventListener("click", () => { write(row, null); show(); form.querySelector("[type=submit]").focus(); });
      stage.append(box);
    });
  };

  const at = (event) => {
    const frame = stage.getBoundingClientRect();
    return [clamp((event.clientX - frame.left) / frame.width), clamp((event.clientY - frame.top) / frame.height)];
  };
  // Whole per cent, rounded outward, so that a face is never left half covered.
  const between = ([x1, y1], [x2, y2]) => {
    const left = Math.floor(Math.min(x1, x2) * 100), top = Math.floor(Math.min(y1, y2) * 100);
    return [left, top, Math.ceil(Math.max(x1, x2) * 100) - left, Math.ceil(Math.max(y1, y2) * 100) - top];
  };

  let start = null, draft = null;
  const stop = () => { if (draft) draft.remove(); start = draft = null; };
  stage.addEventListener("pointerdown", (event) => {
    if (!stage.classList.contains("is-drawing") || event.button !== 0 || event.target.closest(".boxes__box")) return;
    event.preventDefault();
    start = at(event);
    draft = document.createElement("div");
    draft.className = "boxes__draft";
    stage.append(draft);
    stage.setPointerCapture(event.pointerId);
  });
  stage.addEventListener("pointermove", (event) => { if (start) place(draft, between(start, at(event))); });
  stage.addEventListener("pointercancel", stop);
  stage.addEventListener("pointerup", (event) => {
    if (!start) return;
    const end = at(event), values = between(start, end);
    const slip = Math.abs(end[0] - start[0]) < 0.01 || Math.abs(end[1] - start[1]) < 0.01;
    stop();
    if (slip) return;
    const row = rows().find(isEmpty) || added();
    if (row) write(row, values);
    show();
  });
  document.addEventListener("keydown", (event) => { if (event.key === "Escape") stop(); });
  form.addEventListener("input", show);

  const draw = (on) => {
    stage.classList.toggle("is-drawing", on);
    toggle.setAttribute("aria-pressed", String(on));
  };
  toggle.addEventListener("click", () => draw(!stage.classList.contains("is-drawing")));
  toggle.hidden = false;
  draw(window.matchMedia("(pointer: fine)").matches);
  show();
})();
