// A visit is moved by drag or by arrows. The server says what stands against the new place before anything is saved.
const grid = document.querySelector("[data-calendar]");
const says = document.querySelector("[data-calendar-says]");
const QUARTER = 15 * 60_000;
const begins = grid ? Date.parse(grid.dataset.begins) : 0;
const length = grid ? Date.parse(grid.dataset.ends) - begins : 1;
let held = null;

const lines = () => [...grid.querySelectorAll("[data-line]")];

function say(text, family = "", others = []) {
  says.textContent = text;
  says.className = `ap-says ${family ? `is-${family}` : ""}`;
  for (const [iso, label] of others) {
    const button = Object.assign(document.createElement("button"), { type: "button", className: "pl-btn pl-btn--sm", textContent: label });
    button.addEventListener("click", () => { if (held) { held.start = Date.parse(iso); held.line = held.home; save(); } });
    says.append(button);
  }
}

function take(card) {
  if (held?.card === card) return held;
  if (held) back();
  const home = card.closest("[data-line]");
  held = { card, home, line: home, start: Date.parse(card.dataset.start), first: Date.parse(card.dataset.start), style: card.style.left, order: 0 };
  return held;
}

function back() {
  held.card.style.left = held.style;
  held.home.append(held.card);
  held.card.classList.remove("is-moving", "is-stuck");
  held = null;
  say("");
}

function draw() {
  held.card.style.left = `${(100 * (held.start - begins)) / length}%`;
  if (held.card.parentElement !== held.line) { held.line.append(held.card); held.card.focus(); }
  held.card.classList.add("is-moving");
}

/** Wall time with the offset of the page: the server stores moments. */
const iso = (moment) => new Date(moment).toISOString().replace("Z", "+00:00");

function wanted() {
  const asked = new URLSearchParams({ start: iso(held.start) });
  if (held.line !== held.home) asked.set(grid.dataset.by, held.line.dataset.ref);
  return asked;
}

async function ask() {
  const order = ++held.order, mine = held;
  const answer = await fetch(`${held.card.dataset.check}?${wanted()}`, { headers: { Accept: "application/json" } });
  if (held !== mine || order !== held.order || !answer.ok) return null;
  const found = await answer.json();
  held.card.classList.toggle("is-stuck", !found.fits);
  say(found.fits ? `${found.when} · ${held.line.dataset.name} · ${grid.dataset.fits}` : `${found.when} · ${found.reasons.join("；")}`, found.fits ? "" : "bad", found.others ?? []);
  return found.fits;
}

async function save() {
  const { card } = held;
  say(grid.dataset.saving);
  const body = wanted();
  body.set("version", card.dataset.version);
  const token = document.cookie.match(/csrftoken=([^;]+)/)?.[1] ?? document.querySelector("[name=csrfmiddlewaretoken]")?.value ?? JSON.parse(document.body.getAttribute("hx-headers") ?? "{}")["X-CSRFToken"] ?? "";
  try {
    const answer = await fetch(card.dataset.place, { method: "POST", body, headers: { "X-CSRFToken": token } });
    const said = await answer.json();
    if (answer.ok) { location.reload(); return; }
    say(said.error ?? grid.dataset.failed, "bad");
  } catch {
    say(grid.dataset.failed, "bad");
  }
}

if (grid?.dataset.may) {
  grid.addEventListener("pointerdown", (event) => {
    const card = event.target.closest("[data-visit]");
    if (!card || event.button) return;
    const from = { x: event.clientX, y: event.clientY }, at = Date.parse(card.dataset.start);
    let moved = false;
    card.setPointerCapture(event.pointerId);
    const onMove = (next) => {
      if (!moved && Math.hypot(next.clientX - from.x, next.clientY - from.y) < 6) return;
      moved = true;
      take(card);
      const wide = held.home.getBoundingClientRect().width;
      const step = Math.round((((next.clientX - from.x) / wide) * length) / QUARTER) * QUARTER;
      const over = lines().find((line) => { const box = line.getBoundingClientRect(); return next.clientY >= box.top && next.clientY <= box.bottom; });
      held.start = Math.round((at + step) / QUARTER) * QUARTER;
      if (over && over.dataset.ref) held.line = over;
      card.style.left = `${(100 * (held.start - begins)) / length}%`;
      card.style.transform = over && over !== held.home ? `translateY(${over.getBoundingClientRect().top - held.home.getBoundingClientRect().top}px)` : "";
      card.classList.add("is-moving");
    };
    const onUp = async () => {
      card.removeEventListener("pointermove", onMove);
      card.style.transform = "";
      if (!moved) return;
      card.addEventListener("click", (click) => click.preventDefault(), { once: true });
      draw();
      if (await ask()) save();
    };
    card.addEventListener("pointermove", onMove);
    card.addEventListener("pointerup", onUp, { once: true });
    card.addEventListener("pointercancel", onUp, { once: true });
  });
  grid.addEventListener("dragstart", (event) => event.preventDefault());
  grid.addEventListener("keydown", (event) => {
    const card = event.target.closest("[data-visit]");
    if (!card) return;
    const step = { ArrowLeft: -QUARTER, ArrowRight: QUARTER }[event.key];
    const row = event.shiftKey ? { ArrowUp: -1, ArrowDown: 1 }[event.key] : 0;
    if (step || row) {
      event.preventDefault();
      take(card);
      if (step) held.start += step;
      else {
        const all = lines().filter((line) => line.dataset.ref);
        held.line = all[(all.indexOf(held.line) + row + all.length) % all.length] ?? held.line;
      }
      draw();
      ask();
    } else if (event.key === "Enter" && held?.card === card) { event.preventDefault(); save(); }
    else if (event.key === "Escape" && held?.card === card) { event.preventDefault(); event.stopPropagation(); back(); card.focus(); }
  });
}
