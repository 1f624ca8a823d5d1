// Boards stay fresh: ask with the last ETag, replace only what changed, rest while nobody looks.
import { once } from "./dom.js";

async function ask(element, state) {
  const headers = { "HX-Request": "true", ...(state.tag ? { "If-None-Match": state.tag } : {}) };
  const answer = await fetch(element.dataset.poll, { headers, cache: "no-store", credentials: "same-origin" });
  if (answer.status !== 200 || answer.redirected) return;
  state.tag = answer.headers.get("ETag") ?? "";
  const html = await answer.text();
  if (html === state.html || element.contains(document.activeElement)) return;
  state.html = html;
  element.innerHTML = html;
  globalThis.htmx?.process(element);
  element.dispatchEvent(new CustomEvent("pl:content", { bubbles: true }));
}

export function enhance(root) {
  once(root, "[data-poll]", "poll", (element) => {
    const state = { tag: element.dataset.etag ?? "", html: "" };
    const every = 1000 * Number(element.dataset.every || 15);
    const timer = setInterval(() => {
      if (!element.isConnected) clearInterval(timer);
      else if (!document.hidden) ask(element, state).catch(() => {});
    }, every);
  });
}
