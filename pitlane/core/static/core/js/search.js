// The one search box: answers while typing, works by keyboard alone, and is a plain form without JavaScript.
import { announce, once } from "./dom.js";
import { openDrawer } from "./drawer.js";

const WAIT = 120;
let number = 0;

class Search {
  constructor(form) {
    this.form = form;
    this.input = form.querySelector("input[name=q]");
    this.panel = form.querySelector("[data-search-panel]");
    this.asked = "";
    this.wanted = null;
    this.panel.id ||= `search-panel-${(number += 1)}`;
    const aria = { role: "combobox", "aria-expanded": "false", "aria-autocomplete": "list", "aria-haspopup": "listbox" };
    Object.entries(aria).forEach(([name, value]) => this.input.setAttribute(name, value));
    this.input.addEventListener("input", () => this.later());
    this.input.addEventListener("focus", () => { if (this.rows().length && this.text()) this.show(true); });
    this.input.addEventListener("keydown", (event) => this.onKey(event));
    form.addEventListener("submit", (event) => { if (this.panel.hidden && this.text()) return; event.preventDefault(); });
    document.addEventListener("pointerdown", (event) => { if (!form.contains(event.target)) this.show(false); });
    this.panel.addEventListener("pointermove", (event) => { const row = event.target.closest("[role=option]"); if (row) this.choose(row, false); });
  }

  text() { return this.input.value.trim(); }
  rows() { return [...this.panel.querySelectorAll("[role=option]")]; }
  chosen() { return this.panel.querySelector("[role=option][aria-selected=true]"); }
  fresh() { return this.asked === this.text(); }

  show(open) {
    this.panel.hidden = !open;
    this.input.setAttribute("aria-expanded", String(open));
    if (!open) this.input.removeAttribute("aria-activedescendant");
  }

  later() {
    clearTimeout(this.timer);
    this.wanted = null;
    if (!this.text()) { this.stop?.abort(); this.asked = ""; this.panel.replaceChildren(); this.show(false); return; }
    this.timer = setTimeout(() => this.ask(), WAIT);
  }

  async ask() {
    clearTimeout(this.timer);
    this.stop?.abort();
    this.stop = new AbortController();
    const text = this.text();
    const url = new URL(this.form.action, location.href);
    url.searchParams.set("q", text);
    try {
      const answer = await fetch(url, { headers: { "HX-Request": "true" }, signal: this.stop.signal, credentials: "same-origin" });
      if (!answer.ok) throw new Error(String(answer.status));
      this.fill(await answer.text(), text);
    } catch (error) {
      if (error.name !== "AbortError") this.fail();
    }
  }

  fill(html, text) {
    if (text !== this.text()) return;
    this.panel.innerHTML = html;
    this.asked = text;
    const list = this.panel.querySelector("[role=listbox]");
    if (list) { list.id ||= `${this.panel.id}-list`; this.input.setAttribute("aria-controls", list.id); }
    this.rows().forEach((row, index) => { row.id = `${this.panel.id}-${index}`; row.setAttribute("aria-selected", "false"); });
    this.show(true);
    if (this.rows()[0]) this.choose(this.rows()[0]);
    announce(this.panel.querySelector("[data-summary]")?.textContent ?? "");
    if (this.wanted) this.go(this.wanted);
  }

  fail() {
    this.panel.replaceChildren(this.form.querySelector("[data-search-error]").content.cloneNode(true));
    this.asked = "";
    this.show(true);
  }

  choose(row, scroll = true) {
    this.rows().forEach((other) => other.setAttribute("aria-selected", String(other === row)));
    this.input.setAttribute("aria-activedescendant", row.id);
    if (scroll) row.scrollIntoView({ block: "nearest" });
  }

  move(step) {
    const all = this.rows();
    if (all.length) this.choose(all[(all.indexOf(this.chosen()) + step + all.length) % all.length]);
  }

  /** Open, check in or book the chosen row; typed ahead of the answer, it happens when the answer is there. */
  go(what) {
    if (!this.fresh()) { this.wanted = what; this.ask(); return; }
    const url = this.chosen()?.dataset[what];
    if (url && what === "book" && document.querySelector("[data-drawer-frame]")) { this.show(false); openDrawer(url, this.input); }
    else if (url) location.href = url;
    else if (what === "href" && !this.rows().length) this.show(true);
  }

  onKey(event) {
    if (event.isComposing) return;
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step) { event.preventDefault(); if (this.panel.hidden && this.rows().length) this.show(true); else this.move(step); return; }
    if (event.key === "Escape") { event.preventDefault(); event.stopPropagation(); if (this.panel.hidden) this.input.blur(); else this.show(false); return; }
    if (event.key === "Enter" && this.text()) { event.preventDefault(); this.go(event.ctrlKey || event.metaKey ? "checkin" : "href"); return; }
    if (event.key === "Tab" && !event.shiftKey && !this.panel.hidden && this.fresh() && this.chosen()?.dataset.book) { event.preventDefault(); this.go("book"); }
    else if (event.key === "Tab") this.show(false);
  }
}

export function enhance(root) {
  once(root, "form[data-search]", "search", (form) => new Search(form));
}
