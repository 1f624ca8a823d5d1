// Small tools shared by the modules.
const seen = new WeakMap();

/** Run fn once for each match of selector in root, however often the page is enhanced. */
export function once(root, selector, key, fn) {
  const found = [...root.querySelectorAll(selector)];
  if (root instanceof Element && root.matches(selector)) found.unshift(root);
  for (const element of found) {
    const done = seen.get(element) ?? new Set();
    if (done.has(key)) continue;
    seen.set(element, done.add(key));
    fn(element);
  }
}

/** Tell people who listen instead of looking. */
export function announce(text) {
  const live = document.querySelector("[data-live]");
  if (live) { live.textContent = ""; requestAnimationFrame(() => { live.textContent = text; }); }
}

export function csrfToken() {
  const headers = document.body.getAttribute("hx-headers");
  return headers ? JSON.parse(headers)["X-CSRFToken"] : document.querySelector("[name=csrfmiddlewaretoken]")?.value;
}

export function post(url, data, more = {}) {
  return fetch(url, { method: "POST", body: data, headers: { "X-CSRFToken": csrfToken(), "HX-Request": "true" }, credentials: "same-origin", ...more });
}

/** Is the person writing? Then single letters are letters. */
export function isWriting(element) {
  return Boolean(element?.closest?.("input:not([type=checkbox], [type=radio], [type=button], [type=submit]), textarea, select, [contenteditable=true]"));
}

export const isShown = (element) => Boolean(element.getClientRects().length);

export function icon(name, size = "md") {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  svg.setAttribute("class", `pl-i pl-i--${size}`);
  svg.setAttribute("aria-hidden", "true");
  const use = document.createElementNS("http://www.w3.org/2000/svg", "use");
  use.setAttribute("href", `${document.body.dataset.icons}#i-${name}`);
  svg.append(use);
  return svg;
}
