// Stands in a file of its own, because the page's security policy lets no script run that is written into the page.
window.SwaggerUIBundle({
  url: '/openapi.json',
  dom_id: '#document',
  deepLinking: true,
  displayRequestDuration: true,
  tryItOutEnabled: true,
  // The example of each call is worth more than the list of all schemas below them.
  defaultModelsExpandDepth: 0,
  // Nobody may point this page to another document by a link.
  queryConfigEnabled: false,
  // Would send the document to a server of others.
  validatorUrl: null,
});
