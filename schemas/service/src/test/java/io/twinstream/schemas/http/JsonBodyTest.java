package io.twinstream.schemas.http;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.javalin.http.BadRequestResponse;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class JsonBodyTest {
    private static final String EXAMPLE = "{\"name\": \"letters\"}";
    private static final JsonBody<Order> FORM = new JsonBody<>(Order.class, EXAMPLE);

    record Order(
            @Nullable String name,
            @Nullable Integer steps,
            @Nullable Long delayMs,
            @Nullable Boolean force,
            @Nullable Double rate,
            @Nullable List<String> teachers) {}

    @Test
    void aBodyOfTheFormIsRead() {
        assertEquals(
                new Order("a", 3, 1L << 40, true, 2.0, List.of("b/1", "c/2")),
                read(
                        "{\"name\": \"a\", \"steps\": 3, \"delayMs\": 1099511627776, \"force\": true, \"rate\": 2, \"teachers\": [\"b/1\", \"c/2\"]}"));
        assertEquals(new Order(null, null, null, null, null, null), read("{\"name\": null}"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '\'',
            value = {
                "''                          | the body must be one JSON object, and is empty",
                "null                        | the body must be one JSON object, and is null",
                "[1]                         | the body must be one JSON object, and is a list",
                "7                           | the body must be one JSON object, and is 7",
                "{                           | the body is no JSON at line 1, column 2",
                "{name: 1}                   | the body is no JSON at line 1, column 2",
                "{} {}                       | the body goes on behind its JSON object",
                "{} 1                        | the body goes on behind its JSON object",
                "{\"nmae\": 1}               | the field nmae is unknown, there are name, steps, delayMs, force, rate, teachers",
                "{\"na\\u0007\": 1}          | the field na\\u0007 is unknown, there are name, steps, delayMs, force, rate, teachers",
                "{\"name\": 1}               | the field name must be a text, and is 1",
                "{\"name\": {\"a\": 1}}      | the field name must be a text, and is an object",
                "{\"steps\": \"3\"}          | the field steps must be a whole number of at most 2147483647, and is a text",
                "{\"steps\": 2.5}            | the field steps must be a whole number of at most 2147483647, and is 2.5",
                "{\"steps\": 3000000000}     | the field steps must be a whole number of at most 2147483647, and is 3000000000",
                "{\"delayMs\": []}           | the field delayMs must be a whole number of at most 9223372036854775807, and is a list",
                "{\"force\": \"yes\"}        | the field force must be true or false, and is a text",
                "{\"rate\": \"0.1\"}         | the field rate must be a number, and is a text",
                "{\"teachers\": \"b/1\"}     | the field teachers must be a list of texts, and is a text",
                "{\"teachers\": [\"b/1\", 2]} | the field teachers must be a list of texts, and is a list of others",
                "{\"name\": \"a\", \"name\": \"b\"} | the field name stands twice in the body"
            })
    void whatBreaksTheFormIsOneLineThatNamesTheFieldAndAnExample(String body, String why) {
        assertEquals(why + ": write it as in " + EXAMPLE, refused(body.getBytes(UTF_8)));
    }

    @Test
    void bytesThatAreNoTextAndBodiesThatAreTooDeepNameNoClass() {
        for (byte[] body : new byte[][] {
            {'{', '"', (byte) 0xff, (byte) 0xfe, '"', ':', '1', '}'},
            {0, 0, 0, '{', 0, 0x11, 0, 0},
            "[".repeat(5_000).getBytes(UTF_8),
            ("{\"steps\": " + "9".repeat(5_000) + "}").getBytes(UTF_8)
        }) {
            String line = refused(body);

            assertTrue(line.endsWith(": write it as in " + EXAMPLE), line);
            assertFalse(line.matches("(?s).*(\\w+\\.\\w+\\.|Exception|Stream).*"), line);
        }
    }

    private static Order read(String body) {
        return FORM.read(body.getBytes(UTF_8));
    }

    private static String refused(byte[] body) {
        return String.valueOf(
                assertThrows(BadRequestResponse.class, () -> FORM.read(body)).getMessage());
    }
}
