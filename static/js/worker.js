// Shows a sign that something is new (docs/decisions/0037), and
// keeps the last public board for a phone without a network (docs/decisions/0025). Public data only:
// each copy is fetched without cookies, and kept if the answer itself says that it is public. All
// else, and each page of somebody's own, goes past.
"use strict";
const STORE = "idag-1", BOARD = "/idag/", FRESH = 60_000; // milliseconds
const NEEDED = /(?:href|src)="(\/static\/[^"#]+)"/g;

async function keep() {
  const store = await caches.open(STORE);
  const kept = await store.match(BOARD);
  if (kept && Date.now() - Date.parse(kept.headers.get("Date")) < FRESH) return;
  const answer = await fetch(BOARD, { credentials: "omit", cache: "no-store" });
  const isPublic = (answer.headers.get("Cache-Control") || "").includes("public");
  if (!answer.ok || answer.redirected || !isPublic) return;
  const html = await answer.clone().text();
  const needed = new Set([...html.matchAll(NEEDED)].map((found) => found[1]));
  for (const path of needed) {
    if (!(await store.match(path))) await store.add(new Request(path, { credentials: "omit" }));
  }
  await store.put(BOARD, answer);
  for (const one of await store.keys()) {
    const { pathname } = new URL(one.url);
    if (pathname !== BOARD && !needed.has(pathname)) await store.delete(one);
  }
}

async function lastSeen() {
  const kept = await caches.match(BOARD, { cacheName: STORE });
  if (!kept) return Response.error();
  const html = (await kept.text()).replace("data-offline hidden", "data-offline");
  return new Response(html, { headers: kept.headers }); // its policy too
}

addEventListener("install", (event) => {
  skipWaiting();
  event.waitUntil(keep().catch(() => {}));
});

addEventListener("activate", (event) => {
  const old = (names) => Promise.all(names.filter((name) => name !== STORE).map((name) => caches.delete(name)));
  event.waitUntil(caches.keys().then(old).then(() => clients.claim()));
});

// A sign carries no text: what is new stands behind sign-in, and a screen may be seen by anybody.
addEventListener("push", (event) => {
  const title = navigator.language.startsWith("sv") ? "Du har något nytt" : "You have something new";
  event.waitUntil(registration.showNotification(title, { tag: "nytt", icon: "/static/img/icon.svg" }));
});

addEventListener("notificationclick", (event) => {
  event.notification.close();
  event.waitUntil(clients.openWindow("/"));
});

addEventListener("fetch", (event) => {
  const { request } = event, { origin, pathname } = new URL(request.url);
  if (request.method !== "GET" || origin !== location.origin) return;
  if (request.mode === "navigate" && pathname === BOARD) {
    event.respondWith(fetch(request).catch(lastSeen));
    event.waitUntil(keep().catch(() => {}));
  } else if (pathname.startsWith("/static/")) {
    const copy = () => caches.match(pathname, { cacheName: STORE }).then((found) => found || Response.error());
    event.respondWith(fetch(request).catch(copy));
  }
});
