// The add-line box: suggestions while typing, arrows choose, Enter adds. Without JavaScript Enter adds the first match.
const WAIT = 140;

function start(form) {
  const input = form.querySelector("input[name=q]");
  const panel = form.querySelector("[data-addline-panel]");
  let timer = 0;
  let asked = "";
  const rows = () => [...panel.querySelectorAll("[role=option]")];
  const chosen = () => panel.querySelector("[role=option][aria-selected=true]");
  const show = (open) => { panel.hidden = !open; input.setAttribute("aria-expanded", String(open)); };
  const choose = (row) => { rows().forEach((other) => other.setAttribute("aria-selected", String(other === row))); row?.scrollIntoView({ block: "nearest" }); };

  Object.entries({ role: "combobox", "aria-autocomplete": "list", "aria-expanded": "false" }).forEach(([name, value]) => input.setAttribute(name, value));

  async function ask() {
    const text = input.value.trim();
    if (!text) { asked = ""; panel.replaceChildren(); show(false); return; }
    const url = new URL(form.dataset.addline, location.href);
    url.searchParams.set("q", text);
    const answer = await fetch(url, { headers: { "HX-Request": "true" }, credentials: "same-origin" });
    if (!answer.ok || text !== input.value.trim()) return;
    panel.innerHTML = await answer.text();
    asked = text;
    show(true);
  }

  input.addEventListener("input", () => { clearTimeout(timer); timer = setTimeout(ask, WAIT); });
  input.addEventListener("keydown", (event) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    const all = rows();
    if (step && all.length) { event.preventDefault(); show(true); choose(all[(all.indexOf(chosen()) + step + all.length) % all.length]); }
    if (event.key === "Escape" && !panel.hidden) { event.preventDefault(); event.stopPropagation(); show(false); }
    if (event.key === "Enter" && asked === input.value.trim() && chosen()) { event.preventDefault(); form.requestSubmit(chosen()); }
  });
  document.addEventListener("pointerdown", (event) => { if (!form.contains(event.target)) show(false); });
}

document.querySelectorAll("form[data-addline]").forEach(start);
document.querySelectorAll("[data-focus]").forEach((button) => button.addEventListener("click", () => document.querySelector(button.dataset.focus)?.focus()));
