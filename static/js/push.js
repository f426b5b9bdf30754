// Ask this browser for an address where a sign reaches it, and send that with the form.
"use strict";
(() => {
  const form = document.querySelector("[data-push]");
  if (!form || !("PushManager" in window) || !("serviceWorker" in navigator)) return;
  const refused = document.querySelector("[data-push-refused]");
  form.hidden = false;
  document.querySelector("[data-push-missing]").hidden = true;
  const running = async () => {
    const found = await navigator.serviceWorker.register("/idag/arbetare.js");
    const worker = found.installing || found.waiting || found.active;
    if (worker.state !== "activated") {
      await new Promise((done) => worker.addEventListener("statechange", () => worker.state === "activated" && done()));
    }
    return found;
  };
  form.addEventListener("submit", async (event) => {
    if (form.elements.endpoint.value) return;
    event.preventDefault();
    event.stopPropagation();
    refused.hidden = true;
    try {
      const { pushManager } = await running();
      const wanted = { userVisibleOnly: true, applicationServerKey: form.dataset.push };
      const held = await pushManager.getSubscription();
      form.elements.endpoint.value = (held || (await pushManager.subscribe(wanted))).endpoint;
      form.requestSubmit();
    } catch {
      refused.hidden = false;
    }
  }, true);
})();
