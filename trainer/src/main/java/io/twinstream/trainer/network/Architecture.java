package io.twinstream.trainer.network;

import io.twinstream.schemas.modelpackage.InputSpec;
import java.util.List;
import java.util.stream.Collectors;

/** An architecture is a kind of twin network, and makes fresh networks without weights. */
public interface Architecture {
    /** Returns the name that users choose it by. */
    String name();

    /** Returns what its networks take where nothing else is asked for. */
    InputSpec defaultInput();

    /** Returns what its networks take where nothing else is asked for: of photographs 64 x 64 pixels in colour. */
    default InputSpec defaultInput(boolean photographs) {
        return photographs ? new InputSpec(64, 64, 3, false) : defaultInput();
    }

    /**
     * Makes a network that takes the given input.
     *
     * @throws IllegalArgumentException if it can't
     */
    TwinNetwork network(InputSpec input);

    /** Returns the architecture of that name. */
    static Architecture named(String name) {
        return all().stream()
                .filter(each -> each.name().equals(name))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("no architecture '%s': there are %s"
                        .formatted(name, all().stream().map(Architecture::name).collect(Collectors.joining(", ")))));
    }

    /** Returns all architectures, the smallest first. */
    static List<Architecture> all() {
        return List.of(new Compact(), new Wide(), new Koch2015());
    }
}
