// Saves a form with data-autosave while it is being filled in, says when, and keeps trying when the connection is lost.
(function () {
  "use strict";
  var PAUSE = 1500, FIRST_RETRY = 4000, LAST_RETRY = 60000;

  function clock(date) {
    return ("0" + date.getHours()).slice(-2) + ":" + ("0" + date.getMinutes()).slice(-2);
  }

  function body(form) {
    var pairs = new URLSearchParams();
    new FormData(form).forEach(function (value, name) {
      if (typeof value === "string") { pairs.append(name, value); }
    });
    return pairs;
  }

  function watch(form) {
    var places = form.querySelectorAll("[data-autosave-status]");
    var timer = 0, retry = FIRST_RETRY, dirty = false, busy = false, leaving = false;

    function say(text, state) {
      Array.prototype.forEach.call(places, function (place) {
        if (place.textContent !== text) { place.textContent = text; }
        place.dataset.state = state;
      });
    }
    function later(wait) {
      window.clearTimeout(timer);
      timer = window.setTimeout(save, wait);
    }
    function saved(reply) {
      var fields = (reply && reply.fields) || {};
      Object.keys(fields).forEach(function (name) {
        var input = form.elements.namedItem(name);
        if (input && input.type === "hidden") { input.value = fields[name]; }
      });
      retry = FIRST_RETRY;
      if (dirty) { later(PAUSE); return; }
      say(form.dataset.saved.replace("{time}", (reply && reply.saved_at) || clock(new Date())), "saved");
    }
    function lost() {
      dirty = true;
      say(form.dataset.lost, "lost");
      later(retry);
      retry = Math.min(retry * 2, LAST_RETRY);
    }
    function save() {
      if (busy || !dirty) { return; }
      busy = true;
      dirty = false;
      say(form.dataset.saving, "saving");
      window.fetch(form.dataset.autosave, {
        method: "POST", body: body(form), credentials: "same-origin", redirect: "manual",
        headers: { "Accept": "application/json", "X-Autosave": "1" }
      }).then(function (answer) {
        busy = false;
        if (answer.ok) {
          return answer.text().then(function (text) {
            var reply = null;
            try { reply = JSON.parse(text); } catch (error) { reply = null; }
            saved(reply);
          });
        }
        if (answer.status >= 500 || answer.status === 429) { lost(); return null; }
        dirty = true;
        say(form.dataset.refused, "lost");
        return null;
      }).catch(function () { busy = false; lost(); });
    }

    function touched(event) {
      if (event.target.type === "file") { return; }
      dirty = true;
      if (!busy) { later(PAUSE); }
    }
    form.addEventListener("input", touched);
    form.addEventListener("change", touched);
    form.addEventListener("submit", function (event) {
      if (event.defaultPrevented) { return; }
      leaving = true;
      window.clearTimeout(timer);
    });
    window.addEventListener("pageshow", function () { leaving = false; });
    window.addEventListener("online", function () { if (dirty) { later(0); } });
    window.addEventListener("beforeunload", function (event) {
      if ((dirty || busy) && !leaving) { event.preventDefault(); event.returnValue = ""; }
    });
  }

  if (window.fetch && window.URLSearchParams) {
    Array.prototype.forEach.call(document.querySelectorAll("form[data-autosave]"), watch);
  }
}());
