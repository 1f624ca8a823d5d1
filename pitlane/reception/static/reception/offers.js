// The quote box by keyboard: arrows walk through what was found, Enter takes the first or the chosen one.
const box = document.querySelector("[data-offers]");
const list = box && document.querySelector(box.dataset.offers);
const choices = () => [...list.querySelectorAll(".rc-offer")];

function step(event) {
  if (event.isComposing || !["ArrowDown", "ArrowUp", "Escape"].includes(event.key)) return;
  const all = choices();
  if (!all.length) return;
  event.preventDefault();
  const now = all.indexOf(document.activeElement);
  const next = event.key === "Escape" ? -1 : now + (event.key === "ArrowDown" ? 1 : -1);
  (all[next] ?? box).focus();
}

function take(event) {
  if (event.key !== "Enter" || event.isComposing) return;
  const [first] = choices();
  if (!first || !box.value.trim()) return;
  event.preventDefault();
  event.stopPropagation();
  first.click();
}

if (box) {
  box.addEventListener("keydown", take);
  box.closest("section").addEventListener("keydown", step);
}
