// Theme and density change at once and are kept on the server (cookie), so that the next page starts right.
import { once, post } from "./dom.js";

const html = document.documentElement;
const system = matchMedia("(prefers-color-scheme: dark)");

function show(name, value) {
  if (name === "density") { html.dataset.density = value; return; }
  html.toggleAttribute("data-theme-auto", value === "auto");
  html.dataset.bsTheme = value === "auto" ? (system.matches ? "dark" : "light") : value;
  document.dispatchEvent(new CustomEvent("pl:theme"));
}

function mark(form) {
  const theme = html.hasAttribute("data-theme-auto") ? "auto" : html.dataset.bsTheme;
  for (const button of form.querySelectorAll(".pl-seg button")) {
    button.setAttribute("aria-pressed", String(button.value === (button.name === "theme" ? theme : html.dataset.density)));
  }
}

export function enhance(root) {
  once(root, "form[data-preferences]", "theme", (form) => {
    mark(form);
    form.addEventListener("submit", (event) => {
      const { name, value } = event.submitter ?? {};
      if (name !== "theme" && name !== "density") return;
      event.preventDefault();
      show(name, value);
      mark(form);
      const data = new FormData();
      data.append(name, value);
      post(form.action, data).catch(() => {});
    });
  });
}

system.addEventListener("change", () => { if (html.hasAttribute("data-theme-auto")) show("theme", "auto"); });
