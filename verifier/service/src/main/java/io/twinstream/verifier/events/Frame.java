package io.twinstream.verifier.events;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;

/**
 * Server-sent events as bytes.
 *
 * @see <a href="https://html.spec.whatwg.org/multipage/server-sent-events.html">HTML, server-sent events</a>
 */
final class Frame {
    private static final JsonMapper JSON = new JsonMapper();

    private Frame() {}

    /** An event with an object as data; JSON as it is written here has no line breaks. */
    static byte[] event(String name, Object body) {
        try {
            return "event: %s\ndata: %s\n\n"
                    .formatted(name, JSON.writeValueAsString(body))
                    .getBytes(StandardCharsets.UTF_8);
        } catch (JsonProcessingException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A comment, which shows that the connection works, and whether it does. */
    static byte[] heartbeat() {
        return ":\n\n".getBytes(StandardCharsets.UTF_8);
    }
}
