// A scanned card's secret stands after #, where no server and no log ever sees it: take it from
// there into the form, and out of the address.
"use strict";
(() => {
  const field = document.getElementById("id_secret");
  const secret = location.hash.slice(1);
  if (!field || !secret) return;
  history.replaceState(null, "", location.pathname);
  field.value = secret;
  field.closest(".field").hidden = true;
  document.getElementById("id_pin").focus();
})();
