package io.twinstream.verifier.web;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import io.javalin.http.Header;
import io.javalin.http.HttpStatus;
import io.twinstream.schemas.text.Sha256;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Page routes serve the page: {@code GET /} and the files that it loads, open to every caller, since they hold nothing
 * but the page itself. The served files are a list, so no path that a caller sends names a file.
 */
public final class PageRoutes {
    private static final String FOLDER = "page/";
    private static final List<String> FILES = List.of(
            "alarms.js",
            "api.js",
            "app.js",
            "chart.js",
            "curves.js",
            "det.js",
            "dialog.js",
            "enrolment.js",
            "errors.js",
            "events.js",
            "feedback.js",
            "filters.js",
            "format.js",
            "group.js",
            "histogram.js",
            "hooks.js",
            "html.js",
            "icon.svg",
            "incidents.js",
            "lag.js",
            "letters.js",
            "logit.js",
            "main.js",
            "model.js",
            "models.js",
            "notice.js",
            "orders.js",
            "overview.js",
            "pictures.js",
            "regions.js",
            "runs.js",
            "sources.js",
            "style.css",
            "subjects.js",
            "sums.js",
            "swaps.js",
            "table.js",
            "theme.js",
            "timechart.js",
            "token.js",
            "training.js",
            "verdict.js",
            "verdicts.js",
            "windows.js");

    /** Finds the import map, the only script within the page; the policy allows it by its hash, and no other. */
    private static final Pattern INLINE_SCRIPT =
            Pattern.compile("<script type=\"importmap\">(.*?)</script>", Pattern.DOTALL);

    private PageRoutes() {}

    /**
     * Adds the page's routes.
     *
     * @throws IllegalStateException if the build lacks a file of the page
     */
    public static void register(RoutesConfig routes) {
        PageFile index = PageFile.of(FOLDER + "index.html");
        String policy = policy(new String(index.bytes(), UTF_8));
        routes.get("/", ctx -> {
            ctx.header("Content-Security-Policy", policy);
            send(ctx, index);
        });
        FILES.forEach(name -> serve(routes, "/page/" + name, FOLDER + name));
        libraries().forEach((name, resource) -> serve(routes, "/page/lib/" + name, resource));
    }

    private static void serve(RoutesConfig routes, String path, String resource) {
        PageFile file = PageFile.of(resource);
        routes.get(path, ctx -> send(ctx, file));
    }

    private static void send(Context ctx, PageFile file) {
        ctx.header(Header.CACHE_CONTROL, "no-cache");
        ctx.header(Header.ETAG, file.tag());
        if (file.tag().equals(ctx.header(Header.IF_NONE_MATCH))) {
            ctx.status(HttpStatus.NOT_MODIFIED);
        } else {
            ctx.contentType(file.type()).result(file.bytes());
        }
    }

    private static String policy(String index) {
        Matcher script = INLINE_SCRIPT.matcher(index);
        if (!script.find()) {
            throw new IllegalStateException("index.html has no import map");
        }
        String hash = Base64.getEncoder()
                .encodeToString(Sha256.digest().digest(script.group(1).getBytes(UTF_8)));
        return String.join(
                "; ",
                "default-src 'none'",
                "script-src 'self' 'sha256-%s'".formatted(hash),
                "style-src 'self'",
                "img-src 'self' blob:",
                "connect-src 'self'",
                "base-uri 'none'",
                "form-action 'none'",
                "frame-ancestors 'none'");
    }

    /** Returns the places of the page's libraries in their jars, by the names that they are served under. */
    private static Map<String, String> libraries() {
        String preact = resources("org.webjars.npm", "preact", "webjars");
        String htm = resources("org.mvnpm", "htm", "_static");
        String uplot = resources("org.webjars.npm", "uplot", "webjars");
        return Map.of(
                "preact.js", preact + "dist/preact.module.js",
                "hooks.js", preact + "hooks/dist/hooks.module.js",
                "htm.js", htm + "dist/htm.module.js",
                "uplot.js", uplot + "dist/uPlot.esm.js",
                "uplot.css", uplot + "dist/uPlot.min.css");
    }

    /** Returns a library's folder, whose name contains the version that only the pom says. */
    private static String resources(String group, String artifact, String folder) {
        String resource = "/META-INF/maven/%s/%s/pom.properties".formatted(group, artifact);
        try (InputStream in = PageRoutes.class.getResourceAsStream(resource)) {
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

    /**
     * A page file is a file of the page that is held in memory.
     *
     * @param type the media type, with the charset
     * @param tag the entity tag, by which a browser asks whether its copy is the same
     */
    private record PageFile(byte[] bytes, String type, String tag) {

        /**
         * Reads a file of the build.
         *
         * @throws IllegalStateException if the build lacks the resource
         */
        static PageFile of(String resource) {
            try (InputStream in = PageRoutes.class.getResourceAsStream(resource)) {
                if (in == null) {
                    throw new IllegalStateException("the build lacks " + resource);
                }
                byte[] bytes = in.readAllBytes();
                return new PageFile(bytes, typeOf(resource), '"' + Sha256.of(bytes) + '"');
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        private static String typeOf(String resource) {
            String extension = resource.substring(resource.lastIndexOf('.') + 1);
            return switch (extension) {
                case "html" -> "text/html; charset=utf-8";
                case "css" -> "text/css; charset=utf-8";
                case "js" -> "text/javascript; charset=utf-8";
                case "svg" -> "image/svg+xml";
                default -> throw new IllegalStateException("no media type is known for " + resource);
            };
        }
    }
}
