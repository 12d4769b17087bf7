package io.twinstream.ingest.http;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.twinstream.ingest.feedback.Feedback;
import io.twinstream.ingest.publish.InvalidRequestException;
import java.io.IOException;
import java.io.InputStream;
import java.util.Map;
import java.util.Set;

/** Feedback as JSON: {@code {"correct": true}} or {@code {"subject": "alice"}}, and nothing besides. */
final class FeedbackBody {
    private static final int MAX_BYTES = 4096;
    private static final ObjectMapper JSON = JsonMapper.builder()
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();
    private static final Set<Map.Entry<String, JsonNode>> CORRECT =
            JSON.createObjectNode().put("correct", true).properties();

    private FeedbackBody() {}

    /** Reads no further than {@value #MAX_BYTES} bytes. */
    static Feedback read(InputStream body) throws IOException {
        byte[] bytes = body.readNBytes(MAX_BYTES + 1);
        JsonNode json = bytes.length > MAX_BYTES ? JSON.missingNode() : parse(bytes);
        if (json.properties().equals(CORRECT)) {
            return Feedback.correct();
        }
        if (json.size() == 1 && json.path("subject").isTextual()) {
            return Feedback.subject(json.path("subject").textValue());
        }
        throw new InvalidRequestException(
                "the body must be {\"correct\": true}, or {\"subject\": \"...\"} with whom the probe shows");
    }

    private static JsonNode parse(byte[] bytes) throws IOException {
        try {
            return JSON.readTree(bytes);
        } catch (JsonProcessingException e) {
            return JSON.missingNode();
        }
    }
}
