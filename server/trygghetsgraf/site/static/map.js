// Places with known positions on a plain ground; every municipality is a faint dot.
"use strict";
(async () => {
  const place = document.getElementById("map");
  if (!place || typeof L === "undefined") return;
  const answer = await fetch(place.dataset.source);
  if (!answer.ok) return;
  const { background, places } = await answer.json();
  place.hidden = false;
  const style = getComputedStyle(document.documentElement);
  const colour = (name) => style.getPropertyValue(name).trim();
  const map = L.map(place, { attributionControl: false, preferCanvas: true, zoomSnap: 0.5 });
  const dot = ([x, y], options) => L.circleMarker([y, x], options);
  for (const at of background) {
    dot(at, { radius: 2, stroke: false, fillColor: colour("--soft"), fillOpacity: 0.45, interactive: false }).addTo(map);
  }
  const shown = L.featureGroup();
  for (const one of places) {
    const text = document.createElement("span");
    text.textContent = one.measures ? `${one.name}: ${one.measures} ${place.dataset.measures}` : one.name;
    dot(one.at, { radius: 6 + Math.min(12, Math.sqrt(one.measures) * 1.6), color: colour("--accent"), weight: 2, fillOpacity: 0.35 })
      .bindTooltip(text)
      .on("click", () => { location.href = one.url; })
      .addTo(shown);
  }
  shown.addTo(map);
  map.fitBounds(shown.getLayers().length ? shown.getBounds().pad(0.4) : [[55.3, 11], [69, 24]], { maxZoom: 9 });
})();
