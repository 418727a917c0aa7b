// Saves a form with data-autosave while it is being filled in, says when, and keeps trying when the connection is lost.
(function () {
  "use strict";
  var PAUSE = 1500, FIRST_RETRY = 4000, LAST_RETRY = 60000;
  // What a browser still sends after the page is gone is limited to 64 KiB.
  var PARTING = 60000;

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
    var timer = 0, retry = FIRST_RETRY, dirty = false, busy = false, held = false, leaving = false;

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
      held = false;
      if (dirty) { later(PAUSE); return; }
      say(form.dataset.saved.replace("{time}", (reply && reply.saved_at) || clock(new Date())), "saved");
    }
    function lost() {
      dirty = held = true;
      say(form.dataset.lost, "lost");
      later(retry);
      retry = Math.min(retry * 2, LAST_RETRY);
    }
    function refused() {
      dirty = held = true;
      say(form.dataset.refused, "lost");
    }
    function answered(answer) {
      busy = false;
      if (answer.ok) {
        return answer.text().then(function (text) {
          var reply = null;
          try { reply = JSON.parse(text); } catch (error) { reply = null; }
          saved(reply);
        });
      }
      if (answer.status >= 500 || answer.status === 429) { lost(); } else { refused(); }
      return null;
    }
    function send(pairs, parting) {
      window.clearTimeout(timer);
      busy = true;
      dirty = false;
      say(form.dataset.saving, "saving");
      window.fetch(form.dataset.autosave, {
        method: "POST", body: pairs, credentials: "same-origin", redirect: "manual", keepalive: parting,
        headers: { "Accept": "application/json", "X-Autosave": "1" }
      }).then(answered).catch(function () { busy = false; lost(); });
    }
    function save() {
      if (!busy && dirty) { send(body(form), false); }
    }
    // The last words before leaving or changing to another app; false if something would stay behind.
    function part() {
      var pairs = body(form);
      if (held || navigator.onLine === false || pairs.toString().length > PARTING) { return false; }
      send(pairs, true);
      return true;
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
      if ((dirty || busy) && !leaving && !part()) { event.preventDefault(); event.returnValue = ""; }
    });
    document.addEventListener("visibilitychange", function () {
      if (document.visibilityState === "hidden" && dirty && !leaving) { part(); }
    });
  }

  if (window.fetch && window.URLSearchParams) {
    Array.prototype.forEach.call(document.querySelectorAll("form[data-autosave]"), watch);
  }
}());
