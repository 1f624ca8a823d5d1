// Toasts: one line, bottom centre. What can be undone stays ten seconds, the rest five.
import { announce, once } from "./dom.js";

function fade(toast) {
  const wait = toast.querySelector("form:not([hidden])") ? 10000 : 5000;
  let timer = setTimeout(() => toast.remove(), wait);
  toast.addEventListener("pointerenter", () => clearTimeout(timer));
  toast.addEventListener("focusin", () => clearTimeout(timer));
  toast.addEventListener("pointerleave", () => { timer = setTimeout(() => toast.remove(), wait); });
}

export function toast(text, { undo = "", family = "" } = {}) {
  const template = document.querySelector("[data-toast-template]");
  const box = document.querySelector("[data-toasts]");
  if (!template || !box) return;
  const made = template.content.firstElementChild.cloneNode(true);
  made.querySelector("[data-text]").textContent = text;
  if (family) made.dataset.family = family;
  const form = made.querySelector("form");
  if (undo) { form.hidden = false; form.action = undo; }
  box.append(made);
  announce(text);
  fade(made);
}

export function enhance(root) {
  once(root, "[data-toast]", "toast", fade);
  once(root, "[data-announce]", "announce", (element) => announce(element.textContent.trim()));
}

document.addEventListener("toast", (event) => toast(event.detail.text ?? event.detail.value, event.detail));
document.addEventListener("keydown", (event) => {
  if (!(event.ctrlKey || event.metaKey) || event.key.toLowerCase() !== "z" || event.target.closest("input, textarea")) return;
  const form = [...document.querySelectorAll("[data-toast] form:not([hidden])")].pop();
  if (form) { event.preventDefault(); form.requestSubmit(); }
});
