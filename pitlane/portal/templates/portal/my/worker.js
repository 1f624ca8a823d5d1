// Keeps the look of the pages and one honest page for when there is no network. Pages with somebody's data are always
// fetched and never kept: only the addresses of this list go into the cache.
const NAME = {{ name|safe }}, SHELL = {{ shell|safe }}, OFFLINE = {{ offline|safe }};
self.addEventListener("install", event => {
  event.waitUntil(caches.open(NAME).then(cache => cache.addAll([...SHELL, OFFLINE])).then(() => self.skipWaiting()));
});
self.addEventListener("activate", event => {
  const prefix = NAME.slice(0, NAME.lastIndexOf(":") + 1);
  const old = name => name.startsWith(prefix) && name !== NAME;
  event.waitUntil(caches.keys().then(names => Promise.all(names.filter(old).map(name => caches.delete(name)))));
});
self.addEventListener("fetch", event => {
  const address = new URL(event.request.url);
  if (event.request.method !== "GET" || address.origin !== location.origin) return;
  if (event.request.mode === "navigate") {
    event.respondWith(fetch(event.request).catch(() => caches.match(OFFLINE, {cacheName: NAME})));
  } else if (SHELL.includes(address.pathname)) {
    event.respondWith(fetch(event.request).catch(() => caches.match(address.pathname, {cacheName: NAME})));
  }
});
