package io.twinstream.schemas.http;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.exc.MismatchedInputException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.javalin.http.BadRequestResponse;
import io.twinstream.schemas.text.ForeignText;
import java.io.IOException;
import java.lang.reflect.RecordComponent;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * This is the form of a request's JSON body: one object with the fields of a record. What breaks the form is refused with 400 and
 * one line that names the field, what is wrong and an example. The line holds no text of a parser and no class. Immutable.
 *
 * <p>A component's type says what its field takes: {@code String} a text, {@code Integer} and {@code Long} a whole number,
 * {@code Double} a number, {@code Boolean} true or false, {@code List} a list of texts. Nothing is converted. A field that is left out or null is null in the record.
 */
public final class JsonBody<T extends Record> {
    private static final JsonMapper JSON = JsonMapper.builder()
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .enable(DeserializationFeature.FAIL_ON_READING_DUP_TREE_KEY)
            .build();

    private final Class<T> type;
    private final String example;
    private final Map<String, Class<?>> fields = new LinkedHashMap<>();

    /**
     * Makes a form.
     *
     * @param example a body that has the form, on one line
     */
    public JsonBody(Class<T> type, String example) {
        this.type = type;
        this.example = example;
        for (RecordComponent each : type.getRecordComponents()) {
            fields.put(each.getName(), each.getType());
        }
    }

    /**
     * Reads a body.
     *
     * @throws BadRequestResponse if it hasn't the form
     */
    public T read(byte[] body) {
        JsonNode json = parsed(body);
        if (!json.isObject()) {
            throw refused("the body must be one JSON object, and is " + (json.isMissingNode() ? "empty" : kind(json)));
        }
        json.properties().forEach(each -> check(each.getKey(), each.getValue()));
        try {
            return JSON.treeToValue(json, type);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("the fields of %s are checked".formatted(type), e);
        }
    }

    /** Makes the refusal of a body that breaks a rule, which the line says. */
    public BadRequestResponse refused(String rule) {
        return new BadRequestResponse("%s: write it as in %s".formatted(rule, example));
    }

    /** Makes the refusal of a body that lacks a field. */
    public BadRequestResponse missing(String field) {
        return refused("the field %s is missing".formatted(field));
    }

    private JsonNode parsed(byte[] body) {
        try {
            return JSON.readTree(body);
        } catch (MismatchedInputException e) {
            String twice = field(e);
            throw refused(
                    twice == null
                            ? "the body goes on behind its JSON object"
                            : "the field %s stands twice in the body".formatted(ForeignText.value(twice)));
        } catch (JsonProcessingException e) {
            throw refused(
                    e.getLocation() == null
                            ? "the body is no JSON"
                            : "the body is no JSON at line %d, column %d"
                                    .formatted(
                                            e.getLocation().getLineNr(),
                                            e.getLocation().getColumnNr()));
        } catch (IOException e) {
            throw refused("the body is no text in UTF-8");
        }
    }

    /** Returns the field that the parser stands at; null where it stands behind the object. */
    private static @Nullable String field(MismatchedInputException e) {
        try {
            return e.getProcessor() instanceof JsonParser parser ? parser.currentName() : null;
        } catch (IOException unread) {
            return null;
        }
    }

    private void check(String field, JsonNode value) {
        Class<?> taken = fields.get(field);
        if (taken == null) {
            throw refused("the field %s is unknown, there are %s"
                    .formatted(ForeignText.value(field), String.join(", ", fields.keySet())));
        }
        if (!value.isNull() && !takes(taken, value)) {
            throw refused("the field %s must be %s, and is %s"
                    .formatted(
                            field,
                            words(taken),
                            taken == List.class && value.isArray() ? "a list of others" : kind(value)));
        }
    }

    private static boolean takes(Class<?> taken, JsonNode value) {
        if (taken == Integer.class) {
            return value.isIntegralNumber() && value.canConvertToInt();
        }
        if (taken == Long.class) {
            return value.isIntegralNumber() && value.canConvertToLong();
        }
        if (taken == Double.class) {
            return value.isNumber();
        }
        if (taken == List.class) {
            return value.isArray() && value.valueStream().allMatch(JsonNode::isTextual);
        }
        return taken == Boolean.class ? value.isBoolean() : value.isTextual();
    }

    private static String words(Class<?> taken) {
        if (taken == Integer.class) {
            return "a whole number of at most %d".formatted(Integer.MAX_VALUE);
        }
        if (taken == Long.class) {
            return "a whole number of at most %d".formatted(Long.MAX_VALUE);
        }
        if (taken == Double.class) {
            return "a number";
        }
        if (taken == List.class) {
            return "a list of texts";
        }
        return taken == Boolean.class ? "true or false" : "a text";
    }

    private static String kind(JsonNode value) {
        return switch (value.getNodeType()) {
            case STRING -> "a text";
            case NUMBER -> ForeignText.value(value.asText());
            case BOOLEAN -> value.asText();
            case ARRAY -> "a list";
            case OBJECT -> "an object";
            default -> "null";
        };
    }
}
