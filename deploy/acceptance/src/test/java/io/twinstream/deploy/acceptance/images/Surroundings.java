package io.twinstream.deploy.acceptance.images;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.twinstream.deploy.acceptance.rig.Command;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Is what a process of the launcher finds: cron's empty environment, or that of a machine with a locale of its own, which is
 * made by {@code localedef} where the machine has none.
 *
 * @param variables variables beside {@code PATH} and {@code HOME}
 */
record Surroundings(String name, Map<String, String> variables) {
    private static final List<List<String>> LOCALES = List.of(
            List.of("tr_TR", "ISO-8859-9"),
            List.of("ar_EG", "UTF-8"),
            List.of("fa_IR", "UTF-8"),
            List.of("de_DE", "ISO-8859-1"),
            List.of("ja_JP", "EUC-JP"));

    /**
     * Returns an empty environment and five locales; those that can't be made are the JVM's alone, by its options, and say so.
     */
    static List<Surroundings> all(Path folder) throws IOException, InterruptedException {
        List<Surroundings> all = new ArrayList<>(List.of(new Surroundings("env -i", Map.of())));
        Path locales = Files.createDirectories(folder.resolve("locales"));
        for (List<String> each : LOCALES) {
            String name = each.get(0) + "." + each.get(1);
            String made = locales.resolve(name).toString();
            try {
                Command.run("localedef", "--no-archive", "-c", "-i", each.get(0), "-f", each.get(1), made);
                all.add(new Surroundings(name, Map.of("LOCPATH", locales.toString(), "LC_ALL", name, "LANG", name)));
            } catch (IOException e) {
                System.err.printf("%s is the JVM's alone: %s%n", name, e.getMessage());
                String[] parts = each.get(0).split("_", -1);
                all.add(new Surroundings(
                        each.get(0) + " by options",
                        Map.of(
                                "TWINSTREAM_JAVA_OPTS",
                                "-Duser.language=%s -Duser.country=%s".formatted(parts[0], parts[1]))));
            }
        }
        return all;
    }

    /** Holds what a command that has ended left. */
    record Ended(int code, String out, String err) {}

    /** Runs the launcher to its end. */
    Ended run(Path folder, String... arguments) throws IOException, InterruptedException {
        Path out = Files.createTempFile(folder, "out", "");
        Path err = Files.createTempFile(folder, "err", "");
        Process process = builder(folder, List.of(arguments))
                .redirectOutput(out.toFile())
                .redirectError(err.toFile())
                .start();
        int code = process.waitFor();
        return new Ended(code, Files.readString(out, UTF_8), Files.readString(err, UTF_8));
    }

    /** Starts a service of the launcher, whose output goes to a file. */
    Process start(Path folder, List<String> arguments) throws IOException {
        return builder(folder, arguments)
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("service.log").toFile())
                .start();
    }

    private ProcessBuilder builder(Path folder, List<String> arguments) {
        Map<String, String> environment = new TreeMap<>(variables);
        environment.put("PATH", System.getenv("PATH"));
        environment.put("HOME", "/tmp");
        List<String> command = new ArrayList<>(List.of("env", "-i"));
        environment.forEach((key, value) -> command.add(key + "=" + value));
        command.add(new File(System.getProperty("twinstream.launcher", "deploy/twinstream")).getAbsolutePath());
        command.addAll(arguments);
        return new ProcessBuilder(command).directory(folder.toFile());
    }
}
