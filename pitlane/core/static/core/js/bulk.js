// Ticking rows raises the bulk bar; "select all n" is a second, explicit click.
import { once } from "./dom.js";

const boxes = () => [...document.querySelectorAll("input[type=checkbox][form=bulk][name]")];

function refresh(bar) {
  const all = boxes();
  const ticked = all.filter((box) => box.checked);
  const every = bar.querySelector("[data-bulk-all-input]").value === "1";
  bar.hidden = !ticked.length;
  bar.querySelector("[data-bulk-count]").textContent = every ? bar.querySelector("[data-bulk-all]").dataset.total : ticked.length;
  all.forEach((box) => box.closest("tr")?.setAttribute("aria-selected", String(box.checked)));
  const head = document.querySelector("[data-check-all]");
  if (head) { head.checked = Boolean(all.length) && ticked.length === all.length; head.indeterminate = Boolean(ticked.length) && !head.checked; }
}

export function enhance(root) {
  once(root, "form[data-bulk]", "bulk", (bar) => {
    const setAll = (on) => { bar.querySelector("[data-bulk-all-input]").value = on ? "1" : ""; };
    const clear = () => { if (bar.contains(document.activeElement)) document.activeElement.blur(); boxes().forEach((box) => { box.checked = false; }); setAll(false); refresh(bar); };
    document.addEventListener("change", (event) => {
      if (event.target.matches("[data-check-all]")) boxes().forEach((box) => { box.checked = event.target.checked; });
      else if (!event.target.matches("[form=bulk]")) return;
      setAll(false);
      refresh(bar);
    });
    bar.querySelector("[data-bulk-all]")?.addEventListener("click", () => { boxes().forEach((box) => { box.checked = true; }); setAll(true); refresh(bar); });
    bar.querySelector("[data-bulk-clear]").addEventListener("click", clear);
    document.addEventListener("keydown", (event) => { if (event.key === "Escape" && !bar.hidden && !document.querySelector("dialog[open]")) { event.preventDefault(); clear(); } });
    refresh(bar);
  });
}
