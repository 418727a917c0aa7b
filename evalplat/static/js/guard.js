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
  // "Please fill this in." says nothing above a long form: each line of the summary begins with its field's name.
  function nameOf(field) {
    var group = field.closest("fieldset");
    var label = group ? group.querySelector("legend") : document.querySelector("label[for='" + field.id + "']");
    var words = label && label.cloneNode(true);
    if (!words) { return ""; }
    Array.prototype.forEach.call(words.querySelectorAll(".req, .hint"), function (one) { one.remove(); });
    return words.textContent.trim();
  }
  function nameEach(summary) {
    var colon = document.documentElement.lang.indexOf("zh") === 0 ? "：" : ": ";
    Array.prototype.forEach.call(summary.querySelectorAll("a[href^='#']"), function (line) {
      var field = document.getElementById(line.hash.slice(1));
      var name = field ? nameOf(field) : "";
      if (name && line.textContent.indexOf(name) < 0) { line.textContent = name + colon + line.textContent; }
    });
  }
  // The summary of errors is the first thing to be read after a refusal.
  var summary = document.getElementById("error-summary");
  if (summary) {
    nameEach(summary);
    summary.focus();
  }
}());
