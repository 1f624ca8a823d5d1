// Money is accepted as people write it: 1200, 1,200, ¥1200, 1200元; it leaves the field as 1200.00.
import { once } from "./dom.js";

export function tidy(text) {
  const plain = text.replace(/[０-９．－]/g, (char) => String.fromCharCode(char.charCodeAt(0) - 0xfee0)).replace(/[¥￥元,，\s]/g, "").replace("−", "-"); // zh-data
  return /^-?\d+(\.\d{0,2})?$/.test(plain) ? Number(plain).toFixed(2) : text.trim();
}

export function enhance(root) {
  once(root, "input[data-money]", "money", (input) => {
    input.inputMode = "decimal";
    input.addEventListener("focus", () => input.select());
    input.addEventListener("change", () => { input.value = tidy(input.value); });
  });
}
