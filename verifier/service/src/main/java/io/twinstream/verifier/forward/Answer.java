package io.twinstream.verifier.forward;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;

/**
 * The answer of another service.
 *
 * @param body JSON, with the field {@code error} where the status is no success
 */
public record Answer(int status, String body) {
    private static final JsonMapper JSON = new JsonMapper();

    public boolean accepted() {
        return status >= 200 && status < 300;
    }

    /** Returns whether the service refuses the verifier's token or its rights. */
    public boolean refusesVerifier() {
        return status == 401 || status == 403;
    }

    /** Returns the line that says what is wrong. */
    public String error() {
        try {
            String line = JSON.readTree(body).path("error").asText();
            if (!line.isEmpty()) {
                return line;
            }
        } catch (JsonProcessingException e) {
            // The line below says so.
        }
        return "the answer was the status %d and no reason".formatted(status);
    }
}
