package io.twinstream.deploy.acceptance.speed;

import io.twinstream.deploy.acceptance.rig.AcceptanceCheck;
import io.twinstream.deploy.acceptance.rig.Images;
import io.twinstream.deploy.acceptance.rig.Result;
import io.twinstream.deploy.acceptance.rig.Rig;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Starts a verifier, a command and the demo on each Java, first without a start cache and then with one. In the first ten seconds
 * that it is ready a verifier with a start cache of Java 25 reaches at least half of its full rate.
 */
public final class Starts implements AcceptanceCheck {
    private static final double LEAST = 0.5;
    private static final int WITH_PROFILES = 25;
    private static final List<Integer> FEATURES = List.of(17, WITH_PROFILES);
    private static final int PROBES = 700_000;

    @Override
    public Result run(Path folder) throws Exception {
        List<Images.Drawing> drawings = Images.read(folder).all();
        List<String> figures = new ArrayList<>();
        double share = 0;
        try (Rig rig = new Rig()) {
            for (Jdk jdk : Jdk.find(FEATURES).values()) {
                StartTrial without =
                        StartTrial.run(rig, jdk, false, "start-without-" + jdk.feature(), drawings, PROBES);
                System.err.printf("Java %d without: %s%n", jdk.feature(), without);
                long start = System.nanoTime();
                System.err.print(
                        StartTrial.launched(Map.of("JAVA_HOME", jdk.home().toString()), "rehearse"));
                double made = (System.nanoTime() - start) / 1e9;
                StartTrial with = StartTrial.run(rig, jdk, true, "start-with-" + jdk.feature(), drawings, PROBES);
                System.err.printf("Java %d with: %s%n", jdk.feature(), with);
                figures.add("Java %d without: %s; with its start cache, made in %.0f s: %s"
                        .formatted(jdk.feature(), without, made, with));
                share = jdk.feature() == WITH_PROFILES ? with.earlyShare() : share;
            }
        }
        if (share == 0) {
            figures.add("no Java 25 is here: name its home in JDKS");
        }
        return new Result(share >= LEAST, String.join("; ", figures));
    }
}
