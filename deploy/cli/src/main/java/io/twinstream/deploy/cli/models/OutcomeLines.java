package io.twinstream.deploy.cli.models;

import io.twinstream.verifier.control.ActivationEntry;
import io.twinstream.verifier.control.ActivationOutcome;
import io.twinstream.verifier.control.ActivationOutcome.Unready;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;

/** An activation that was written, as lines for people: from when, and what to mind. */
final class OutcomeLines {
    private static final DateTimeFormatter LOCAL = DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss.SSS xxx");

    private OutcomeLines() {}

    static List<String> of(ActivationOutcome outcome) {
        ActivationEntry entry = outcome.entry();
        List<String> lines = new ArrayList<>();
        lines.add("%s from %s (%s)".formatted(effect(entry), local(entry.effectiveAt()), entry.effectiveAt()));
        for (ActivationEntry cancelled : outcome.cancelled()) {
            lines.add("cancelled: %s from %s".formatted(effect(cancelled), local(cancelled.effectiveAt())));
        }
        boolean serving = entry.slot().equals("serving");
        for (Unready each : outcome.notReady()) {
            lines.add("warning: %s %s: %s"
                    .formatted(
                            each.instance(),
                            each.state() == null ? "doesn't know the version yet" : "is " + each.state(),
                            serving
                                    ? "unless it is ready by then, its probes will wait for it"
                                    : "it scores nothing in the shadow until it is ready"));
        }
        return lines;
    }

    private static String effect(ActivationEntry entry) {
        if (entry.name() == null) {
            return "the shadow is empty";
        }
        String model = entry.name() + "/" + entry.version();
        return model + (entry.slot().equals("serving") ? " serves" : " is in the shadow");
    }

    private static String local(Instant time) {
        return LOCAL.format(time.atZone(ZoneId.systemDefault()));
    }
}
