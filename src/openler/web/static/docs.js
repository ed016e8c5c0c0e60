// The API's own page: Swagger UI over the description that the service gives of itself. Nothing is loaded from elsewhere.
window.addEventListener("DOMContentLoaded", () => {
  SwaggerUIBundle({ url: "/openapi.json", dom_id: "#swagger-ui", deepLinking: true, validatorUrl: null, tryItOutEnabled: true });
});
