// Signing on glass: strokes go into a hidden PNG. Who cannot draw types the name instead.
import { once } from "./dom.js";

async function start(box) {
  const { default: SignaturePad } = await import("../../vendor/signature_pad.js");
  const canvas = box.querySelector("[data-canvas]");
  const image = box.querySelector("[data-image]");
  const clear = box.querySelector("[data-clear]");
  const pad = new SignaturePad(canvas, { backgroundColor: "#fff", penColor: "#131c1f", minWidth: 1, maxWidth: 3 });

  /** The drawing surface follows the screen's pixels; strokes survive turning the phone. */
  function fit() {
    const strokes = pad.toData();
    const ratio = Math.max(devicePixelRatio || 1, 1);
    canvas.width = canvas.offsetWidth * ratio;
    canvas.height = canvas.offsetHeight * ratio;
    canvas.getContext("2d").scale(ratio, ratio);
    pad.clear();
    if (strokes.length) pad.fromData(strokes);
    else if (image.value) pad.fromDataURL(image.value, { width: canvas.offsetWidth, height: canvas.offsetHeight });
  }

  canvas.hidden = false;
  clear.hidden = false;
  fit();
  addEventListener("resize", fit);
  clear.addEventListener("click", () => { image.value = ""; pad.clear(); });
  pad.addEventListener("endStroke", () => {
    image.value = pad.toDataURL("image/png");
    image.dispatchEvent(new Event("input", { bubbles: true }));
  });
}

export function enhance(root) {
  once(root, "[data-signature]", "signature", start);
}
