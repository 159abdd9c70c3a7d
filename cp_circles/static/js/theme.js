// The theme switch without a page load; the cookie that the form would set is set by the same POST.
(() => {
  "use strict";
  const root = document.documentElement;
  const isDark = () =>
    root.dataset.theme ? root.dataset.theme === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;

  document.addEventListener("submit", (event) => {
    const form = event.target.closest("[data-theme-form]");
    if (!form) return;
    event.preventDefault();
    const theme = isDark() ? "light" : "dark";
    form.elements.theme.value = theme;
    root.dataset.theme = theme;
    document.querySelector('meta[name="color-scheme"]').content = theme;
    document.dispatchEvent(new CustomEvent("cp:theme"));
    fetch(form.action, { method: "POST", body: new FormData(form), credentials: "same-origin", redirect: "manual" });
  });

  const formTheme = document.querySelector("[data-theme-form]");
  if (formTheme) formTheme.elements.theme.value = isDark() ? "light" : "dark";
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () =>
    document.dispatchEvent(new CustomEvent("cp:theme")));
})();
