// Suggestions while a part is typed (code, OEM number, barcode, name, pinyin).
import { once } from "../core/js/dom.js";

let number = 0;

class Finder {
  constructor(input) {
    this.input = input;
    this.shown = [];
    this.at = 0;
    this.list = Object.assign(document.createElement("ul"), { className: "pl-combo__list", hidden: true, id: `parts-${(number += 1)}` });
    this.list.setAttribute("role", "listbox");
    const box = Object.assign(document.createElement("div"), { className: "pl-combo" });
    input.replaceWith(box);
    box.append(input, this.list);
    const aria = { role: "combobox", "aria-expanded": "false", "aria-controls": this.list.id, "aria-autocomplete": "list" };
    Object.entries(aria).forEach(([name, value]) => input.setAttribute(name, value));
    input.addEventListener("input", () => { clearTimeout(this.wait); this.wait = setTimeout(() => this.ask(), 120); });
    input.addEventListener("keydown", (event) => this.onKey(event));
    input.addEventListener("blur", () => setTimeout(() => this.close(), 150));
    this.list.addEventListener("pointerdown", (event) => {
      event.preventDefault();
      const row = event.target.closest("li");
      if (row) this.take(this.shown[[...this.list.children].indexOf(row)]);
    });
  }

  async ask() {
    const text = this.input.value.trim();
    if (!text) { this.close(); return; }
    const answer = await fetch(`/parts/find?q=${encodeURIComponent(text)}`, { credentials: "same-origin" });
    if (!answer.ok || text !== this.input.value.trim()) return;
    this.shown = (await answer.json()).parts;
    this.at = 0;
    this.draw();
  }

  draw() {
    this.list.replaceChildren(...this.shown.map((part, index) => {
      const row = Object.assign(document.createElement("li"), { id: `${this.list.id}-${index}` });
      const small = Object.assign(document.createElement("small"), { className: "pl-3rd", textContent: ` ${part.detail} · ${part.available} ${part.unit}` });
      row.append(`${part.code} ${part.name}`, document.createElement("br"), small);
      row.setAttribute("role", "option");
      row.setAttribute("aria-selected", String(index === this.at));
      return row;
    }));
    this.list.hidden = !this.shown.length;
    this.input.setAttribute("aria-expanded", String(!this.list.hidden));
    if (this.shown.length) {
      this.input.setAttribute("aria-activedescendant", `${this.list.id}-${this.at}`);
      this.list.children[this.at].scrollIntoView({ block: "nearest" });
    }
  }

  close() { this.list.hidden = true; this.input.setAttribute("aria-expanded", "false"); this.input.removeAttribute("aria-activedescendant"); }

  take(part) {
    if (!part) return;
    this.input.value = `${part.code} ${part.name}`;
    const bin = this.input.closest("tr")?.querySelector("input[name$=-bin]");
    if (bin && !bin.value) bin.value = part.bin;
    this.close();
    this.input.dispatchEvent(new Event("change", { bubbles: true }));
  }

  onKey(event) {
    if (this.list.hidden) return;
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step) { event.preventDefault(); this.at = (this.at + step + this.shown.length) % this.shown.length; this.draw(); }
    else if (event.key === "Enter" || event.key === "Tab") { if (event.key === "Enter") event.preventDefault(); this.take(this.shown[this.at]); }
    else if (event.key === "Escape") { event.preventDefault(); event.stopPropagation(); this.close(); }
  }
}

function enhance(root) {
  once(root, "input[data-part-find]", "part-find", (input) => new Finder(input));
}

enhance(document);
document.addEventListener("pl:content", (event) => enhance(event.target));
