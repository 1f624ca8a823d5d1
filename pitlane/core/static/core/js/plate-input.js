// Plates are typed with a province grid first, then letters and digits; I and O do not exist.
import { once } from "./dom.js";

const PROVINCES = "京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼"; // zh-data
const LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZ";
const REST = "1234567890" + LETTERS;
const TAILS = "学挂警港澳使领"; // zh-data
const touch = () => matchMedia("(pointer: coarse)").matches || document.documentElement.dataset.density === "touch";

export function clean(text, province = "") {
  let plate = text.toUpperCase().replace(/[\s·.\-]/g, "").replace(/[０-９Ａ-Ｚ]/g, (char) => String.fromCharCode(char.charCodeAt(0) - 0xfee0));
  if (province && /^[A-HJ-NP-Z]$/.test(plate)) plate = province + plate;
  return plate.slice(0, 1) + plate.slice(1).replace(/I/g, "1").replace(/O/g, "0");
}

function keysFor(value) {
  if (!value) return PROVINCES;
  if (!touch()) return "";
  return value.length === 1 ? LETTERS : value.length < 6 ? REST : REST + TAILS;
}

function problem(input) {
  const text = input.value;
  if (!text || !PROVINCES.includes(text[0])) return "";
  const left = 7 - text.length;
  return left > 0 ? (input.dataset.short ?? "").replace("{n}", left) : "";
}

function draw(input, box) {
  const keys = keysFor(input.value);
  box.hidden = !keys;
  box.replaceChildren(...[...keys].map((char) => Object.assign(document.createElement("button"), { type: "button", textContent: char, tabIndex: -1 })));
}

export function enhance(root) {
  once(root, "input[data-plate]", "plate", (input) => {
    const box = Object.assign(document.createElement("div"), { className: "pl-platekeys", hidden: true });
    box.setAttribute("role", "group");
    box.setAttribute("aria-label", input.dataset.keys ?? "");
    input.after(box);
    input.maxLength = 8;
    const changed = () => { input.setCustomValidity(problem(input)); if (document.activeElement === input) draw(input, box); };
    input.addEventListener("input", (event) => {
      if (event.isComposing) return;
      const typing = input.value.length > (input.dataset.before ?? "").length;
      input.value = clean(input.value, typing ? input.dataset.province : "");
      input.dataset.before = input.value;
      changed();
    });
    input.addEventListener("compositionend", () => input.dispatchEvent(new Event("input", { bubbles: true })));
    input.addEventListener("focus", () => draw(input, box));
    input.addEventListener("blur", () => setTimeout(() => { if (document.activeElement !== input) box.hidden = true; }, 120));
    box.addEventListener("pointerdown", (event) => event.preventDefault());
    box.addEventListener("click", (event) => {
      if (event.target.tagName !== "BUTTON") return;
      input.value += event.target.textContent;
      input.dispatchEvent(new Event("input", { bubbles: true }));
      input.focus();
    });
    input.setCustomValidity(problem(input));
  });
}
