// The query editor: our endpoint, prefixes, terms of the graph and examples.
"use strict";
(async () => {
  const place = document.getElementById("yasgui");
  if (!place || typeof Yasgui === "undefined") return;
  const answer = await fetch(place.dataset.source);
  if (!answer.ok) return;
  const given = await answer.json();
  const { Yasqe, Yasr, Tab } = Yasgui;
  const endpoint = new URL(place.dataset.endpoint, location.href).href;

  // Suggestions: by the beginning of a term's IRI, or by that of its label in its namespace.
  const starts = (text, token) => text.toLowerCase().startsWith(token.toLowerCase());
  const suggest = (terms) => (_, token) => {
    const asked = token.autocompletionString || "";
    const space = token.tokenPrefixUri || "";
    const word = asked.slice(space.length);
    const fits = ([iri, label]) => iri.startsWith(asked) || (space && iri.startsWith(space) && (starts(iri.slice(space.length), word) || starts(label, word)));
    return terms.filter(fits).map(([iri]) => iri).slice(0, 100);
  };
  const labels = new Map([...given.classes, ...given.properties]);
  const labelled = (yasqe, hints) => {
    const prefixes = yasqe.getPrefixesFromQuery();
    for (const hint of hints) {
      const [prefix, local] = hint.text.split(":", 2);
      const iri = hint.text.startsWith("<") ? hint.text.slice(1, -1) : (prefixes[prefix] || "") + local;
      const label = labels.get(iri);
      if (label && label !== hint.text) hint.displayText = `${hint.text}  ${label}`;
    }
    return hints;
  };
  for (const [name, terms] of [["class", given.classes], ["property", given.properties]]) {
    Yasqe.forkAutocompleter(name, { name, autoShow: true, persistenceId: null, get: suggest(terms), postprocessHints: labelled });
  }
  const prefixes = Object.entries(given.prefixes).map(([prefix, iri]) => `${prefix}: <${iri}>`);
  Yasqe.forkAutocompleter("prefixes", { name: "prefixes", persistenceId: null, get: prefixes });
  Yasqe.defaults.autocompleters = ["prefixes", "class", "property", "variables"];

  // Results: what an error says, whoever made it; our own plugins are in results.js.
  Yasr.defaults.errorRenderers = [async (error) => {
    const shown = document.createElement("p");
    shown.className = "error";
    shown.setAttribute("role", "alert");
    shown.textContent = /abort/i.test(error.text) ? given.texts.editor_cancelled : said(error.text);
    return shown;
  }];
  const said = (text) => {
    try {
      const { title, detail } = JSON.parse(text);
      return [title, detail].filter(Boolean).join(": ");
    } catch {
      return text;
    }
  };
  addResultPlugins(Yasr, place, given);
  Yasr.defaults.prefixes = given.prefixes;

  // A link shared from elsewhere asks our endpoint too, in the language of whoever opens it.
  Tab.prototype.getShareableLink = function () {
    return Yasgui.linkUtils.createShareLink(location.origin + location.pathname, this);
  };
  const shared = location.hash.includes("query=") && ((config) => {
    config.requestConfig = { ...config.requestConfig, endpoint };
    return config;
  });
  const here = new URL(location.href);
  if (here.searchParams.has("example")) {
    here.searchParams.delete("example");
    history.replaceState(null, "", here);
  }
  const yasgui = new Yasgui(place, {
    requestConfig: { endpoint, method: "POST" },
    endpointCatalogueOptions: { getData: () => [{ endpoint }] },
    tabName: given.texts.editor_tab,
    populateFromUrl: shared,
    yasqe: { value: given.first, collapsePrefixesOnLoad: true },
    autofocus: false,
  });
  if (given.example && !shared) {
    yasgui.addTab(true, { name: given.title, yasqe: { value: given.example } }, { avoidDuplicateTabs: true });
  }
  if (!yasgui.getTab()) yasgui.addTab(true);

  // The editor speaks English only, and some of its fields are without a name.
  const translate = () => {
    for (const [found, name] of [[".CodeMirror textarea", given.texts.sparql_query], [".tableSizer", given.texts.editor_page]]) {
      for (const node of place.querySelectorAll(`${found}:not([aria-label])`)) node.setAttribute("aria-label", name);
    }
    for (const node of place.querySelectorAll("[title], [aria-label], [placeholder]")) {
      for (const name of ["title", "aria-label", "placeholder"]) {
        const text = given.phrases[node.getAttribute(name)];
        if (text && text !== node.getAttribute(name)) node.setAttribute(name, text);
      }
    }
    for (const node of place.querySelectorAll(".tableControls span, .tableControls option, .yasr button, .booleanResult span")) {
      const text = !node.children.length && given.phrases[node.textContent];
      if (text && text !== node.textContent) node.textContent = text;
    }
    for (const chip of place.querySelectorAll(".yasr_response_chip")) {
      const found = /^(?:(\d+) results?|Response) in ([\d.]+) seconds?$/.exec(chip.textContent);
      if (found) chip.textContent = (found[1] ? given.texts.editor_rows : given.texts.editor_took).replace("{rows}", found[1]).replace("{seconds}", Number(found[2]).toLocaleString(document.documentElement.lang));
    }
  };
  translate();
  new MutationObserver(translate).observe(place, { childList: true, subtree: true });

  // A button to cancel that can be seen, and the whole answer as a file.
  const cancelling = document.getElementById("cancelling");
  const whole = document.getElementById("whole");
  const asked = () => yasgui.getTab().getYasqe();
  const running = (is) => () => { cancelling.hidden = !is; };
  cancelling.querySelector("button").addEventListener("click", () => asked().abortQuery());
  yasgui.on("query", running(true));
  for (const name of ["queryAbort", "queryResponse"]) yasgui.on(name, running(false));
  const forms = () => {
    const rows = !["CONSTRUCT", "DESCRIBE"].includes(asked().getQueryType());
    for (const button of whole.querySelectorAll("button")) button.hidden = (button.dataset.of === "rows") !== rows;
  };
  yasgui.on("query", forms);
  yasgui.on("tabSelect", () => setTimeout(forms));
  whole.addEventListener("submit", async (event) => {
    event.preventDefault();
    const format = event.submitter.value;
    const body = new URLSearchParams({ query: asked().getValue(), format });
    const found = await fetch(endpoint, { method: "POST", body });
    const link = document.createElement("a");
    link.href = URL.createObjectURL(await found.blob());
    link.download = `${given.texts.editor_file}.${found.ok ? event.submitter.dataset.ending : "json"}`;
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 60000);
  });
  whole.hidden = false;
  forms();

  // Examples: those that hold every word.
  const find = document.getElementById("find");
  const none = document.getElementById("none");
  const narrow = () => {
    const words = find.value.toLowerCase().split(/\s+/).filter(Boolean);
    let left = 0;
    for (const section of document.querySelectorAll("#themes section")) {
      const theme = section.querySelector("h3").textContent;
      let shown = 0;
      for (const item of section.querySelectorAll("li")) {
        const text = `${theme} ${item.textContent} ${item.dataset.words}`.toLowerCase();
        item.hidden = !words.every((word) => text.includes(word));
        shown += !item.hidden;
      }
      section.hidden = !shown;
      left += shown;
    }
    none.textContent = left ? "" : document.getElementById("none-text").content.textContent;
  };
  find.addEventListener("input", narrow);
})();
