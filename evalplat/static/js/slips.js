// Renews the page of password slips once their file has come: an answer that is a file leaves the page as it was.
(function () {
  "use strict";
  var form = document.getElementById("make-slips");
  function made() {
    var found = document.cookie.match(/(?:^|; )slips_made=([0-9a-f]+)/);
    return found ? found[1] : "";
  }
  if (form) {
    form.addEventListener("submit", function () {
      var before = made();
      var timer = window.setInterval(function () {
        if (made() !== before) {
          window.clearInterval(timer);
          window.location.assign(form.getAttribute("action"));
        }
      }, 500);
    });
  }
}());
