"use strict";
// Shows the API's description; everything comes from this server.
const place = document.getElementById("swagger-ui");
window.SwaggerUIBundle({
  domNode: place,
  url: place.dataset.description,
  deepLinking: true,
  validatorUrl: null,
});
