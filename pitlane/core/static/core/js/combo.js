// Long selects become a field one can type into: Chinese, pinyin (data-pinyin on the option) or any part of the text.
import { once } from "./dom.js";

let number = 0;
const words = (option) => `${option.textContent} ${option.dataset.pinyin ?? ""}`.toLowerCase();

class Combo {
  constructor(select) {
    this.select = select;
    this.at = 0;
    const box = Object.assign(document.createElement("div"), { className: "pl-combo" });
    this.input = Object.assign(document.createElement("input"), { className: "pl-input", type: "text", autocomplete: "off", id: select.id, required: false });
    this.list = Object.assign(document.createElement("ul"), { className: "pl-combo__list", hidden: true, id: `combo-${(number += 1)}` });
    this.list.setAttribute("role", "listbox");
    const aria = { role: "combobox", "aria-expanded": "false", "aria-controls": this.list.id, "aria-autocomplete": "list" };
    Object.entries(aria).forEach(([name, value]) => this.input.setAttribute(name, value));
    for (const name of ["aria-describedby", "aria-invalid", "data-key", "data-key-label", "data-autofocus"]) if (select.hasAttribute(name)) this.input.setAttribute(name, select.getAttribute(name));
    select.id += "-select";
    select.hidden = true;
    select.removeAttribute("data-key");
    select.after(box);
    box.append(this.input, this.list);
    this.reset();
    this.input.addEventListener("focus", () => this.input.select());
    this.input.addEventListener("click", () => this.open(""));
    this.input.addEventListener("input", () => this.open(this.input.value));
    this.input.addEventListener("keydown", (event) => this.onKey(event));
    this.input.addEventListener("blur", () => setTimeout(() => { this.close(); this.reset(); }, 120));
    this.list.addEventListener("pointerdown", (event) => { event.preventDefault(); const row = event.target.closest("li"); if (row) this.take(this.shown[[...this.list.children].indexOf(row)]); });
  }

  reset() { this.input.value = this.select.value === "" ? "" : this.select.selectedOptions[0]?.textContent ?? ""; this.input.placeholder = this.select.querySelector("option[value='']")?.textContent ?? ""; }

  open(text) {
    const wanted = text.trim().toLowerCase();
    this.shown = [...this.select.options].filter((option) => option.value !== "" || !this.select.required).filter((option) => words(option).includes(wanted)).slice(0, 60);
    this.at = 0;
    this.draw();
  }

  draw() {
    this.list.replaceChildren(...this.shown.map((option, index) => {
      const row = Object.assign(document.createElement("li"), { textContent: option.textContent, id: `${this.list.id}-${index}` });
      row.setAttribute("role", "option");
      row.setAttribute("aria-selected", String(index === this.at));
      return row;
    }));
    this.list.hidden = !this.shown.length;
    this.input.setAttribute("aria-expanded", String(!this.list.hidden));
    if (this.shown.length) { this.input.setAttribute("aria-activedescendant", `${this.list.id}-${this.at}`); this.list.children[this.at].scrollIntoView({ block: "nearest" }); }
  }

  close() { this.list.hidden = true; this.input.setAttribute("aria-expanded", "false"); this.input.removeAttribute("aria-activedescendant"); }

  take(option) {
    if (!option) return;
    this.select.value = option.value;
    this.reset();
    this.close();
    this.select.dispatchEvent(new Event("change", { bubbles: true }));
  }

  onKey(event) {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step) {
      event.preventDefault();
      if (this.list.hidden) this.open("");
      else { this.at = (this.at + step + this.shown.length) % this.shown.length; this.draw(); }
    } else if (event.key === "Enter" && !this.list.hidden) { event.preventDefault(); this.take(this.shown[this.at]); }
    else if (event.key === "Escape" && !this.list.hidden) { event.preventDefault(); event.stopPropagation(); this.close(); this.reset(); }
    else if (event.key === "Tab" && !this.list.hidden && this.input.value.trim()) this.take(this.shown[this.at]);
  }
}

export function enhance(root) {
  once(root, "select[data-combo]:not([multiple])", "combo", (select) => new Combo(select));
}
