package io.twinstream.trainer.network;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A device choice says on what a network is to learn, as people write it: {@value #FORMS}.
 *
 * @param kind the kind of device
 * @param gpu the GPU's number as CUDA counts, from 0; 0 for other kinds
 */
public record DeviceChoice(Kind kind, int gpu) {
    /** These forms are taken. */
    public static final String FORMS = "auto, cpu, gpu or gpu:N";

    public static final DeviceChoice AUTO = new DeviceChoice(Kind.AUTO, 0);
    public static final DeviceChoice CPU = new DeviceChoice(Kind.CPU, 0);

    private static final Pattern GPU = Pattern.compile("gpu(?::(\\d{1,2}))?");

    /** A network learns on one of these kinds. */
    public enum Kind {
        /** The first GPU where PyTorch sees one, otherwise the CPU. */
        AUTO,
        CPU,
        /** One GPU, and nothing else. */
        GPU
    }

    /**
     * Reads a choice.
     *
     * @throws IllegalArgumentException if it is none; one line
     */
    public static DeviceChoice parse(String value) {
        if (value.equals("auto")) {
            return AUTO;
        }
        if (value.equals("cpu")) {
            return CPU;
        }
        Matcher matcher = GPU.matcher(value);
        if (!matcher.matches()) {
            throw new IllegalArgumentException(
                    "'%s' must be %s, like gpu:1 for the second GPU".formatted(value, FORMS));
        }
        return new DeviceChoice(Kind.GPU, matcher.group(1) == null ? 0 : Integer.parseInt(matcher.group(1)));
    }
}
