// Lists by keyboard: J/K move the cursor, X ticks, Enter opens, Space looks inside. A click on a row looks inside too.
import { isShown, isWriting, once } from "./dom.js";
import { openDrawer } from "./drawer.js";

const rowsOf = (table) => [...table.tBodies].flatMap((part) => [...part.rows]).filter((row) => row.dataset.href || row.querySelector("input[type=checkbox]"));
const current = (table) => table.querySelector("tr[data-cursor]");

function setCursor(table, row) {
  if (!row) return;
  current(table)?.removeAttribute("data-cursor");
  row.setAttribute("data-cursor", "");
  row.scrollIntoView({ block: "nearest" });
  row.querySelector("a")?.focus({ preventScroll: true });
}

function look(row) {
  if (row.dataset.peek && document.querySelector("[data-drawer-frame]")) openDrawer(row.dataset.peek, row.querySelector("a"));
  else if (row.dataset.href) location.href = row.dataset.href;
}

function act(event, table) {
  const rows = rowsOf(table);
  const row = current(table);
  const at = rows.indexOf(row);
  const moves = { j: at + 1, k: at - 1 };
  const key = event.key.toLowerCase();
  if (key in moves) return setCursor(table, rows[Math.max(0, Math.min(rows.length - 1, moves[key]))]), true;
  if (!row) return false;
  if (key === "x") return row.querySelector("input[type=checkbox]")?.click(), true;
  if (event.target.closest?.("a, button, summary") && !row.contains(event.target)) return false;
  if (key === "enter" && row.dataset.href && !event.target.closest("a, button")) return (location.href = row.dataset.href), true;
  if (key === " " && !event.target.closest("button, input, summary")) return look(row), true;
  return false;
}

export function enhance(root) {
  once(root, "table[data-table]", "table", (table) => {
    table.addEventListener("click", (event) => {
      const row = event.target.closest("tr[data-href], tr[data-peek]");
      if (!row || event.target.closest("a, button, input, label, summary, form") || getSelection().toString()) return;
      look(row);
    });
  });
}

document.addEventListener("keydown", (event) => {
  if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || isWriting(event.target) || document.querySelector("dialog[open]")) return;
  if (document.body.dataset.singleKeys === "off" && event.key.length === 1 && event.key !== " ") return;
  const table = [...document.querySelectorAll("table[data-table]")].find(isShown);
  if (table && act(event, table)) event.preventDefault();
});
