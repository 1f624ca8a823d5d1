// Signing with a finger. Without this file the customer types the name instead.
import SignaturePad from "../vendor/signature_pad.js";

const box = document.querySelector("[data-sign]");

function start() {
  const canvas = box.querySelector("canvas");
  const image = box.querySelector("[name=signature]");
  const clear = box.querySelector("[data-clear]");
  const pad = new SignaturePad(canvas, { backgroundColor: "#fff", penColor: "#131c1f", minWidth: 1, maxWidth: 3 });

  function fit() {
    const strokes = pad.toData();
    const ratio = Math.min(2, Math.max(devicePixelRatio || 1, 1));
    canvas.width = canvas.offsetWidth * ratio;
    canvas.height = canvas.offsetHeight * ratio;
    canvas.getContext("2d").scale(ratio, ratio);
    pad.clear();
    pad.fromData(strokes);
  }

  canvas.hidden = false;
  clear.hidden = false;
  fit();
  addEventListener("resize", fit);
  clear.addEventListener("click", () => { pad.clear(); image.value = ""; });
  pad.addEventListener("endStroke", () => { image.value = pad.toDataURL("image/png"); });
}

if (box) start();
