// <details> menus: close on Escape, outside click and after leaving; arrows move between the items.
import { once } from "./dom.js";

const items = (menu) => [...menu.querySelectorAll(".pl-menu__panel :is(a, button, input, select, textarea):not([type=hidden], [disabled])")];

export function enhance(root) {
  once(root, "details[data-menu]", "menu", (menu) => {
    const close = () => { menu.open = false; menu.querySelector("summary").focus(); };
    menu.addEventListener("toggle", () => {
      if (!menu.open) return;
      document.querySelectorAll("details[data-menu][open]").forEach((other) => { if (other !== menu) other.open = false; });
      if (menu.matches(".pl-menu--row")) place(menu);
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

/** The menu of a row lies over its table, which would cut it off: up where there is no room below. */
function place(menu) {
  const panel = menu.querySelector(".pl-menu__panel"), at = menu.querySelector("summary").getBoundingClientRect();
  const below = at.bottom + panel.offsetHeight + 8 < innerHeight;
  panel.style.right = `${document.documentElement.clientWidth - at.right}px`;
  panel.style.top = `${below ? at.bottom + 4 : Math.max(8, at.top - panel.offsetHeight - 4)}px`;
}

document.addEventListener("scroll", (event) => {
  document.querySelectorAll(".pl-menu--row[open]").forEach((menu) => { if (event.target.contains(menu)) menu.open = false; });
}, true);

document.addEventListener("pointerdown", (event) => {
  document.querySelectorAll("details[data-menu][open]").forEach((menu) => { if (!menu.contains(event.target)) menu.open = false; });
});
