// The amber bar: without a line the terminal says so before somebody presses a button that needs the server.
import { once } from "./dom.js";

const show = (bar) => { bar.hidden = navigator.onLine; };

export function enhance(root) {
  once(root, "[data-offline]", "offline", (bar) => {
    show(bar);
    addEventListener("online", () => show(bar));
    addEventListener("offline", () => show(bar));
  });
}
