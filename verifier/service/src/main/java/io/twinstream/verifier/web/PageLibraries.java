package io.twinstream.verifier.web;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Map;
import java.util.Properties;

/** Where the page's libraries lie in the jars that bring them, by the name that they are served under. */
final class PageLibraries {
    private static final String PREACT = resources("org.webjars.npm", "preact", "webjars");
    private static final String HTM = resources("org.mvnpm", "htm", "_static");
    private static final String UPLOT = resources("org.webjars.npm", "uplot", "webjars");

    static final Map<String, String> RESOURCES = Map.of(
            "preact.js", PREACT + "dist/preact.module.js",
            "hooks.js", PREACT + "hooks/dist/hooks.module.js",
            "htm.js", HTM + "dist/htm.module.js",
            "uplot.js", UPLOT + "dist/uPlot.esm.js",
            "uplot.css", UPLOT + "dist/uPlot.min.css");

    private PageLibraries() {}

    /** The folder has the version in its name, and the pom is to be the only place that says it. */
    private static String resources(String group, String artifact, String folder) {
        String resource = "/META-INF/maven/%s/%s/pom.properties".formatted(group, artifact);
        try (InputStream in = PageLibraries.class.getResourceAsStream(resource)) {
            if (in == null) {
                throw new IllegalStateException("the build lacks " + resource);
            }
            Properties properties = new Properties();
            properties.load(in);
            return "/META-INF/resources/%s/%s/%s/".formatted(folder, artifact, properties.getProperty("version"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
