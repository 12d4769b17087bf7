package io.twinstream.trainer.network;

import io.twinstream.schemas.modelpackage.InputSpec;
import java.util.List;
import java.util.stream.Collectors;

/** A kind of twin network; each makes fresh networks without weights. */
public interface Architecture {
    /** As users name it. */
    String name();

    /** What its networks take where nothing else is asked for. */
    InputSpec defaultInput();

    /**
     * A network that takes the given input.
     *
     * @throws IllegalArgumentException if it can't
     */
    TwinNetwork network(InputSpec input);

    /** The architecture of that name. */
    static Architecture named(String name) {
        return all().stream()
                .filter(each -> each.name().equals(name))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("no architecture '%s': there are %s"
                        .formatted(name, all().stream().map(Architecture::name).collect(Collectors.joining(", ")))));
    }

    /** All there are, the smallest first. */
    static List<Architecture> all() {
        return List.of(new Compact(), new Wide(), new Koch2015());
    }
}
