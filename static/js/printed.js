// What is printed is written down, as the look at it was. Printed without this, it is only a look.
"use strict";
addEventListener("beforeprint", () => {
  const form = document.getElementById("printed");
  if (form) fetch(form.action, { method: "POST", body: new FormData(form), keepalive: true }).catch(() => {});
});
