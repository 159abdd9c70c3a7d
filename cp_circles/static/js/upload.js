// Shows the chosen picture or file name before it is sent, and takes a file dropped on the field.
(() => {
  "use strict";
  const watch = (box) => {
    const input = box.querySelector('input[type="file"]');
    if (!input || box.dataset.uploadReady) return;
    box.dataset.uploadReady = "1";
    const area = box.querySelector(".drop"), name = box.querySelector("[data-upload-name]");
    const preview = box.querySelector("[data-upload-preview]");
    let shown = "";
    input.addEventListener("change", () => {
      const files = [...input.files];
      if (shown) URL.revokeObjectURL(shown);
      shown = "";
      if (area) area.classList.toggle("is-chosen", files.length > 0);
      if (name) name.textContent = "";
      if (name && files.length) {
        name.textContent = files.length === 1 ? files[0].name : name.dataset.wordMany.replace("{n}", files.length);
      }
      if (preview) {
        const picture = files.length === 1 && files[0].type.startsWith("image/");
        preview.hidden = !picture;
        if (picture) { shown = URL.createObjectURL(files[0]); preview.src = shown; }
        else preview.removeAttribute("src");
      }
    });
    if (!area) return;
    ["dragover", "dragleave", "drop"].forEach((kind) => area.addEventListener(kind, (event) => {
      event.preventDefault();
      area.classList.toggle("is-over", kind === "dragover");
      if (kind === "drop" && event.dataTransfer.files.length) {
        input.files = event.dataTransfer.files;
        input.dispatchEvent(new Event("change", { bubbles: true }));
      }
    }));
  };
  const start = () => document.querySelectorAll("[data-upload]").forEach(watch);
  start();
  document.addEventListener("cp:content", start);
})();
