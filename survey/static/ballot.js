/* Makes ballot pages easier; every page works without it. ES2015 for old WeChat browsers; keeps nothing in any storage. */
(function () {
  "use strict";
  const root = document.documentElement;
  const all = (place, what) => Array.prototype.slice.call(place.querySelectorAll(what));

  /* A slip's QR carries the code behind #, which no browser sends. Take it out of the address bar, then hand it in. */
  const box = document.querySelector("[data-from-address]");
  const take = () => {
    let code = location.hash.slice(1);
    if (!code || code === "main") return;
    try { code = decodeURIComponent(code); } catch (error) { return; }
    history.replaceState(null, "", location.pathname);
    box.value = code;
    box.form.submit();
  };
  if (box) {
    window.addEventListener("hashchange", take);
    take();
  }

  const form = document.getElementById("ballot");
  if (!form) return;
  root.classList.add("js");
  const words = form.dataset;
  const say = (text, count) => text.replace("#", count);
  const cards = all(form, ".card-of");
  const desk = window.matchMedia("(min-width: 64em)");
  let changed = false;
  let wide = false;

  const answered = (ask) => {
    const list = ask.querySelector("select");
    return list ? list.value !== "" : Boolean(ask.querySelector("input:checked"));
  };
  const skipped = (card) => Boolean(card.querySelector(".whole:checked"));
  const asks = (card) => all(card, ".ask");
  const missing = (card) => (skipped(card) ? 0 : asks(card).filter((ask) => !answered(ask)).length);
  const write = (id, text) => { document.getElementById(id).textContent = text; };

  const show = (card) => {
    const left = missing(card);
    const begun = left > 0 && left < asks(card).length;
    const badge = card.querySelector(".badge");
    badge.textContent = left === 0 ? words.done : begun ? say(words.left, left) : words.none;
    badge.className = "badge live" + (left === 0 ? " ok" : begun ? " prov" : "");
    asks(card).forEach((ask) => ask.classList.toggle("todo", begun && !answered(ask)));
  };
  const count = () => {
    const open = cards.filter((card) => missing(card) > 0);
    const marks = open.reduce((sum, card) => sum + missing(card), 0);
    write("done", cards.length - open.length);
    document.getElementById("progress").value = cards.length - open.length;
    write("time", marks ? say(words.time, Math.ceil(marks / 8)) : "");
    write("rest", marks ? say(words.rest, open.length) : words.all);
    write("rest-hint", marks ? words.look : "");
  };

  /* On a phone what is finished folds into one line per part; on a desk every row stands open in its order. */
  const arrange = () => {
    all(form, ".part").forEach((part) => {
      const group = part.querySelector(".finished");
      const own = cards.filter((card) => part.contains(card));
      const inside = group.querySelector(".in");
      own.forEach((card) => {
        const fold = !wide && missing(card) === 0 && !card.open;
        (fold ? inside : part).appendChild(card);
      });
      const folded = inside.children.length;
      group.hidden = folded === 0;
      group.querySelector("b").textContent = say(words.folded, folded);
    });
  };
  const fit = () => {
    const now = desk.matches && words.grid === "yes" && !root.classList.contains("large");
    if (now !== wide) {
      wide = now;
      root.classList.toggle("wide", wide);
      const next = cards.find((card) => missing(card) > 0);
      cards.forEach((card) => {
        card.open = wide || card === next;
        card.querySelector("summary").tabIndex = wide ? -1 : 0;
      });
    }
    arrange();
  };
  const reveal = (card) => {
    const group = card.parentNode.closest("details");
    if (group) group.open = true;
    card.open = true;
  };
  const go = (card, place) => {
    reveal(card);
    place.scrollIntoView();
  };

  form.addEventListener("change", (event) => {
    const input = event.target;
    const card = input.closest(".card-of");
    changed = true;
    if (!card) return;
    if (input.classList.contains("whole") && input.checked) {
      all(card, ".whole").forEach((other) => { other.checked = other === input; });
    }
    show(card);
    count();
    if (wide || missing(card) > 0) return;
    const next = cards.slice(cards.indexOf(card) + 1).find((later) => missing(later) > 0);
    if (next) reveal(next);
  });

  form.addEventListener("click", (event) => {
    const card = event.target.closest(".card-of");
    if (event.target.closest(".clear")) {
      event.preventDefault();
      all(card, "input").forEach((input) => { input.checked = false; });
      all(card, "select").forEach((list) => { list.value = ""; });
      changed = true;
      show(card);
      count();
    } else if (event.target.closest(".next")) {
      event.preventDefault();
      const next = cards[cards.indexOf(card) + 1];
      card.open = false;
      arrange();
      go(next, next);
      next.querySelector("summary").focus({ preventScroll: true });
    } else if (event.target.closest(".jump")) {
      const next = cards.find((one) => missing(one) > 0);
      if (!next) return;
      const ask = asks(next).find((one) => !answered(one));
      go(next, wide ? ask : next);
      ask.querySelector("input, select").focus({ preventScroll: true });
    } else if (wide && event.target.closest(".card-of > summary")) {
      event.preventDefault();
    }
  });

  /* Pulling the page down to reload would lose what was marked. */
  form.addEventListener("submit", () => { changed = false; });
  window.addEventListener("beforeunload", (event) => {
    if (!changed) return;
    event.preventDefault();
    event.returnValue = "";
  });

  cards.forEach(show);
  count();
  fit();
  desk.addListener(fit);
  const place = /^#[cp]\d+$/.test(location.hash) && document.getElementById(location.hash.slice(1));
  if (place) go(place.closest(".card-of"), place);
})();
