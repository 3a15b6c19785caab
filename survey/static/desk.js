/* A form marked data-once is sent once: its button is put out and the words under it appear. Pages work without it. */
(function () {
  "use strict";
  function mark(form, sent) {
    var button = form.querySelector("button");
    var words = form.querySelector("[data-sent]");
    if (button) button.disabled = sent;
    if (words) words.hidden = !sent;
  }
  document.addEventListener("submit", function (event) {
    var form = event.target;
    // After the browser has taken the form: a button put out before that would stop it.
    if (form.hasAttribute("data-once")) window.setTimeout(function () { mark(form, true); }, 0);
  });
  window.addEventListener("pageshow", function (event) {
    if (event.persisted) document.querySelectorAll("form[data-once]").forEach(function (form) { mark(form, false); });
  });
})();
