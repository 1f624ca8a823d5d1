// Runs before the first paint: a person without a chosen theme gets the system's, without a flash of the other one.
if (document.documentElement.hasAttribute("data-theme-auto") && matchMedia("(prefers-color-scheme: dark)").matches) {
  document.documentElement.dataset.bsTheme = "dark";
}
