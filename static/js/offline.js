// Let a worker keep the public board for when there is no network (docs/decisions/0025).
"use strict";
addEventListener("load", () => {
  if ("serviceWorker" in navigator) navigator.serviceWorker.register("/idag/arbetare.js").catch(() => {});
});
