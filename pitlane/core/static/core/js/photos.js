// Photos are shrunk before sending: a workshop's phone takes 8 MB pictures over a thin line.
import { once } from "./dom.js";
import { toast } from "./toast.js";

const SIDE = 1920;

async function shrink(file) {
  if (!/^image\/(jpeg|png|webp)$/.test(file.type)) return file;
  try {
    const picture = await createImageBitmap(file);
    const scale = Math.min(1, SIDE / Math.max(picture.width, picture.height));
    if (scale === 1 && file.size < 1_500_000) return file;
    const canvas = Object.assign(document.createElement("canvas"), { width: Math.round(picture.width * scale), height: Math.round(picture.height * scale) });
    canvas.getContext("2d").drawImage(picture, 0, 0, canvas.width, canvas.height);
    const blob = await new Promise((done) => canvas.toBlob(done, "image/jpeg", 0.85));
    return blob && blob.size < file.size ? new File([blob], file.name.replace(/\.\w+$/, ".jpg"), { type: "image/jpeg", lastModified: file.lastModified }) : file;
  } catch {
    return file;
  }
}

class Photos {
  constructor(box) {
    this.box = box;
    this.input = box.querySelector("input[type=file]");
    this.previews = box.querySelector("[data-previews]");
    this.template = box.querySelector("template[data-preview]");
    this.files = [];
    this.input.addEventListener("change", () => this.take([...this.input.files]));
    const drop = box.querySelector(".pl-drop");
    drop.addEventListener("dragover", (event) => { event.preventDefault(); drop.setAttribute("data-over", ""); });
    drop.addEventListener("dragleave", () => drop.removeAttribute("data-over"));
    drop.addEventListener("drop", (event) => { event.preventDefault(); drop.removeAttribute("data-over"); this.take([...event.dataTransfer.files]); });
  }

  async take(files) {
    const max = Number(this.box.dataset.max);
    if (this.files.length + files.length > max) toast(this.box.dataset.tooMany, { family: "hold" });
    const room = files.slice(0, Math.max(0, max - this.files.length));
    this.files.push(...(await Promise.all(room.map(shrink))));
    this.write();
  }

  write() {
    const transfer = new DataTransfer();
    this.files.forEach((file) => transfer.items.add(file));
    this.input.files = transfer.files;
    this.previews.querySelectorAll("img").forEach((image) => URL.revokeObjectURL(image.src));
    this.previews.replaceChildren(...this.files.map((file, index) => this.preview(file, index)));
    this.input.dispatchEvent(new Event("input", { bubbles: true }));
  }

  preview(file, index) {
    const figure = this.template.content.firstElementChild.cloneNode(true);
    figure.querySelector("img").src = URL.createObjectURL(file);
    figure.querySelector("img").alt = file.name;
    figure.querySelector("figcaption").textContent = `${Math.max(1, Math.round(file.size / 1024))} KB`;
    figure.querySelector("button").addEventListener("click", () => { this.files.splice(index, 1); this.write(); });
    return figure;
  }
}

export function enhance(root) {
  once(root, "[data-photos]", "photos", (box) => new Photos(box));
}
