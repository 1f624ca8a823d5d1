// VIN in groups 3-6-8 with the check digit worked out while typing. A wrong digit warns, it does not block: imports may differ.
import { once } from "./dom.js";

const VALUES = Object.fromEntries([..."0123456789"].map((char) => [char, Number(char)]).concat([..."ABCDEFGH"].map((char, i) => [char, i + 1]), [..."JKLMN"].map((char, i) => [char, i + 1]), [["P", 7], ["R", 9]], [..."STUVWXYZ"].map((char, i) => [char, i + 2])));
const WEIGHTS = [8, 7, 6, 5, 4, 3, 2, 10, 0, 9, 8, 7, 6, 5, 4, 3, 2];

export function checkDigit(vin) {
  const rest = [...vin].reduce((sum, char, i) => sum + (VALUES[char] ?? 0) * WEIGHTS[i], 0) % 11;
  return rest === 10 ? "X" : String(rest);
}

const groups = (vin) => [vin.slice(0, 3), vin.slice(3, 9), vin.slice(9)].filter(Boolean).join(" ");

function verdict(input, help) {
  const vin = input.value;
  const right = vin.length === 17 && checkDigit(vin) === vin[8];
  const text = vin.length < 17 ? (input.dataset.short ?? "").replace("{n}", 17 - vin.length) : right ? input.dataset.right : input.dataset.wrong;
  help.toggleAttribute("data-ok", right);
  help.toggleAttribute("data-bad", vin.length === 17 && !right);
  help.replaceChildren(Object.assign(document.createElement("span"), { className: "pl-vin-groups", textContent: groups(vin) }), text ? ` · ${text}` : "");
  help.hidden = !vin;
}

export function enhance(root) {
  once(root, "input[data-vin]", "vin", (input) => {
    const help = Object.assign(document.createElement("div"), { className: "pl-help", hidden: true });
    help.setAttribute("aria-live", "polite");
    input.after(help);
    const show = () => verdict(input, help);
    input.addEventListener("input", (event) => {
      if (event.isComposing) return;
      input.value = input.value.toUpperCase().replace(/[^A-Z0-9]/g, "").replace(/[IQ]/g, (char) => (char === "I" ? "1" : "0")).replace(/O/g, "0").slice(0, 17);
      show();
    });
    show();
  });
}
