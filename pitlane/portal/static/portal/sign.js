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
    if (strokes.length) pad.fromData(strokes);
    else if (image.value) pad.fromDataURL(image.value, { width: canvas.offsetWidth, height: canvas.offsetHeight });
  }

  canvas.hidden = false;
  clear.hidden = false;
  fit();
  addEventListener("resize", fit);
  clear.addEventListener("click", () => { image.value = ""; pad.clear(); });
  pad.addEventListener("endStroke", () => { image.value = pad.toDataURL("image/png"); });
}

/** 全部同意 ticks every job and leads to the signature; nothing is sent by it. */
function agreeToAll(button) {
  button.addEventListener("click", (event) => {
    event.preventDefault();
    for (const choice of button.form.querySelectorAll("input[value=approve]")) choice.checked = true;
    box.querySelector("[data-agreed]").hidden = false;
    box.querySelector("h2").focus();
  });
}

if (box) start();
document.querySelectorAll("[data-all]").forEach(agreeToAll);
