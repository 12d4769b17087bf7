package io.twinstream.deploy.acceptance.speed;

import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;

/** Is a Java of this machine, with its feature release, as 17. */
record Jdk(int feature, Path home) {
    /** Names homes of Javas, separated by colons, to try instead of those that are found. */
    private static final String VARIABLE = "JDKS";

    private static final Path FOLDER = Path.of("/usr/lib/jvm");

    /** Finds one Java for each of the feature releases: of {@code $JDKS}, or else this one and those of {@code /usr/lib/jvm}. */
    static SortedMap<Integer, Jdk> find(List<Integer> features) throws IOException {
        SortedMap<Integer, Jdk> found = new TreeMap<>();
        for (Path home : homes()) {
            Path release = home.resolve("release");
            if (Files.isReadable(release)) {
                Jdk jdk = new Jdk(feature(release), home.toRealPath());
                if (features.contains(jdk.feature)) {
                    found.putIfAbsent(jdk.feature, jdk);
                }
            }
        }
        return found;
    }

    private static List<Path> homes() throws IOException {
        String given = System.getenv(VARIABLE);
        if (given != null) {
            return Stream.of(given.split(":")).map(Path::of).toList();
        }
        List<Path> homes = new ArrayList<>(List.of(Path.of(System.getProperty("java.home"))));
        if (Files.isDirectory(FOLDER)) {
            try (Stream<Path> folders = Files.list(FOLDER)) {
                folders.sorted().forEach(homes::add);
            }
        }
        return homes;
    }

    private static int feature(Path release) throws IOException {
        Properties properties = new Properties();
        try (Reader reader = Files.newBufferedReader(release)) {
            properties.load(reader);
        }
        return Runtime.Version.parse(properties.getProperty("JAVA_VERSION").replace("\"", ""))
                .feature();
    }
}
