// The booking page's comforts: keys for plates, smaller pictures. Without this file everything works, only slower.
import { enhance } from "../core/js/plate-input.js";

const SIDE = 1800;

async function shrunk(file) {
  const picture = await createImageBitmap(file);
  const scale = Math.min(1, SIDE / Math.max(picture.width, picture.height));
  const canvas = Object.assign(document.createElement("canvas"), { width: Math.round(picture.width * scale), height: Math.round(picture.height * scale) });
  canvas.getContext("2d").drawImage(picture, 0, 0, canvas.width, canvas.height);
  const blob = await new Promise((done) => canvas.toBlob(done, "image/jpeg", 0.85));
  return blob && blob.size < file.size ? new File([blob], file.name.replace(/\.\w+$/, "") + ".jpg", { type: "image/jpeg" }) : file;
}

for (const input of document.querySelectorAll("input[data-shrink]")) {
  input.addEventListener("change", async () => {
    const chosen = new DataTransfer();
    for (const file of input.files) chosen.items.add(await shrunk(file).catch(() => file));
    input.files = chosen.files;
  });
}

enhance(document);
