/* The shell alone. It never touches /api/: answers with personal data must not get into Cache Storage. */
const VERSION = "__VERSION__";
const FILES = __FILES__;

async function store(cache, file) {
  const answer = await fetch(file, { cache: "no-cache", credentials: "omit" });
  if (!answer.ok) throw Error(`${file} ${answer.status}`);
  await cache.put(file, answer);
}

addEventListener("install", (event) => {
  event.waitUntil(caches.open(VERSION).then((cache) => Promise.all(FILES.map((file) => store(cache, file)))));
});

addEventListener("activate", (event) => {
  const old = (names) => names.filter((name) => name !== VERSION).map((name) => caches.delete(name));
  // The page of the first visit, too, has the shell without a connection: parts of it are loaded when first opened.
  event.waitUntil(caches.keys().then((names) => Promise.all([clients.claim(), ...old(names)])));
});

addEventListener("message", (event) => {
  if (event.data === "skip-waiting") skipWaiting();
});

addEventListener("fetch", (event) => {
  const { origin, pathname } = new URL(event.request.url);
  if (event.request.method !== "GET" || origin !== location.origin || /^\/(api|fhir|\.well-known|_local)\//.test(pathname)) return;
  const screen = event.request.mode === "navigate" && !pathname.split("/").at(-1).includes(".") && !/^\/[rds](\/|$)/.test(pathname);
  const file = screen ? "/index.html" : pathname;
  if (!FILES.includes(file)) return;
  event.respondWith(caches.open(VERSION).then((cache) => cache.match(file)).then((kept) => kept ?? fetch(event.request)));
});
