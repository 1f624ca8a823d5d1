// One press answers the whole reception list: ticks every point, and the first answer where there is a choice.
const button = document.querySelector("[data-all-fine]");

button?.addEventListener("click", () => {
  const list = document.querySelector("[data-checks]");
  for (const box of list.querySelectorAll("input[type=checkbox]")) box.checked = true;
  for (const choice of list.querySelectorAll("select")) if (!choice.value) choice.selectedIndex = 1;
  list.dispatchEvent(new Event("input", { bubbles: true }));
});
