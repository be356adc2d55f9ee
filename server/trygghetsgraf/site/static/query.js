// The query editor: our endpoint, prefixes, terms of the graph and examples.
"use strict";
(async () => {
  const place = document.getElementById("yasgui");
  if (!place || typeof Yasgui === "undefined") return;
  const answer = await fetch(place.dataset.source);
  const { prefixes, classes, properties, example } = await answer.json();
  const endpoint = new URL(place.dataset.endpoint, location.href).href;
  const asked = new URLSearchParams(location.hash.slice(1)).get("query");
  const terms = { class: classes, property: properties };
  for (const name of Object.keys(terms)) {
    Yasgui.Yasqe.forkAutocompleter(name, { name, persistenceId: null, get: async () => terms[name] });
  }
  Yasgui.Yasqe.defaults.autocompleters = ["prefixes", "class", "property", "variables"];
  Yasgui.Yasqe.defaults.addPrefixes?.(prefixes);
  const yasgui = new Yasgui(place, {
    requestConfig: { endpoint, method: "POST" },
    copyEndpointOnNewTab: true,
    endpointCatalogueOptions: { getData: () => [{ endpoint }] },
    yasqe: { value: example },
    autofocus: false,
  });
  const tab = yasgui.getTab();
  if (asked) tab.setQuery(asked);
  else if (new URLSearchParams(location.search).has("example") || !tab.getQuery().trim()) tab.setQuery(example);
})();
