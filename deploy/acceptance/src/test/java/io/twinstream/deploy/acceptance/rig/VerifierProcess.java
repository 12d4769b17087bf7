package io.twinstream.deploy.acceptance.rig;

import io.twinstream.schemas.settings.CommonSettings;
import io.twinstream.verifier.settings.VerifierSettings;
import java.io.File;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Starts verifiers in processes of their own, by the launcher, as a user would start them. */
public final class VerifierProcess {
    private VerifierProcess() {}

    /**
     * Starts a verifier on a free port, with two threads.
     *
     * @param prefix prefix of topics and group
     * @param settings further settings, {@code key=value}
     */
    public static Process start(Rig rig, String prefix, Path log, String... settings) throws IOException {
        return start(rig, prefix, log, Map.of(), settings);
    }

    /** Starts a verifier on a free port, with two threads and with variables in its environment. */
    public static Process start(Rig rig, String prefix, Path log, Map<String, String> variables, String... settings)
            throws IOException {
        File launcher = new File(System.getProperty("twinstream.launcher", "deploy/twinstream"));
        List<String> command = new ArrayList<>(List.of(launcher.getAbsolutePath(), "verifier"));
        for (String setting : List.of(
                CommonSettings.BOOTSTRAP + "=" + rig.bootstrapServers(),
                CommonSettings.TOPIC_PREFIX + "=" + prefix,
                VerifierSettings.GROUP + "=" + prefix,
                VerifierSettings.HTTP_PORT + "=0",
                VerifierSettings.THREADS + "=2")) {
            command.addAll(List.of("--set", setting));
        }
        for (String setting : settings) {
            command.addAll(List.of("--set", setting));
        }
        ProcessBuilder process =
                new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log.toFile());
        process.environment().putAll(variables);
        return process.start();
    }
}
