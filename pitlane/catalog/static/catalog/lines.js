// Documents with several lines: one more empty line at the end. Without this script the page offers spare lines.
import { once } from "../core/js/dom.js";

function addLine(button) {
  const box = button.closest("[data-linebox]");
  const total = box.querySelector("input[name$=-TOTAL_FORMS]");
  const rows = box.querySelector("[data-lines]");
  rows.insertAdjacentHTML("beforeend", box.querySelector("template[data-line]").innerHTML.replaceAll("__prefix__", total.value));
  total.value = String(Number(total.value) + 1);
  rows.lastElementChild.dispatchEvent(new CustomEvent("pl:content", { bubbles: true }));
  rows.lastElementChild.querySelector("input:not([type=hidden])")?.focus();
}

const enhance = (root) => once(root, "button[data-add-line]", "add-line", (button) => button.addEventListener("click", () => addLine(button)));

enhance(document);
document.addEventListener("pl:content", (event) => enhance(event.target));
