// Ask the device for a passkey: <form data-passkey="get"> or "create"; the answer goes with the form.
"use strict";
(() => {
  const here = document.currentScript;
  // fetched when somebody asks for a passkey, not by everybody who comes to the page
  const library = () =>
    new Promise((done, failed) => {
      if (window.webauthnJSON) return done();
      const script = document.createElement("script");
      script.src = here.dataset.library;
      script.onload = done;
      script.onerror = failed;
      document.head.append(script);
    });
  const options = async (form) => {
    const written = document.getElementById("passkey-options");
    if (!form.dataset.options) return JSON.parse(written.textContent);
    const answer = await fetch(form.dataset.options, { headers: { Accept: "application/json" } });
    return answer.json();
  };
  const ask = async (form) => {
    await library();
    const known = await options(form);
    if (form.dataset.passkey === "get") return webauthnJSON.get(known.request_options);
    const wanted = known.creation_options;
    // a passkey that the device finds by itself, and opens only for its owner
    Object.assign(wanted.publicKey.authenticatorSelection, {
      residentKey: "required",
      requireResidentKey: true,
      userVerification: "required",
    });
    return webauthnJSON.create(wanted);
  };
  document.addEventListener(
    "submit",
    async (event) => {
      const form = event.target;
      if (!form.dataset.passkey || form.elements.credential.value) return;
      event.preventDefault();
      event.stopPropagation();
      const failed = form.querySelector("[data-passkey-failed]");
      failed.hidden = true;
      try {
        form.elements.credential.value = JSON.stringify(await ask(form));
        form.submit();
      } catch {
        failed.hidden = false;
      }
    },
    true,
  );
})();
