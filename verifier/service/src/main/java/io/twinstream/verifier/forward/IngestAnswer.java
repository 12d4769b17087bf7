package io.twinstream.verifier.forward;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.net.http.HttpResponse;
import java.util.Optional;

/**
 * What ingest said.
 *
 * @param body JSON, with the field {@code error} where the status is no success
 * @param retryAfter the header of that name
 */
public record IngestAnswer(int status, String body, Optional<String> retryAfter) {
    private static final JsonMapper JSON = new JsonMapper();

    static IngestAnswer of(HttpResponse<String> response) {
        return new IngestAnswer(
                response.statusCode(), response.body(), response.headers().firstValue("Retry-After"));
    }

    public boolean accepted() {
        return status >= 200 && status < 300;
    }

    /** Whether ingest takes this verifier for somebody who may not do that. */
    public boolean refusesVerifier() {
        return status == 401 || status == 403;
    }

    /** The line that says what is wrong. */
    public String error() {
        try {
            String line = JSON.readTree(body).path("error").asText();
            if (!line.isEmpty()) {
                return line;
            }
        } catch (JsonProcessingException e) {
            // Said below.
        }
        return "ingest answered with the status %d and no reason".formatted(status);
    }
}
