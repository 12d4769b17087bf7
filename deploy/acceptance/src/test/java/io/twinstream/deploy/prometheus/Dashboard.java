package io.twinstream.deploy.prometheus;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Reads the queries of a Grafana dashboard: those of its panels, and of what it marks on them. */
public final class Dashboard {
    private Dashboard() {}

    /** Returns the queries in the order of the file, with Grafana's variables in them. */
    public static List<PromQuery> queries(Path file) throws IOException {
        JsonNode dashboard = new ObjectMapper().readTree(file.toFile());
        List<PromQuery> queries = new ArrayList<>();
        for (JsonNode mark : dashboard.path("annotations").path("list")) {
            queries.add(query(mark.path("name"), mark.path("target")));
        }
        for (JsonNode panel : dashboard.path("panels")) {
            panel.path("targets").forEach(target -> queries.add(query(panel.path("title"), target)));
        }
        return queries;
    }

    private static PromQuery query(JsonNode name, JsonNode target) {
        return new PromQuery(
                name.asText() + " " + target.path("refId").asText(),
                target.path("expr").asText());
    }
}
