package io.twinstream.deploy.cli.training;

import io.twinstream.schemas.modelpackage.InputSpec;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Reads {@code 48x48} or {@code 64x64x3}. */
final class InputConverter implements ITypeConverter<InputConverter.Size> {
    private static final Pattern SIZE = Pattern.compile("(\\d{1,4})x(\\d{1,4})(?:x([13]))?");

    /** Pixels and channels of a network's input. */
    record Size(int width, int height, int channels) {}

    @Override
    public Size convert(String value) {
        Matcher matcher = SIZE.matcher(value);
        if (!matcher.matches()) {
            throw new TypeConversionException(
                    "'%s' must be WIDTHxHEIGHT or WIDTHxHEIGHTxCHANNELS with 1 or 3 channels, like 48x48"
                            .formatted(value));
        }
        int channels = matcher.group(3) == null ? 1 : Integer.parseInt(matcher.group(3));
        return new Size(Integer.parseInt(matcher.group(1)), Integer.parseInt(matcher.group(2)), channels);
    }

    /** The input of that size, or of the default's. */
    static InputSpec spec(@Nullable Size size, boolean photographs, InputSpec otherwise) {
        return size == null
                ? new InputSpec(otherwise.width(), otherwise.height(), otherwise.channels(), !photographs)
                : new InputSpec(size.width(), size.height(), size.channels(), !photographs);
    }
}
