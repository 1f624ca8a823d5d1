// Walk-around: a tap on the car puts a numbered mark; by keyboard one chooses the zone from the list.
import { once } from "./dom.js";

const SVG = "http://www.w3.org/2000/svg";

class Walkaround {
  constructor(box) {
    this.car = box.querySelector("svg");
    this.layer = this.car.querySelector("[data-marks]");
    this.store = box.querySelector("[data-store]");
    this.rows = box.querySelector("[data-rows]");
    this.row = box.querySelector("template[data-row]");
    this.zone = box.querySelector("[data-zone]");
    this.marks = JSON.parse(this.store.value || "[]");
    this.car.addEventListener("click", (event) => this.add(this.place(event)));
    box.querySelector("[data-add]").addEventListener("click", () => this.addZone());
    this.draw();
  }

  place(event) {
    const point = new DOMPoint(event.clientX, event.clientY).matrixTransform(this.car.getScreenCTM().inverse());
    const x = Math.round(point.x);
    const y = Math.round(point.y);
    return { x, y, zone: this.nearest(x, y) };
  }

  nearest(x, y) {
    const far = (option) => Math.hypot(option.dataset.x - x, option.dataset.y - y);
    return [...this.zone.options].filter((option) => option.dataset.x).reduce((best, option) => (far(option) < far(best) ? option : best)).value;
  }

  addZone() {
    const option = this.zone.selectedOptions[0];
    if (option?.dataset.x) this.add({ x: Number(option.dataset.x), y: Number(option.dataset.y), zone: option.value });
  }

  add(mark) {
    this.marks.push({ kind: "", note: "", ...mark });
    this.draw();
    this.rows.lastElementChild.querySelector("select, input").focus();
  }

  save() {
    this.store.value = JSON.stringify(this.marks.map((mark, index) => ({ n: index + 1, ...mark })));
    this.store.dispatchEvent(new Event("input", { bubbles: true }));
  }

  draw() {
    this.layer.replaceChildren(...this.marks.map((mark, index) => this.dot(mark, index + 1)));
    this.rows.replaceChildren(...this.marks.map((mark, index) => this.line(mark, index)));
    this.save();
  }

  dot(mark, number) {
    const group = document.createElementNS(SVG, "g");
    group.setAttribute("class", `is-${mark.family ?? "hold"}`);
    const circle = document.createElementNS(SVG, "circle");
    Object.entries({ cx: mark.x, cy: mark.y, r: 10.5, fill: "var(--k)", stroke: "var(--pl-surface)", "stroke-width": 2 }).forEach(([name, value]) => circle.setAttribute(name, value));
    const text = document.createElementNS(SVG, "text");
    Object.entries({ x: mark.x, y: mark.y + 4, "text-anchor": "middle", fill: "#fff", stroke: "none", "font-size": 12, "font-weight": 600 }).forEach(([name, value]) => text.setAttribute(name, value));
    text.textContent = number;
    group.append(circle, text);
    return group;
  }

  line(mark, index) {
    const row = this.row.content.firstElementChild.cloneNode(true);
    row.querySelector("em").textContent = index + 1;
    for (const field of row.querySelectorAll("[data-part]")) {
      field.value = mark[field.dataset.part] ?? "";
      field.addEventListener("change", () => { mark[field.dataset.part] = field.value; this.save(); });
    }
    row.querySelector("[data-remove]").addEventListener("click", () => { this.marks.splice(index, 1); this.draw(); });
    return row;
  }
}

export function enhance(root) {
  once(root, "[data-damage]", "damage", (box) => new Walkaround(box));
}
