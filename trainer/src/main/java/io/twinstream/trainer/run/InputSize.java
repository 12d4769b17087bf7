package io.twinstream.trainer.run;

import io.twinstream.schemas.modelpackage.InputSpec;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** An input size holds the pixels and channels of a network's input, as people write them: {@code 48x48} or {@code 64x64x3}. */
public record InputSize(int width, int height, int channels) {
    private static final Pattern SIZE = Pattern.compile("(\\d{1,4})x(\\d{1,4})(?:x([13]))?");

    /**
     * Reads a size.
     *
     * @throws IllegalArgumentException if it is none; one line
     */
    public static InputSize parse(String value) {
        Matcher matcher = SIZE.matcher(value);
        if (!matcher.matches()) {
            throw new IllegalArgumentException(
                    "'%s' must be WIDTHxHEIGHT or WIDTHxHEIGHTxCHANNELS with 1 or 3 channels, like 48x48"
                            .formatted(value));
        }
        int channels = matcher.group(3) == null ? 1 : Integer.parseInt(matcher.group(3));
        return new InputSize(Integer.parseInt(matcher.group(1)), Integer.parseInt(matcher.group(2)), channels);
    }

    /** Returns an input of that size, or of the default's. */
    public static InputSpec spec(@Nullable InputSize size, boolean photographs, InputSpec otherwise) {
        return size == null
                ? new InputSpec(otherwise.width(), otherwise.height(), otherwise.channels(), !photographs)
                : new InputSpec(size.width(), size.height(), size.channels(), !photographs);
    }
}
