package io.twinstream.schemas.settings;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.apache.kafka.common.config.ConfigException;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HttpUrlTest {
    private final HttpUrl validator = HttpUrl.ofService();

    @ParameterizedTest
    @ValueSource(
            strings = {"", "http://127.0.0.1:8080", "http://ingest:8080/", "https://ingest.example", "http://[::1]:1"})
    void anAddressOrNoneIsTaken(String url) {
        assertDoesNotThrow(() -> validator.ensureValid("verifier.ingest.url", url));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "ingest:8080",
                "ftp://ingest",
                "http://",
                "http://a b",
                "http://a/v1",
                "http://u:p@a",
                "http://a?x"
            })
    void anythingElseIsOneLineThatNamesTheKey(String url) {
        ConfigException error =
                assertThrows(ConfigException.class, () -> validator.ensureValid("verifier.ingest.url", url));

        assertEquals(
                "Invalid value %s for configuration verifier.ingest.url: must be a URL such as http://HOST:PORT, without a path"
                        .formatted(url),
                error.getMessage());
    }
}
