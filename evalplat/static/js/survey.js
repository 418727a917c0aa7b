// Shows the questions of a page one at a time in a form with data-steps; without it they stand one below the other.
(function () {
  "use strict";
  var form = document.querySelector("form[data-steps]");
  if (!form) { return; }
  var steps = Array.prototype.slice.call(form.querySelectorAll("[data-step]"));
  // A refused page shows everything, so that no message is hidden.
  if (steps.length < 2 || form.querySelector("[aria-invalid], .error")) { return; }
  var here = 0;

  function show(index) {
    here = index;
    steps.forEach(function (step, i) {
      if (i === index) { step.removeAttribute("data-step-hidden"); } else { step.setAttribute("data-step-hidden", ""); }
    });
    var title = steps[index].querySelector(".q-title");
    if (title && index > 0) { title.setAttribute("tabindex", "-1"); title.focus(); }
    window.scrollTo(0, 0);
  }

  form.addEventListener("submit", function (event) {
    var pressed = event.submitter || document.activeElement;
    var go = pressed && pressed.name === "go" ? pressed.value : "next";
    if ((go === "next" || go === "finish") && here < steps.length - 1) {
      event.preventDefault();
      show(here + 1);
    } else if (go === "back" && here > 0) {
      event.preventDefault();
      show(here - 1);
    }
  });
  show(0);
}());
