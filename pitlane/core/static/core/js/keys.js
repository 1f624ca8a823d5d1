// Shortcuts come from data-key attributes, so that a page offers exactly what it shows. "F2", "n", "g c", "Ctrl+k"; commas separate alternatives.
import { isShown, isWriting, once } from "./dom.js";

let prefix = "";
let prefixTimer = 0;

const lettersOff = () => document.body.dataset.singleKeys === "off";
const bindings = () => [...document.querySelectorAll("[data-key]")].flatMap((element) => element.dataset.key.split(",").map((key) => ({ key: key.trim(), element })));

/** The key as written on the cap, also while a Chinese input method swallows it. */
function keyName(event) {
  if (event.key.length === 1 && event.key > " " && event.key <= "~") return event.key.toLowerCase();
  const byCode = { Slash: event.shiftKey ? "?" : "/", BracketLeft: "[", BracketRight: "]" };
  if (event.key === "Process" || event.key === "Unidentified" || event.key.length === 1) return byCode[event.code] ?? (/^Key[A-Z]$/.test(event.code) ? event.code[3].toLowerCase() : event.key);
  return event.key;
}

function pressed(event) {
  const ctrl = event.ctrlKey || event.metaKey ? "Ctrl+" : "";
  const alt = event.altKey ? "Alt+" : "";
  return ctrl + alt + keyName(event);
}

function run(element) {
  if (element.getAttribute("aria-disabled") === "true") return;
  if (element.matches("input, select, textarea") && !element.matches("[type=submit], [type=button]")) { element.focus(); element.select?.(); return; }
  element.click();
}

function find(name) {
  const scope = [...document.querySelectorAll("dialog[open]")].pop() ?? document;
  const usable = bindings().filter(({ element }) => scope.contains(element) && (isShown(element) || element.closest("details") || element.hasAttribute("data-key-anywhere")));
  return usable.find(({ key }) => key.toLowerCase() === name.toLowerCase())?.element;
}

function sequence(name) {
  const whole = prefix ? `${prefix} ${name}` : name;
  const starts = bindings().some(({ key }) => key.startsWith(`${whole} `));
  clearTimeout(prefixTimer);
  prefix = starts ? whole : "";
  if (starts) prefixTimer = setTimeout(() => { prefix = ""; }, 1200);
  return starts ? null : find(whole);
}

function save(event) {
  const form = event.target.closest?.("form") ?? [...document.querySelectorAll("dialog[open] form[data-form], form[data-form]")].filter(isShown)[0];
  if (!form) return;
  event.preventDefault();
  form.requestSubmit(form.querySelector(".pl-btn--primary:not([type=button])") ?? undefined);
}

function escape(event) {
  if (document.querySelector("dialog[open], details[data-menu][open]")) return;
  if (isWriting(event.target)) { event.target.blur(); return; }
  document.querySelector("[data-back]")?.click();
}

function helpRows() {
  const rows = new Map();
  for (const { key, element } of bindings()) {
    if (element.hasAttribute("data-key-anywhere") || element.closest(".pl-rail, .pl-top")) continue;
    const label = element.dataset.keyLabel || element.getAttribute("aria-label") || [...element.childNodes].filter((node) => node.nodeType === 3).map((node) => node.textContent.trim()).join("") || element.textContent.trim();
    if (label && !rows.has(label)) rows.set(label, key);
  }
  return rows;
}

function openHelp() {
  const dialog = document.querySelector("[data-keys-dialog]");
  if (!dialog || dialog.open) return;
  const list = dialog.querySelector("[data-keys-list]");
  list.replaceChildren(...[...helpRows()].map(([label, key]) => {
    const row = document.createElement("li");
    const caps = document.createElement("span");
    caps.className = "pl-keys";
    caps.append(...key.split(" ").map((cap) => Object.assign(document.createElement("kbd"), { className: "pl-kbd", textContent: cap.length === 1 ? cap.toUpperCase() : cap })));
    row.append(label, caps);
    return row;
  }));
  dialog.showModal();
}

function onKey(event) {
  if (event.defaultPrevented) return;
  const name = pressed(event);
  if (name === "Ctrl+s") return save(event);
  if (name === "Escape") return escape(event);
  const plain = name.length === 1;
  if (plain && (isWriting(event.target) || lettersOff())) return;
  if (name === "?") { event.preventDefault(); return openHelp(); }
  const target = plain ? sequence(name) : find(name);
  if (!target) return;
  event.preventDefault();
  run(target);
}

export function enhance(root) {
  once(root, "[data-keys-open]", "keys", (button) => button.addEventListener("click", openHelp));
  once(root, "a[data-prev]", "keys", (link) => { link.dataset.key ||= "["; });
  once(root, "a[data-next]", "keys", (link) => { link.dataset.key ||= "]"; });
  once(root, "[data-key]", "aria", (element) => element.setAttribute("aria-keyshortcuts", element.dataset.key.replaceAll(",", " ").replaceAll("Ctrl", "Control")));
}

document.addEventListener("keydown", onKey);
