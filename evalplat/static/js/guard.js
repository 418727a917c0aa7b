// A second press of the same button sends nothing twice; leaving by "back" makes the form usable again.
(function () {
  "use strict";
  document.addEventListener("submit", function (event) {
    var form = event.target;
    // Not form.method: a field may bear that name.
    if ((form.getAttribute("method") || "").toLowerCase() !== "post" || event.defaultPrevented) { return; }
    if (form.dataset.sent) { event.preventDefault(); return; }
    form.dataset.sent = "1";
    form.setAttribute("aria-busy", "true");
    // A download answers without leaving the page, so the lock opens by itself.
    window.setTimeout(function () { release(form); }, 8000);
  });
  function release(form) {
    delete form.dataset.sent;
    form.removeAttribute("aria-busy");
  }
  window.addEventListener("pageshow", function () {
    Array.prototype.forEach.call(document.querySelectorAll("form[data-sent]"), release);
  });
  // The summary of errors is the first thing to be read after a refusal.
  var summary = document.getElementById("error-summary");
  if (summary) { summary.focus(); }
}());
