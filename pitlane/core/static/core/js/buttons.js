// Print, copy, share, show a password: small buttons without a page of their own.
import { once } from "./dom.js";
import { toast } from "./toast.js";

async function copy(button, text = button.dataset.copy) {
  await navigator.clipboard.writeText(text);
  if (button.dataset.done) toast(button.dataset.done);
}

async function share(button) {
  const url = new URL(button.dataset.share, location.href).href;
  if (navigator.share) await navigator.share({ title: document.title, url }).catch(() => {});
  else await copy(button, url);
}

function reveal(button) {
  const input = button.parentElement.querySelector("input");
  input.type = input.type === "password" ? "text" : "password";
  button.setAttribute("aria-pressed", String(input.type === "text"));
}

export function enhance(root) {
  once(root, "[data-print]", "print", (button) => button.addEventListener("click", () => print()));
  once(root, "[data-copy]", "copy", (button) => button.addEventListener("click", () => copy(button)));
  once(root, "[data-share]", "share", (button) => button.addEventListener("click", () => share(button)));
  once(root, "[data-reveal-password]", "reveal", (button) => button.addEventListener("click", () => reveal(button)));
}
