// Desk forms: Enter goes on, errors clear while typing, nothing is sent twice and nothing typed is lost by accident.
import { icon, isShown, once } from "./dom.js";

const errorOf = (field) => document.getElementById(`${field.closest("fieldset[id]")?.id ?? field.id}-error`);

export function clearError(field) {
  field.removeAttribute("aria-invalid");
  const error = errorOf(field);
  if (error) error.hidden = true;
}

export function showError(field, text) {
  let error = errorOf(field);
  if (!error) {
    error = Object.assign(document.createElement("div"), { className: "pl-err", id: `${field.id}-error` });
    error.append(icon("alert-circle", "sm"), document.createElement("span"));
    field.closest(".pl-field")?.append(error);
  }
  error.querySelector("span").textContent = text;
  error.hidden = false;
  field.setAttribute("aria-invalid", "true");
  field.setAttribute("aria-describedby", error.id);
}

function controls(form) {
  return [...form.elements].filter((element) => isShown(element) && !element.disabled && !element.readOnly && element.type !== "hidden" && element.tagName !== "FIELDSET");
}

function goOn(event, form) {
  const field = event.target;
  if (event.key !== "Enter" || event.defaultPrevented || event.isComposing || !field.matches("input, select")) return;
  if (field.matches("[type=submit], [type=button], [type=file]")) return;
  event.preventDefault();
  if (event.ctrlKey || event.metaKey) { form.requestSubmit(); return; }
  const all = controls(form).filter((element) => !element.closest(".pl-platekeys"));
  all[all.indexOf(field) + 1]?.focus();
}

function sendOnce(event, form) {
  if (form.dataset.sent) { event.preventDefault(); return; }
  if (event.defaultPrevented) return;
  form.dataset.sent = "1";
  delete form.dataset.dirty;
  const button = event.submitter;
  if (button?.name) form.append(Object.assign(document.createElement("input"), { type: "hidden", name: button.name, value: button.value, className: "pl-submitter" }));
  setTimeout(() => { if (button) button.disabled = true; });
}

export function release(form) {
  delete form.dataset.sent;
  form.querySelectorAll(".pl-submitter").forEach((input) => input.remove());
  form.querySelectorAll("button[disabled]").forEach((button) => { button.disabled = false; });
}

/** Native rules (length, pattern, number range) speak when a filled field is left; empty ones wait for saving. */
function check(field) {
  if (field.value && !field.checkValidity()) showError(field, field.validationMessage);
}

function focusFirst(form) {
  const list = form.querySelector("[data-form-errors]") ?? form.parentElement?.querySelector("[data-form-errors]");
  const wrong = form.querySelector("[aria-invalid=true], fieldset:has(> .pl-err) input");
  (wrong ?? list ?? form.querySelector("[data-autofocus]"))?.focus();
}

export function enhance(root) {
  once(root, "form[data-form]", "forms", (form) => {
    focusFirst(form);
    form.addEventListener("input", (event) => { form.dataset.dirty = "1"; clearError(event.target); });
    form.addEventListener("focusout", (event) => { if (event.target.matches?.("input, textarea")) check(event.target); });
    form.addEventListener("submit", (event) => sendOnce(event, form));
    form.addEventListener("htmx:afterRequest", () => release(form));
  });
  once(root, "form[data-desk]", "desk", (form) => form.addEventListener("keydown", (event) => goOn(event, form)));
  once(root, "form[data-autosubmit]", "auto", (form) => form.addEventListener("change", () => form.requestSubmit()));
  once(root, "[data-autofocus]", "focus", (field) => { if (!document.querySelector("[aria-invalid=true]")) field.focus(); });
}

addEventListener("pageshow", (event) => { if (event.persisted) document.querySelectorAll("form[data-sent]").forEach(release); });
addEventListener("beforeunload", (event) => { if (document.querySelector("form[data-form][data-dirty]:not([data-no-guard])")) event.preventDefault(); });
