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
  const marks = places.map((one) => {
    const text = document.createElement("span");
    const unit = one.measures === 1 ? place.dataset.measure : place.dataset.measures;
    text.textContent = one.measures ? `${one.name}: ${one.measures} ${unit}` : one.name;
    const mark = dot(one.at, { radius: 6 + Math.min(12, Math.sqrt(one.measures) * 1.6), color: colour("--accent"), weight: 2, fillOpacity: 0.35 });
    return mark.on("click", () => { location.href = one.url; }).addTo(shown) && { mark, text };
  });
  shown.addTo(map);
  map.fitBounds(marks.length ? shown.getBounds().pad(0.15) : [[55.3, 11], [69, 24]], { maxZoom: 9 });
  // names stand beside their places where there is room; the rest come up when pointed at
  const taken = [];
  for (const { mark, text } of marks) {
    const at = map.latLngToContainerPoint(mark.getLatLng());
    const left = at.x > place.clientWidth / 2;
    const permanent = !taken.some((other) => Math.abs(other.y - at.y) < 30 && Math.abs(other.x - at.x) < 220);
    if (permanent) taken.push(at);
    mark.bindTooltip(text, { permanent, direction: left ? "left" : "right" });
  }
})();
