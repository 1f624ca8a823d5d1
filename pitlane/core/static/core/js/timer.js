// The terminal's clock: time on the job counts up, the wall clock shows now.
import { once } from "./dom.js";

const two = (value) => String(value).padStart(2, "0");

function elapsed(element) {
  const base = Number(element.dataset.base || 0);
  const seconds = Math.max(0, Math.floor(base + (element.dataset.timer ? (Date.now() - Date.parse(element.dataset.timer)) / 1000 : 0)));
  element.textContent = `${Math.floor(seconds / 3600)}:${two(Math.floor(seconds / 60) % 60)}:${two(seconds % 60)}`;
}

function wall(element) {
  const now = new Date();
  element.textContent = `${two(now.getHours())}:${two(now.getMinutes())}`;
}

function every(element, seconds, tick) {
  tick(element);
  const timer = setInterval(() => { if (element.isConnected) tick(element); else clearInterval(timer); }, seconds * 1000);
}

export function enhance(root) {
  once(root, "[data-timer]", "timer", (element) => every(element, 1, elapsed));
  once(root, "[data-clock]", "clock", (element) => every(element, 10, wall));
}
