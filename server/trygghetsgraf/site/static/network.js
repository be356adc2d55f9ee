// Draws who works with whom; a click on an actor brings in those around it.
"use strict";
(async () => {
  const place = document.getElementById("drawing");
  if (!place || typeof cytoscape === "undefined") return;
  place.hidden = false;
  const style = getComputedStyle(document.documentElement);
  const colour = (name) => style.getPropertyValue(name).trim();
  const drawing = cytoscape({
    container: place,
    maxZoom: 2,
    minZoom: 0.3,
    style: [
      { selector: "node", style: { label: "data(name)", "background-color": colour("--accent"), color: colour("--ink"), "font-size": 13, "text-wrap": "wrap", "text-max-width": 130, "text-valign": "bottom", "text-margin-y": 4, width: 18, height: 18 } },
      { selector: "node.open", style: { width: 30, height: 30, "font-weight": "bold" } },
      { selector: "edge", style: { width: "mapData(count, 1, 8, 1, 6)", "line-color": colour("--line"), "curve-style": "haystack" } },
    ],
  });
  const calm = matchMedia("(prefers-reduced-motion: reduce)").matches;
  const open = async (key) => {
    const url = new URL(place.dataset.source, location.href);
    url.searchParams.set("actor", key);
    const answer = await fetch(url);
    if (!answer.ok) return;
    const { actor, partners } = await answer.json();
    const add = (one) => { if (drawing.getElementById(one.id).empty()) drawing.add({ data: one }); };
    add(actor);
    drawing.getElementById(actor.id).addClass("open");
    for (const one of partners) {
      add({ id: one.id, name: one.name, url: one.url });
      const id = [actor.id, one.id].sort().join(" ");
      if (drawing.getElementById(id).empty()) drawing.add({ data: { id, source: actor.id, target: one.id, count: one.through.length } });
    }
    drawing.layout({ name: "cose", animate: !calm, animationDuration: 300, nodeDimensionsIncludeLabels: true, nodeRepulsion: 400000, idealEdgeLength: 130, nodeOverlap: 40, gravity: 0.3, numIter: 2500, padding: 30 }).run();
  };
  drawing.on("tap", "node", (event) => {
    if (event.target.hasClass("open")) location.href = event.target.data("url");
    else open(event.target.id());
  });
  await open(place.dataset.actor);
})();
