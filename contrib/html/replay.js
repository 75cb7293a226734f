/* SPDX-License-Identifier: Apache-2.0 */
/* The page of `sallyport replay --html`.  Everything in `data` may have been written by an attacker:
   it becomes text, never markup. */
(function () {
  "use strict";
  var data = JSON.parse(document.getElementById("data").textContent);
  var OUTCOMES = ["deny", "allow", "audit"];
  var WORDS = { deny: "denied", allow: "allowed", audit: "allowed, but objected to" };
  var SVG = "http://www.w3.org/2000/svg";
  var PAGE = 50;
  var shown = PAGE;

  function el(tag, attributes, children) {
    var e = document.createElement(tag);
    Object.keys(attributes || {}).forEach(function (k) { e.setAttribute(k, attributes[k]); });
    (children || []).forEach(function (c) {
      e.appendChild(typeof c === "object" ? c : document.createTextNode(String(c)));
    });
    return e;
  }
  function svg(parent, tag, attributes, text) {
    var e = document.createElementNS(SVG, tag);
    Object.keys(attributes).forEach(function (k) { e.setAttribute(k, attributes[k]); });
    if (text !== undefined) e.textContent = text;
    parent.appendChild(e);
    return e;
  }
  /* A name that may be broken after its dots and slashes. */
  function named(text) {
    var parts = String(text).match(/[^./-]+[./-]?|[./-]/g) || [], children = [];
    parts.forEach(function (p, i) {
      if (i) children.push(el("wbr"));
      children.push(p);
    });
    return children;
  }
  function byId(id) { return document.getElementById(id); }
  function number(n) { return String(n).replace(/\B(?=(\d{3})+$)/g, "\u202f"); }
  function when(seconds) { return new Date(seconds * 1000).toISOString().slice(0, 16).replace("T", " "); }
  function span(seconds) {
    var units = [[604800, "week"], [86400, "day"], [3600, "hour"], [60, "minute"], [1, "second"]];
    for (var i = 0; i < units.length; i++) {
      var n = seconds / units[i][0];
      if (n >= 1 && n === Math.floor(n)) return n === 1 ? units[i][1] : n + " " + units[i][1] + "s";
    }
    return seconds + " seconds";
  }

  /* --- over time --- */

  function columnText(i) {
    var c = data.time.columns[i], start = data.time.start + i * data.time.seconds;
    return when(start) + " UTC: " + number(c[0] + c[1] + c[2]) + " decisions, " + number(c[0]) + " denied, " +
      number(c[2]) + " allowed but objected to, " + number(c[3]) + " changed";
  }
  function drawChart(id, height, parts, label) {
    var columns = data.time.columns, n = columns.length;
    var width = Math.max(320, Math.min(1150, byId("time").clientWidth - 34)), left = 52, top = 8, bottom = 24;
    var inner = width - left - 4, step = inner / n, max = 0;
    columns.forEach(function (c) {
      var sum = 0;
      parts.forEach(function (p) { sum += c[p[0]]; });
      max = Math.max(max, sum);
    });
    var box = byId(id);
    box.textContent = "";
    var chart = svg(box, "svg", { "class": "chart", viewBox: "0 0 " + width + " " + (height + top + bottom), role: "img", "aria-label": label });
    svg(chart, "line", { "class": "axis", x1: left, x2: width - 4, y1: top + height + .5, y2: top + height + .5 });
    svg(chart, "text", { x: left - 6, y: top + 10, "text-anchor": "end" }, number(max));
    svg(chart, "text", { x: left - 6, y: top + height, "text-anchor": "end" }, "0");
    columns.forEach(function (c, i) {
      var y = top + height;
      parts.forEach(function (p) {
        var h = max ? c[p[0]] / max * height : 0;
        if (!h) return;
        h = Math.max(h, 1);
        y -= h;
        svg(chart, "rect", { "class": "c-" + p[1], x: left + i * step, y: y, width: Math.max(step - (step > 4 ? 1 : 0), .75), height: h });
      });
      var hit = svg(chart, "rect", { "class": "hit", x: left + i * step, y: top, width: step, height: height });
      svg(hit, "title", {}, columnText(i));
      hit.addEventListener("mouseenter", function () { byId("readout").textContent = columnText(i); });
    });
    var labels = Math.max(1, Math.min(n, Math.floor(inner / 130)));
    for (var k = 0; k < labels; k++) {
      var at = Math.floor(k * n / labels);
      svg(chart, "text", { x: left + at * step, y: top + height + 17 }, when(data.time.start + at * data.time.seconds));
    }
  }
  function drawTime() {
    if (!data.time.columns.length) {
      byId("time").hidden = true;
      return;
    }
    drawChart("chart-all", 130, [[1, "allow"], [2, "audit"], [0, "deny"]], "Decisions over time by what they would be; the table below has the numbers");
    drawChart("chart-flips", 60, [[3, "flip"]], "Changed decisions over time; the table below has the numbers");
  }
  function fillTimeTable() {
    byId("width").textContent = span(data.time.seconds);
    data.time.columns.forEach(function (c, i) {
      if (c[0] + c[1] + c[2] === 0) return;
      byId("time-rows").appendChild(el("tr", {}, [
        el("th", { scope: "row" }, [when(data.time.start + i * data.time.seconds)]),
        el("td", {}, [number(c[1])]), el("td", {}, [number(c[2])]), el("td", {}, [number(c[0])]), el("td", {}, [number(c[3])])]));
    });
  }

  /* --- by action, rule and user --- */

  function fillCounts(id, list, filter) {
    var body = byId(id), max = list.length ? list[0][1] : 1;
    list.forEach(function (r) { /* name, all, denied, allowed, audited, changed */
      var bar = el("div", { "class": "bar", "aria-hidden": "true" });
      bar.style.width = Math.max(1, r[1] / max * 100) + "%";
      [[3, "allow"], [4, "audit"], [2, "deny"]].forEach(function (p) {
        var part = el("span", { "class": "c-" + p[1] });
        part.style.flex = r[p[0]] + " 0 0";
        bar.appendChild(part);
      });
      var name = el("span", { "class": "name" }, named(r[0] || "(none)"));
      if (data.rows.some(function (row) { return row[filter] === r[0]; })) {
        name = el("button", { type: "button", "class": "name", title: "show its refusals" }, named(r[0] || "(none)"));
        name.addEventListener("click", function () {
          clearFilters();
          byId("f-" + filter).value = r[0];
          apply(true);
          byId("refusals").scrollIntoView();
          byId("f-" + filter).focus({ preventScroll: true });
        });
      }
      body.appendChild(el("tr", {}, [
        el("th", { scope: "row" }, [name, bar]), el("td", {}, [number(r[1])]), el("td", {}, [number(r[2])]),
        el("td", r[5] ? { "class": "some" } : {}, [number(r[5])])]));
    });
  }

  /* --- refusals --- */

  var FILTERS = ["direction", "rule", "user", "action"];
  function direction(row) { return row.from + " \u2192 " + row.to; }
  function fillFilters() {
    FILTERS.forEach(function (f) {
      var select = byId("f-" + f), seen = {}, values = [];
      data.rows.forEach(function (row) {
        var v = f === "direction" ? direction(row) : row[f];
        if (!Object.prototype.hasOwnProperty.call(seen, "x" + v)) {
          seen["x" + v] = true;
          values.push(v);
        }
      });
      if (f !== "direction") values.sort();
      values.forEach(function (v) { select.appendChild(el("option", { value: v }, [v || "(none)"])); });
      select.addEventListener("change", function () { apply(true); });
    });
    byId("f-text").addEventListener("input", function () { apply(true); });
    byId("clear").addEventListener("click", function () { clearFilters(); apply(true); byId("f-text").focus(); });
    byId("more").addEventListener("click", function () { shown += PAGE; apply(false); });
  }
  function clearFilters() {
    byId("f-text").value = "";
    FILTERS.forEach(function (f) { byId("f-" + f).selectedIndex = 0; });
  }
  /* page.html#user=anna&text=memory shows the list so. */
  function filterByHash() {
    location.hash.slice(1).split("&").forEach(function (part) {
      var at = part.indexOf("="), field = byId("f-" + part.slice(0, at)), value = "";
      try { value = decodeURIComponent(part.slice(at + 1)); } catch (e) { return; }
      if (field && at > 0) field.value = value;
      if (field && field.selectedIndex < 0) field.selectedIndex = 0;
    });
  }
  function matches(row, text) {
    for (var i = 0; i < FILTERS.length; i++) {
      var select = byId("f-" + FILTERS[i]);
      if (select.selectedIndex > 0 && select.value !== (FILTERS[i] === "direction" ? direction(row) : row[FILTERS[i]])) return false;
    }
    return !text || [row.message, row.before, row.rule, row.user, row.action, row.place].join("\n").toLowerCase().indexOf(text) >= 0;
  }
  function item(row) {
    var children = [
      el("h3", {}, [el("span", { "class": "badge " + row.to }, [direction(row)]), el("span", { "class": "name" }, ["rule " + row.rule]),
        el("span", { "class": "soft" }, [number(row.count) + "\u00d7"])]),
      el("p", { "class": "facts" }, [(row.user || "(no name)") + " \u00b7 " + row.action + (row.answer ? " (the answer)" : "") + " \u00b7 " +
        (row.time ? when(row.time) + " UTC \u00b7 " : "") + row.place])];
    if (row.message) children.push(el("pre", {}, [row.message]));
    if (row.before)
      children.push(el("p", { "class": "until" }, ["Until now:"]), el("pre", {}, [row.before]));
    return el("li", { "class": row.to }, children);
  }
  function apply(fromStart) {
    var text = byId("f-text").value.trim().toLowerCase(), list = byId("rows");
    var found = data.rows.filter(function (row) { return matches(row, text); });
    var decisions = found.reduce(function (n, row) { return n + row.count; }, 0);
    if (fromStart) shown = PAGE;
    list.textContent = "";
    found.slice(0, shown).forEach(function (row) { list.appendChild(item(row)); });
    byId("found").textContent = found.length === 0 ? "Nothing matches."
      : number(decisions) + (decisions === 1 ? " decision" : " decisions") + ", in " + number(found.length) +
        (found.length === 1 ? " kind" : " kinds") + (found.length > shown ? "; the first " + number(shown) + " are shown" : "") + ".";
    byId("more").hidden = found.length <= shown;
  }

  fillTimeTable();
  fillCounts("by-action", data.actions, "action");
  fillCounts("by-rule", data.rules, "rule");
  fillCounts("by-user", data.users, "user");
  fillFilters();
  filterByHash();
  apply(true);
  byId("app").hidden = false;
  drawTime();
  if (location.hash) byId("refusals").scrollIntoView();
  var timer;
  window.addEventListener("resize", function () { clearTimeout(timer); timer = setTimeout(drawTime, 150); });
  document.documentElement.setAttribute("data-ready", "yes");
})();
