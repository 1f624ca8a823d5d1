// <details> menus: close on Escape, outside click and after leaving; arrows move between the items.
import { once } from "./dom.js";

const items = (menu) => [...menu.querySelectorAll(".pl-menu__panel :is(a, button, input, select, textarea):not([type=hidden], [disabled])")];

export function enhance(root) {
  once(root, "details[data-menu]", "menu", (menu) => {
    const close = () => { menu.open = false; menu.querySelector("summary").focus(); };
    menu.addEventListener("toggle", () => {
      if (!menu.open) return;
      document.querySelectorAll("details[data-menu][open]").forEach((other) => { if (other !== menu) other.open = false; });
      menu.querySelector("textarea, input[type=search], select:not([data-quiet])")?.focus();
    });
    menu.addEventListener("keydown", (event) => {
      if (event.key === "Escape" && menu.open) { event.stopPropagation(); event.preventDefault(); close(); return; }
      const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
      if (!step || event.target.matches("textarea, select, input:not([type=search])")) return;
      event.preventDefault();
      menu.open = true;
      const all = items(menu);
      all[(all.indexOf(document.activeElement) + step + all.length) % all.length]?.focus();
    });
    menu.querySelector("[data-menu-close]")?.addEventListener("click", close);
  });
}

document.addEventListener("pointerdown", (event) => {
  document.querySelectorAll("details[data-menu][open]").forEach((menu) => { if (!menu.contains(event.target)) menu.open = false; });
});
