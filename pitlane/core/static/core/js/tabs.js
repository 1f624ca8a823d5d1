// Tabs within a page; the chosen one stands in the address. Tabs that are links only get Alt+1…9.
import { isShown, once } from "./dom.js";

function select(list, tab, focus = false) {
  for (const other of list.querySelectorAll("[role=tab]")) {
    const on = other === tab;
    other.setAttribute("aria-selected", String(on));
    other.tabIndex = on ? 0 : -1;
    const panel = document.querySelector(`[data-tabpanel="${CSS.escape(other.dataset.tab)}"]`);
    if (panel) panel.hidden = !on;
  }
  history.replaceState(history.state, "", `#${tab.dataset.tab}`);
  if (focus) tab.focus();
}

export function enhance(root) {
  once(root, "[data-tabs]:not([data-tabs=links])", "tabs", (list) => {
    const tabs = [...list.querySelectorAll("[role=tab]")];
    if (!tabs.length) return;
    for (const tab of tabs) {
      const panel = document.querySelector(`[data-tabpanel="${CSS.escape(tab.dataset.tab)}"]`);
      if (panel) { panel.id ||= `panel-${tab.dataset.tab}`; tab.setAttribute("aria-controls", panel.id); panel.setAttribute("role", "tabpanel"); panel.setAttribute("aria-labelledby", tab.id); panel.hidden = tab.getAttribute("aria-selected") !== "true"; }
      tab.tabIndex = tab.getAttribute("aria-selected") === "true" ? 0 : -1;
      tab.addEventListener("click", () => select(list, tab));
    }
    list.addEventListener("keydown", (event) => {
      const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
      if (!step) return;
      event.preventDefault();
      select(list, tabs[(tabs.indexOf(document.activeElement) + step + tabs.length) % tabs.length], true);
    });
    const named = tabs.find((tab) => `#${tab.dataset.tab}` === decodeURIComponent(location.hash));
    if (named) select(list, named);
  });
  once(root, "[data-scroll-now]", "scroll", (box) => {
    const now = box.querySelector("[aria-current]");
    if (now && box.scrollWidth > box.clientWidth) box.scrollLeft = now.offsetLeft - 100;
  });
}

document.addEventListener("keydown", (event) => {
  const digit = event.altKey && /^Digit([1-9])$/.exec(event.code)?.[1];
  if (!digit) return;
  const list = [...document.querySelectorAll("[data-tabs]")].find(isShown);
  const tab = list?.querySelectorAll("[role=tab], a")[digit - 1];
  if (tab) { event.preventDefault(); tab.click(); tab.focus?.(); }
});
