// The terminal's clock: time on the job counts up, the wall clock shows now.
import { once } from "./dom.js";

const two = (value) => String(value).padStart(2, "0");

function elapsed(element) {
  const base = Number(element.dataset.base || 0);
  const seconds = Math.max(0, Math.floor(base + (element.dataset.timer ? (Date.now() - Date.parse(element.dataset.timer)) / 1000 : 0)));
  element.textContent = `${Math.floor(seconds / 3600)}:${two(Math.floor(seconds / 60) % 60)}:${two(seconds % 60)}`;
}

// The shop's time, also on a device that was set up elsewhere.
const shop = new Intl.DateTimeFormat("en-GB", { hour: "2-digit", minute: "2-digit", timeZone: document.documentElement.dataset.zone });

function wall(element) {
  element.textContent = shop.format(new Date());
}

function every(element, seconds, tick) {
  tick(element);
  const timer = setInterval(() => { if (element.isConnected) tick(element); else clearInterval(timer); }, seconds * 1000);
}

export function enhance(root) {
  once(root, "[data-timer]", "timer", (element) => every(element, 1, elapsed));
  once(root, "[data-clock]", "clock", (element) => every(element, 10, wall));
}
