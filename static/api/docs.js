"use strict";
// Draws the OpenAPI document; the address comes from the page, so that this file never changes.
const place = document.getElementById("docs");
window.SwaggerUIBundle({
  url: place.dataset.openapi,
  domNode: place,
  deepLinking: true,
  defaultModelsExpandDepth: 0,
});
