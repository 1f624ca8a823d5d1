// Lists by keyboard: J/K move the cursor, X ticks, Enter opens, Space looks inside. A click on a row looks inside too.
import { isShown, isWriting, once, post } from "./dom.js";
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
  if (row.dataset.peek && document.querySelector("[data-drawer-frame]")) openDrawer(row.dataset.peek, row.querySelector("td a"), row.dataset.peek === row.dataset.href ? "HX-Peek" : "HX-Request");
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
      if (!row || event.target.closest("a, button, input, label, details, form") || getSelection().toString()) return;
      look(row);
    });
    if (table.dataset.list) sessionStorage.setItem("pl-records", JSON.stringify(rowsOf(table).map((row) => row.dataset.href).filter(Boolean)));
    freeze(table);
    new ResizeObserver(() => freeze(table)).observe(table);
  });
}

/** The first two columns stay in sight: each sticks where the one before it ends. */
function freeze(table) {
  let left = 0;
  const cells = [...(table.tHead?.rows[0]?.cells ?? [])];
  const last = cells[0]?.querySelector("input") ? 3 : 2;
  cells.slice(0, last).forEach((cell, place) => { table.style.setProperty(`--f${place + 1}`, `${left}px`); left += cell.offsetWidth; });
}

/** An order chosen by a click on a head is kept for the next visit; the link itself works without this. */
document.addEventListener("click", (event) => {
  const link = event.target.closest?.("a[data-sort]");
  const form = document.querySelector(".pl-lcols form");
  if (!link || !form) return;
  const data = new FormData();
  data.append("order", link.dataset.sort);
  post(form.action, data, { keepalive: true }).catch(() => {});
});

/** [ and ] walk through the records of the list that was looked at last. */
function neighbour(step) {
  if (document.querySelector("[data-prev], [data-next]")) return;
  const records = JSON.parse(sessionStorage.getItem("pl-records") ?? "[]");
  const at = records.indexOf(location.pathname);
  const target = at < 0 ? undefined : records[at + step];
  if (target) location.href = target;
}

document.addEventListener("keydown", (event) => {
  if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || isWriting(event.target) || document.querySelector("dialog[open]")) return;
  if (document.body.dataset.singleKeys === "off" && event.key.length === 1 && event.key !== " ") return;
  if (event.key === "[" || event.key === "]") return neighbour(event.key === "]" ? 1 : -1);
  const table = [...document.querySelectorAll("table[data-table]")].find(isShown);
  if (table && act(event, table)) event.preventDefault();
});
