// Arrow keys walk over the days of the year; Enter opens one. Without this every day is a link of its own.
const year = document.querySelector("[data-days]");
const days = year ? [...year.querySelectorAll("a[data-day]")] : [];
const STEPS = { ArrowLeft: -1, ArrowRight: 1, ArrowUp: -7, ArrowDown: 7 };

const enter = (link) => days.forEach((day) => day.setAttribute("tabindex", day === link ? "0" : "-1"));

if (days.length) {
  enter(days.find((day) => day.hasAttribute("aria-current")) ?? days[0]);
  year.addEventListener("focusin", (event) => {
    const link = event.target.closest("a[data-day]");
    if (link) enter(link);
  });
  year.addEventListener("keydown", (event) => {
    const place = days.indexOf(event.target.closest("a[data-day]"));
    const step = STEPS[event.key];
    if (place < 0 || !step || event.altKey || event.ctrlKey || event.metaKey) return;
    const next = days[Math.min(days.length - 1, Math.max(0, place + step))];
    event.preventDefault();
    next.focus();
  });
}
