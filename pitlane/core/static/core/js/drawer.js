// Short edits open beside the page in a native dialog. The link is a normal page without JavaScript and when fetching fails.
import { once } from "./dom.js";
import { release } from "./forms.js";
import { toast } from "./toast.js";

const frame = () => document.querySelector("[data-drawer-frame]");
const body = () => frame().querySelector("[data-drawer-body]");
const dirty = () => Boolean(frame()?.querySelector("form[data-dirty]"));
let opener = null;

function fill(html) {
  const whole = html.includes("<html") ? new DOMParser().parseFromString(html, "text/html").querySelector("main")?.innerHTML : html;
  body().innerHTML = whole ?? html;
  globalThis.htmx?.process(body());
  body().dispatchEvent(new CustomEvent("pl:content", { bubbles: true }));
  if (!body().contains(document.activeElement)) ((body().querySelector(".pl-peek") && body().querySelector("#drawer-title")) ?? body().querySelector("[data-autofocus]") ?? body().querySelector(".pl-drawer__b :is(input, select, textarea):not([type=hidden], [hidden])") ?? body().querySelector("#drawer-title, h1, h2"))?.focus();
}

function state(name, url) {
  body().replaceChildren(frame().querySelector(`template[${name}]`).content.cloneNode(true));
  const retry = body().querySelector("[data-retry]");
  if (retry) retry.href = url;
}

/** ``asks`` is the header by which the page knows what to answer: a short form, or a look at a whole document. */
export async function openDrawer(url, from = document.activeElement, asks = "HX-Request") {
  opener = from;
  state("data-drawer-loading", url);
  if (!frame().open) frame().showModal();
  try {
    frame().classList.toggle("pl-drawer--peek", asks === "HX-Peek");
    const answer = await fetch(url, { headers: { [asks]: "true" }, credentials: "same-origin" });
    if (answer.redirected) { location.href = answer.url; return; }
    if (!answer.ok && answer.status >= 500) throw new Error(String(answer.status));
    fill(await answer.text());
  } catch {
    state("data-drawer-failed", url);
  }
}

function follow(answer) {
  const trigger = answer.headers.get("HX-Trigger");
  if (trigger?.startsWith("{")) Object.entries(JSON.parse(trigger)).forEach(([name, detail]) => document.dispatchEvent(new CustomEvent(name, { detail })));
  if (answer.status === 204 && answer.headers.get("HX-Reswap") === "none") { close(); return true; }
  const target = answer.headers.get("HX-Redirect");
  if (target) { location.href = target; return true; }
  if (answer.type === "opaqueredirect" || answer.headers.get("HX-Refresh") || answer.status === 204) { location.reload(); return true; }
  return false;
}

async function send(event) {
  const form = event.target;
  if (form.method !== "post" || form.hasAttribute("hx-post")) return;
  event.preventDefault();
  try {
    const data = new FormData(form, event.submitter ?? undefined);
    const target = event.submitter?.hasAttribute("formaction") ? event.submitter.formAction : form.action;
    const answer = await fetch(target, { method: "POST", body: data, headers: { "HX-Request": "true" }, credentials: "same-origin", redirect: "manual" });
    if (answer.status >= 500) throw new Error(String(answer.status));
    if (!follow(answer)) fill(await answer.text());
  } catch {
    release(form);
    toast(frame().querySelector("template[data-drawer-failed]").content.querySelector("b").textContent, { family: "bad" });
  }
}

function close() {
  frame().close();
  body().replaceChildren();
  opener?.focus?.();
}

/** Ask only if something changed. */
function tryClose() {
  const leave = document.querySelector("[data-leave]");
  if (!dirty() || !leave) { close(); return; }
  leave.returnValue = "stay";
  leave.showModal();
  leave.addEventListener("close", () => { if (leave.returnValue === "leave") close(); }, { once: true });
}

export function enhance(root) {
  once(root, "[data-drawer-frame]", "drawer", (dialog) => {
    dialog.addEventListener("cancel", (event) => { event.preventDefault(); tryClose(); });
    dialog.addEventListener("click", (event) => { if (event.target === dialog || event.target.closest("[data-close]")) tryClose(); });
    dialog.addEventListener("submit", send);
  });
  once(root, "dialog:not([data-drawer-frame])", "close", (dialog) => dialog.addEventListener("click", (event) => {
    if (event.target === dialog || event.target.closest("[data-close]")) dialog.close();
  }));
}

document.addEventListener("click", (event) => {
  const link = event.target.closest?.("a[data-drawer]");
  if (!link || !frame() || event.ctrlKey || event.metaKey || event.shiftKey || event.button) return;
  event.preventDefault();
  openDrawer(link.href, link);
});
