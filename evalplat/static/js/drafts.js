// Sums of points and weights follow the typing; what counts is what the server says after saving.
(function () {
  "use strict";
  var inputs = Array.prototype.slice.call(document.querySelectorAll("input[data-part]"));
  var sums = Array.prototype.slice.call(document.querySelectorAll("[data-sum]"));
  var SCALE = 1000000;

  // Whole millionths, so that 0.1 + 0.2 is 0.3; full-width digits as the server reads them. NaN: no number.
  function read(text) {
    var plain = String(text).normalize("NFKC").replace(/。/g, ".").replace(/\s|分$/g, "");
    var percent = /%$/.test(plain);
    plain = plain.replace(/%$/, "");
    if (!/^[+-]?\d{1,9}(\.\d{1,6})?$/.test(plain)) { return NaN; }
    return Math.round(Number(plain) * SCALE / (percent ? 100 : 1));
  }

  function show(number) { return String(Math.round(number) / SCALE); }

  function words(place, key, values) {
    var text = place.getAttribute("data-" + key) || "";
    return (place.getAttribute("data-prefix") || "") + text.replace(/\{(\w+)\}/g, function (all, name) { return values[name]; });
  }

  function belongs(input, code, category) {
    var parts = (input.getAttribute("data-part") || "").split(" ");
    var own = (input.getAttribute("data-categories") || "").split(" ").filter(Boolean);
    return parts.indexOf(code) >= 0 && (!category || !own.length || own.indexOf(category) >= 0);
  }

  function update(place) {
    var code = place.getAttribute("data-sum"), category = place.getAttribute("data-category");
    var mine = inputs.filter(function (input) { return belongs(input, code, category); });
    var holder = document.getElementById(place.getAttribute("data-target-id") || "");
    if (!mine.length) { return; }
    var total = mine.reduce(function (sum, input) { return sum + read(input.value); }, read(place.getAttribute("data-base") || "0"));
    var target = read(holder ? holder.value : place.getAttribute("data-target"));
    var values = { sum: show(total), target: show(target), gap: show(Math.abs(total - target)) };
    var byWeight = inputs.some(function (input) { return input.hasAttribute("data-by-weight"); });
    var right = total === target || isNaN(target) || (byWeight && (total === SCALE || total === 100 * SCALE));
    var key = isNaN(total) ? "unknown" : isNaN(target) ? "plain" : right ? "right" : total > target ? "more" : "less";
    place.textContent = words(place, key, values);
    var fits = key === "right" || key === "plain";
    place.className = "sum" + (!fits ? " sum-off" : place.hasAttribute("data-never-green") ? "" : " sum-ok");
  }

  function all() { sums.forEach(update); }

  // The boxes of an indicator say in which categories its weight counts; all of them is the same as none.
  function tick(box) {
    var share = document.getElementsByName(box.name.replace("categories~", "share~"))[0];
    var boxes = Array.prototype.slice.call(document.querySelectorAll('input[type="checkbox"][name="' + box.name + '"]'));
    var on = boxes.filter(function (one) { return one.checked; });
    if (!share || !share.hasAttribute("data-part")) { return; }
    share.setAttribute("data-categories", on.length === boxes.length ? "" : on.map(function (one) { return one.value; }).join(" "));
    all();
  }

  document.addEventListener("change", function (event) {
    if (event.target.type === "checkbox" && event.target.name.indexOf("categories~") === 0) { tick(event.target); }
  });
  document.addEventListener("input", function (event) {
    if (event.target.hasAttribute && event.target.hasAttribute("data-part")) { all(); }
  });
  window.addEventListener("pageshow", all);
})();
