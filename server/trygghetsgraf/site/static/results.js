// Ways to see a result in the query editor: a table whose links stay here, a chart, a map.
"use strict";
function addResultPlugins(Yasr, place, given) {
  const { base, texts } = given;
  const SVG = "http://www.w3.org/2000/svg";
  const icon = (path) => {
    const svg = document.createElementNS(SVG, "svg");
    svg.setAttribute("viewBox", "0 0 16 16");
    svg.setAttribute("aria-hidden", "true");
    const shape = svg.appendChild(document.createElementNS(SVG, "path"));
    shape.setAttribute("d", path);
    const around = document.createElement("div");
    around.className = "svgImg";
    around.append(svg);
    return around;
  };
  const local = (iri) => (iri.startsWith(base) ? `${place.dataset.root}/${iri.slice(base.length)}` : iri);

  class Table extends Yasr.plugins.table {
    label = texts.editor_table;
    helpReference = undefined;
    // cells as they are, without datatypes; both can be had
    persistentConfig = { compact: true, isEllipsed: false };
    getUriLinkFromBinding(binding, prefixes) {
      const link = super.getUriLinkFromBinding(binding, prefixes);
      return link.replace(`href="${base}`, `href="${place.dataset.root}/`);
    }
  }
  class Response extends Yasr.plugins.response {
    label = texts.editor_response;
    helpReference = undefined;
  }

  // What a plugin of ours has in common: rows of bindings, drawn where results go.
  class Drawn {
    constructor(yasr) { this.yasr = yasr; }
    rows() { return this.yasr.results?.getBindings() || []; }
    columns() { return this.yasr.results?.getVariables() || []; }
    short(term) {
      if (!term) return "–";
      if (term.type !== "uri") return term.value;
      for (const [prefix, iri] of Object.entries(given.prefixes)) {
        if (term.value.startsWith(iri)) return `${prefix}:${term.value.slice(iri.length)}`;
      }
      return term.value;
    }
  }

  // A bar for each row: the first column of numbers by the first of names.
  class Chart extends Drawn {
    priority = 3;
    label = texts.chart;
    getIcon() { return icon("M1 1v14h14v-2H3V1zm4 5h2v6H5zm4-3h2v9H9zm4 5h2v4h-2z"); }
    numeric(name) {
      const found = this.rows().filter((row) => row[name]);
      return found.length > 0 && found.every((row) => row[name].type !== "uri" && row[name].value.trim() !== "" && Number.isFinite(Number(row[name].value)));
    }
    canHandleResults() { return this.columns().length > 1 && this.columns().some((name) => this.numeric(name)); }
    draw() {
      const number = this.columns().find((name) => this.numeric(name));
      const others = this.columns().filter((name) => name !== number);
      const label = others.find((name) => this.rows().some((row) => row[name]?.type !== "uri")) || others[0];
      const rows = this.rows().filter((row) => row[number]).slice(0, 60);
      const values = rows.map((row) => Number(row[number].value));
      const most = Math.max(...values, 0), least = Math.min(...values, 0);
      const list = document.createElement("dl");
      list.className = "bars";
      const scale = 100 / (most - least || 1);
      rows.forEach((row, i) => {
        const one = list.appendChild(document.createElement("div"));
        one.appendChild(document.createElement("dt")).textContent = this.short(row[label]);
        const value = one.appendChild(document.createElement("dd"));
        const svg = value.appendChild(document.createElementNS(SVG, "svg"));
        for (const [name, text] of [["viewBox", "0 0 100 10"], ["preserveAspectRatio", "none"], ["aria-hidden", "true"]]) svg.setAttribute(name, text);
        const bar = svg.appendChild(document.createElementNS(SVG, "rect"));
        bar.setAttribute("x", (Math.min(values[i], 0) - least) * scale);
        bar.setAttribute("width", Math.abs(values[i]) * scale);
        bar.setAttribute("height", 10);
        value.appendChild(document.createElement("span")).textContent = row[number].value;
      });
      const caption = document.createElement("p");
      caption.textContent = texts.editor_chart_of.replace("{number}", number).replace("{label}", label);
      this.yasr.resultsEl.replaceChildren(caption, list);
    }
  }

  // Points in the result (WKT) over the faint dots of every municipality; no tiles of others.
  const POINT = /^\s*(?:<[^>]*>\s*)?POINT\s*\(\s*([-+.\d]+)\s+([-+.\d]+)\s*\)\s*$/i;
  class Map_ extends Drawn {
    priority = 2;
    label = texts.map;
    getIcon() { return icon("M8 0a5 5 0 0 0-5 5c0 4 5 11 5 11s5-7 5-11a5 5 0 0 0-5-5zm0 7.5A2.5 2.5 0 1 1 8 2.5a2.5 2.5 0 0 1 0 5z"); }
    column() { return this.columns().find((name) => this.rows().some((row) => POINT.test(row[name]?.value || ""))); }
    canHandleResults() { return this.column() !== undefined; }
    async initialize() {
      if (typeof L !== "undefined") return;
      const style = document.createElement("link");
      Object.assign(style, { rel: "stylesheet", href: place.dataset.mapStyle });
      const script = document.createElement("script");
      script.src = place.dataset.map;
      await Promise.all([style, script].map((node) => new Promise((done, failed) => {
        node.onload = done;
        node.onerror = failed;
        document.head.append(node);
      })));
    }
    async draw() {
      const ground = document.createElement("div");
      ground.className = "drawing";
      this.yasr.resultsEl.replaceChildren(ground);
      const answer = await fetch(place.dataset.places);
      const { background } = answer.ok ? await answer.json() : { background: [] };
      const style = getComputedStyle(document.documentElement);
      const colour = (name) => style.getPropertyValue(name).trim();
      this.map = L.map(ground, { attributionControl: false, preferCanvas: true, zoomSnap: 0.5 });
      for (const [x, y] of background) {
        L.circleMarker([y, x], { radius: 2, stroke: false, fillColor: colour("--soft"), fillOpacity: 0.45, interactive: false }).addTo(this.map);
      }
      const at = this.column();
      const shown = L.featureGroup();
      for (const row of this.rows()) {
        const point = POINT.exec(row[at]?.value || "");
        if (!point) continue;
        const text = document.createElement("span");
        text.textContent = this.columns().filter((name) => name !== at && row[name]).map((name) => this.short(row[name])).join(" · ");
        const link = this.columns().map((name) => row[name]).find((term) => term?.type === "uri");
        const marker = L.circleMarker([Number(point[2]), Number(point[1])], { radius: 7, color: colour("--accent"), weight: 2, fillOpacity: 0.35 });
        if (text.textContent) marker.bindTooltip(text);
        if (link) marker.on("click", () => { location.href = local(link.value); });
        marker.addTo(shown);
      }
      shown.addTo(this.map);
      this.map.fitBounds(shown.getBounds().pad(0.4), { maxZoom: 9 });
    }
    destroy() {
      this.map?.remove();
      this.map = undefined;
    }
  }
  for (const [name, plugin] of Object.entries({ table: Table, response: Response, chart: Chart, map: Map_ })) Yasr.registerPlugin(name, plugin);
  Object.assign(Yasr.plugins.table.defaults.tableConfig.language, { info: texts.editor_info, infoEmpty: "", infoFiltered: "", zeroRecords: texts.editor_empty, emptyTable: texts.editor_empty });
  Yasr.defaults.pluginOrder = ["table", "chart", "map", "response"];
}
