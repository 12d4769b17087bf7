package io.twinstream.deploy.acceptance.page;

import io.twinstream.deploy.settings.AllSettings;
import io.twinstream.schemas.settings.CommonSettings;
import io.twinstream.schemas.settings.Settings;
import java.io.File;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.awaitility.Awaitility;

/** Runs {@code twinstream demo} as a user starts it. Its log stays. */
final class DemoProcess implements AutoCloseable {
    private static final Pattern ADDRESSES = Pattern.compile("broker (\\S+), ingest (\\S+), page (\\S+)");
    private static final Duration START = Duration.ofMinutes(3);
    private static final String STREAMING = "first verdict";

    private final Path log = Files.createTempFile("demo", ".log");
    private final Process process;
    private final Matcher addresses;

    /** Starts it and waits for its first verdict. */
    DemoProcess(String... arguments) throws IOException {
        File launcher = new File(System.getProperty("twinstream.launcher", "deploy/twinstream"));
        List<String> command = new ArrayList<>(List.of(launcher.getAbsolutePath(), "demo"));
        command.addAll(List.of(arguments));
        process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
        Awaitility.await("the demo's first verdict, see " + log).atMost(START).until(() -> {
            if (!process.isAlive()) {
                throw new IllegalStateException("the demo has ended by itself, see " + log);
            }
            return Files.readString(log).contains(STREAMING);
        });
        addresses = ADDRESSES.matcher(Files.readString(log));
        if (!addresses.find()) {
            throw new IllegalStateException("the demo says no addresses, see " + log);
        }
    }

    URI page() {
        return URI.create(addresses.group(3));
    }

    URI ingest() {
        return URI.create(addresses.group(2));
    }

    /** Returns the settings for who writes to its topics. */
    Settings settings() {
        return Settings.parse(AllSettings.define(), Map.of(CommonSettings.BOOTSTRAP, addresses.group(1)));
    }

    @Override
    public void close() throws InterruptedException {
        process.destroy();
        process.waitFor();
        System.err.println("log: " + log);
    }
}
