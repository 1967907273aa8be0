// Before anything is drawn: the reader's choice, else the system's. And the reader's time zone.
const dark = matchMedia("(prefers-color-scheme: dark)");
const chosen = () => localStorage.getItem("theme") ?? (dark.matches ? "dark" : "light");
const apply = () => { document.documentElement.dataset.bsTheme = chosen(); };
apply();
dark.addEventListener("change", apply);
addEventListener("storage", apply);  // chosen in another tab
const zone = encodeURIComponent(Intl.DateTimeFormat().resolvedOptions().timeZone);
document.cookie = `zone=${zone}; path=/; max-age=31536000; samesite=lax`;
addEventListener("DOMContentLoaded", () => {
  for (const each of document.querySelectorAll("[data-theme-switch]")) {
    each.addEventListener("click", () => {
      localStorage.setItem("theme", chosen() === "dark" ? "light" : "dark");
      apply();
    });
  }
});
