"use strict";
// Draws the OpenAPI document, or a guide by the same renderer; addresses come from the page, so
// that this file never changes.
const place = document.getElementById("docs");

function draw(what) {
  window.SwaggerUIBundle({
    domNode: place,
    deepLinking: true,
    defaultModelsExpandDepth: 0,
    ...what,
  });
}

async function drawGuide() {
  const answer = await fetch(place.dataset.guide);
  const text = await answer.text();
  const description = text.replace(/^# .*\n+/, "");
  draw({
    spec: {openapi: "3.1.0", info: {title: place.dataset.title, version: "", description}, paths: {}},
  });
}

if (place.dataset.guide) {
  drawGuide();
} else {
  draw({url: place.dataset.openapi});
}
