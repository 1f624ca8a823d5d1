// Lets the pages be installed on a phone. Nothing on them needs this: without it they are plain pages.
const worker = document.querySelector('meta[name="portal-worker"]')?.content;
if (worker && "serviceWorker" in navigator) navigator.serviceWorker.register(worker).catch(() => {});
