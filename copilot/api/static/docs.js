// Shows the OpenAPI document of this server: operations, schemas, examples and a curl line for each.
// Everything from the document goes in as text, never as markup.

const METHODS = ["get", "post", "patch", "put", "delete"];
// What stands in a path of an example: curl would take braces for a pattern of its own.
const NAMED = {
  conversation_id: "call-4711",
  suggestion_id: "s-5",
  key_id: "k-1",
  name: "next-phrase",
  version: "1.0.0",
  slug: "not-found",
};

function element(name, attributes = {}, ...children) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  made.append(...children.filter((child) => child !== null));
  return made;
}

function example(content) {
  if (!content) return undefined;
  if (content.example !== undefined) return content.example;
  const first = content.examples && Object.values(content.examples)[0];
  return first && first.value;
}

function written(value) {
  return typeof value === "string" ? value : JSON.stringify(value, null, 2);
}

// `names` between backticks are shown as code.
function prose(text) {
  return text.split("`").map((piece, number) => (number % 2 ? element("code", {}, piece) : piece));
}

function folded(title, value) {
  return element("details", {}, element("summary", {}, title), element("pre", {}, written(value)));
}

function schemaName(schema) {
  if (!schema) return "";
  if (schema.$ref) return schema.$ref.split("/").pop();
  if (schema.oneOf) return schema.oneOf.map(schemaName).join(" or ");
  if (schema.type === "array") return `array of ${schemaName(schema.items)}`;
  return schema.enum ? schema.enum.join(", ") : schema.type || "";
}

function curl(path, method, operation, server) {
  const parts = ["curl"];
  if (method !== "get") parts.push(`-X ${method.toUpperCase()}`);
  if (operation.security.length) parts.push("-H 'Authorization: Bearer <key>'");
  const streamed = operation.responses["200"]?.content?.["text/event-stream"];
  if (streamed && method === "get") parts.push("-N");
  const body = example(operation.requestBody?.content?.["application/json"]);
  if (body !== undefined) {
    parts.push("-H 'Content-Type: application/json'");
    parts.push(`-d '${JSON.stringify(body).replaceAll("'", "'\\''")}'`);
  }
  const filled = path.replaceAll(/\{(\w+)\}/g, (_, name) => NAMED[name] ?? name);
  parts.push(`'${server}${filled}'`);
  return parts.join(" \\\n  ");
}

function parameters(operation) {
  if (!operation.parameters.length) return null;
  const rows = operation.parameters.map((parameter) =>
    element(
      "tr",
      {},
      element("td", {}, element("code", {}, parameter.name)),
      element("td", {}, parameter.in),
      element("td", {}, schemaName(parameter.schema)),
      element("td", {}, ...prose(parameter.description)),
    ),
  );
  return element("table", {}, ...rows);
}

function answers(operation) {
  const rows = Object.entries(operation.responses).map(([status, response]) => {
    const contents = Object.entries(response.content || {});
    const cell = element("td", {}, ...prose(response.description));
    for (const [media, content] of contents) {
      const value = example(content);
      const title = `${media} ${schemaName(content.schema)}`;
      cell.append(value === undefined ? element("div", { class: "note" }, title) : folded(title, value));
    }
    return element("tr", {}, element("td", {}, element("code", {}, status)), cell);
  });
  return element("table", {}, ...rows);
}

function section(path, method, operation, server) {
  const shown = operation["x-websocket"] ? "WS" : method.toUpperCase();
  const part = element(
    "section",
    { id: operation.operationId },
    element("h2", {}, operation.summary),
    element("div", { class: "call" }, element("span", { class: "method" }, shown), path),
  );
  if (operation["x-scope"]) part.append(element("p", { class: "note" }, `Scope: ${operation["x-scope"]}`));
  if (operation.description) part.append(element("p", { class: "text" }, ...prose(operation.description)));
  const table = parameters(operation);
  if (table) part.append(element("h3", {}, "Parameters"), table);
  const content = operation.requestBody?.content?.["application/json"];
  if (content) {
    part.append(element("h3", {}, `Body: ${schemaName(content.schema)}`));
    for (const [name, sent] of Object.entries(content.examples || {})) part.append(folded(name, sent.value));
  }
  if (!operation["x-websocket"]) part.append(element("pre", {}, curl(path, method, operation, server)));
  part.append(element("h3", {}, "Answers"), answers(operation));
  return part;
}

function page(spec) {
  const server = window.location.origin;
  const index = document.getElementById("index");
  const main = document.getElementById("main");
  const sections = [];
  for (const { name: tag } of spec.tags) {
    index.append(element("h2", {}, tag));
    for (const [path, item] of Object.entries(spec.paths)) {
      for (const method of METHODS) {
        const operation = item[method];
        if (!operation || !operation.tags.includes(tag)) continue;
        index.append(element("a", { href: `#${operation.operationId}` }, operation.summary));
        sections.push(section(path, method, operation, server));
      }
    }
  }
  index.append(element("h2", {}, "schemas"), element("a", { href: "#schemas" }, "All schemas"));
  const schemas = element("section", { id: "schemas" }, element("h2", {}, "Schemas"));
  for (const [name, schema] of Object.entries(spec.components.schemas)) schemas.append(folded(name, schema));
  main.replaceChildren(
    element("h1", {}, `${spec.info.title} ${spec.info.version}`),
    element("p", {}, spec.info.description),
    element("p", {}, element("a", { href: "/openapi.json" }, "The OpenAPI document")),
    ...sections,
    schemas,
  );
  if (window.location.hash) document.querySelector(window.location.hash)?.scrollIntoView();
}

try {
  const response = await fetch("/openapi.json");
  page(await response.json());
} catch {
  document.getElementById("main").textContent = "The API's document cannot be read now.";
}
