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
      { selector: "edge", style: { width: "mapData(count, 1, 8, 1, 6)", "line-color": colour("--soft"), "line-opacity": 0.45, "curve-style": "haystack" } },
    ],
  });
  const calm = matchMedia("(prefers-reduced-motion: reduce)").matches;
  // a single actor stands in the middle of an ellipse, with every other partner further in
  const ring = () => {
    const [width, height] = [place.clientWidth, place.clientHeight];
    const others = drawing.nodes().filter((node) => !node.hasClass("open"));
    const positions = new Map();
    others.forEach((node, i) => {
      const angle = (2 * Math.PI * i) / others.length - Math.PI / 2;
      const reach = others.length > 8 && i % 2 ? 0.6 : 1;
      positions.set(node.id(), { x: width * (0.5 + 0.4 * reach * Math.cos(angle)), y: height * (0.47 + 0.4 * reach * Math.sin(angle)) });
    });
    return { name: "preset", positions: (node) => positions.get(node.id()) || { x: width / 2, y: height * 0.47 }, fit: false };
  };
  const arrange = () => {
    drawing.resize();
    const several = drawing.nodes(".open").length > 1;
    const force = { name: "cose", animate: !calm, animationDuration: 300, nodeDimensionsIncludeLabels: true, nodeRepulsion: 30000, idealEdgeLength: 90, padding: 20 };
    drawing.layout(several ? force : ring()).run();
  };
  addEventListener("resize", arrange);
  const open = async (key) => {
    const url = new URL(place.dataset.source, location.href);
    url.searchParams.set("actor", key);
    const answer = await fetch(url);
    if (!answer.ok) return;
    const { actor, partners } = await answer.json();
    const add = (one) => { if (drawing.getElementById(one.id).empty()) drawing.add({ data: one }); };
    add(actor);
    drawing.getElementById(actor.id).addClass("open");
    // those it works with most; the table has them all
    for (const one of partners.slice(0, place.clientWidth < 600 ? 6 : 14)) {
      add({ id: one.id, name: one.name, url: one.url });
      const id = [actor.id, one.id].sort().join(" ");
      if (drawing.getElementById(id).empty()) drawing.add({ data: { id, source: actor.id, target: one.id, count: one.through.length } });
    }
    arrange();
  };
  drawing.on("tap", "node", (event) => {
    if (event.target.hasClass("open")) location.href = event.target.data("url");
    else open(event.target.id());
  });
  await open(place.dataset.actor);
})();
