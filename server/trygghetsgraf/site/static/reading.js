// Point at a highlight and its claims come up beside the text; without this script the
// highlight is a link to them.
"use strict";
(() => {
  const margin = document.querySelector(".margin");
  if (!margin) return;
  const of = (mark) => [mark.hash.slice(3), ...(mark.dataset.also || "").split(" ").filter(Boolean)];
  let shown = [];
  const show = (mark) => {
    for (const one of shown) one.classList.remove("shown");
    shown = of(mark).map((key) => document.getElementById(`c-${key}`)).filter(Boolean);
    for (const one of shown) one.classList.add("shown");
    const wide = matchMedia("(min-width: 62rem)").matches;
    if (wide && shown[0]) margin.scrollTo({ top: shown[0].offsetTop - margin.offsetTop - 40 });
  };
  const text = document.querySelector(".text");
  const marked = (event) => event.target.closest("a[href^='#c-']");
  for (const name of ["pointerover", "focusin"]) {
    text.addEventListener(name, (event) => {
      const mark = marked(event);
      if (mark) show(mark);
    });
  }
  const land = () => {
    const key = location.hash.startsWith("#p-") && location.hash.slice(3);
    const mark = key && text.querySelector(`a[href="#c-${CSS.escape(key)}"], a[data-also~="${CSS.escape(key)}"]`);
    if (mark) {
      show(mark);
      for (const one of text.querySelectorAll(".here")) one.classList.remove("here");
      for (const one of text.querySelectorAll("a")) if (of(one).includes(key)) one.classList.add("here");
    }
  };
  addEventListener("hashchange", land);
  land();
})();
