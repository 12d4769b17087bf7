package io.twinstream.deploy.watch;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.dialect.Dialects;
import io.swagger.v3.core.util.Json;
import io.swagger.v3.parser.OpenAPIV3Parser;
import io.swagger.v3.parser.core.models.ParseOptions;
import io.swagger.v3.parser.core.models.SwaggerParseResult;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;

/** Reads an OpenAPI file, and checks whether answers are as it says. */
final class OpenApiFile {
    private static final JsonMapper JSON = new JsonMapper();
    private static final Set<String> METHODS = Set.of("get", "post", "put", "patch", "delete");

    private final JsonNode file;

    private OpenApiFile(JsonNode file) {
        this.file = file;
    }

    /** Reads a file without any fault. */
    static OpenApiFile parse(String yaml) throws Exception {
        SwaggerParseResult result = new OpenAPIV3Parser().readContents(yaml, null, new ParseOptions());
        assertEquals(List.of(), result.getMessages());
        return new OpenApiFile(JSON.readTree(Json.mapper().writeValueAsString(result.getOpenAPI())));
    }

    /** Returns each operation as {@code METHOD /path}. */
    Set<String> operations() {
        Set<String> operations = new TreeSet<>();
        file.path("paths")
                .properties()
                .forEach(path -> path.getValue().properties().forEach(operation -> {
                    if (METHODS.contains(operation.getKey())) {
                        operations.add(operation.getKey().toUpperCase(Locale.ROOT) + " " + path.getKey());
                    }
                }));
        return operations;
    }

    /** Returns the operation, with what its path says for all. */
    JsonNode operation(String operation) {
        String[] words = operation.split(" ", 2);
        ObjectNode found = file.path("paths")
                .path(words[1])
                .path(words[0].toLowerCase(Locale.ROOT))
                .deepCopy();
        ArrayNode parameters = found.withArray("parameters");
        file.path("paths").path(words[1]).path("parameters").forEach(parameters::add);
        for (int i = 0; i < parameters.size(); i++) {
            parameters.set(i, resolved(parameters.get(i)));
        }
        found.path("responses").properties().forEach(each -> each.setValue(resolved(each.getValue())));
        if (found.has("requestBody")) {
            found.set("requestBody", resolved(found.path("requestBody")));
        }
        return found;
    }

    /** Returns what has a name in the file, by kind: {@code schemas}, {@code responses}. */
    JsonNode components(String kind) {
        return file.path("components").path(kind);
    }

    /** Fails unless the operation may answer so. */
    void check(String operation, int status, String body) throws Exception {
        String[] words = operation.split(" ", 2);
        JsonNode responses = file.path("paths")
                .path(words[1])
                .path(words[0].toLowerCase(Locale.ROOT))
                .path("responses");
        JsonNode response = resolved(responses.path(responses.has("" + status) ? "" + status : "default"));
        JsonNode schema = response.path("content").path("application/json").path("schema");
        assertFalse(schema.isMissingNode(), "%s has no answer %d in JSON".formatted(operation, status));
        check(operation, schema, body);
    }

    /** Fails unless this is an object of the schema with that name. */
    void checkSchema(String name, String body) throws Exception {
        check(name, JSON.createObjectNode().put("$ref", "#/components/schemas/" + name), body);
    }

    private void check(String what, JsonNode schema, String body) throws Exception {
        ObjectNode root = JSON.createObjectNode();
        root.putArray("allOf").add(schema);
        root.set("components", file.path("components"));
        var faults = SchemaRegistry.withDefaultDialect(Dialects.getOpenApi30())
                .getSchema(root)
                .validate(JSON.readTree(body));
        assertEquals(List.of(), List.copyOf(faults), what + ": " + body);
    }

    private JsonNode resolved(JsonNode node) {
        return node.has("$ref") ? file.at(node.get("$ref").asText().substring(1)) : node;
    }
}
