package io.twinstream.deploy.cli.setup;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.twinstream.deploy.cli.console.CommandException;
import io.twinstream.deploy.cli.console.ExitCodes;
import io.twinstream.deploy.cli.console.Output;
import java.io.IOException;
import java.io.InputStream;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Names the pages of the documentation, or prints one. They come with the program, so they are of its version. */
@Command(
        name = "docs",
        description = "Names the pages of the documentation and what each is good for, or prints one of them.",
        footer = {"  twinstream docs", "  twinstream docs first-hour | less"})
public final class DocsCommand implements Callable<Integer> {
    private static final String FOLDER = "/io/twinstream/deploy/docs/";

    /** A row of the contents: a link to a page, and what its reader can do. */
    private static final Pattern ROW = Pattern.compile("(?m)^\\| \\[[^\\]]*]\\(([a-z-]+)\\.md\\) \\| (.*) \\|$");

    @Spec
    private @Nullable CommandSpec spec;

    @Parameters(arity = "0..1", paramLabel = "PAGE", description = "A page, by its name.")
    private @Nullable String page;

    @Override
    public Integer call() throws Exception {
        Output out = Output.of(spec);
        Map<String, String> pages = pages();
        if (page == null) {
            int width = pages.keySet().stream().mapToInt(String::length).max().orElse(0);
            pages.forEach((name, use) -> out.println(name + " ".repeat(width - name.length() + 2) + use));
        } else if (pages.containsKey(page)) {
            out.println(text(page).stripTrailing());
        } else {
            throw new CommandException(
                    ExitCodes.USAGE, "there is no page '%s': choose one of %s".formatted(page, pages.keySet()));
        }
        return ExitCodes.OK;
    }

    /** Returns what each page is good for, in the order of the contents. */
    private static Map<String, String> pages() throws IOException {
        Map<String, String> pages = new LinkedHashMap<>();
        for (MatchResult row : ROW.matcher(text("README")).results().toList()) {
            pages.put(row.group(1), row.group(2));
        }
        return pages;
    }

    private static String text(String page) throws IOException {
        try (InputStream file = DocsCommand.class.getResourceAsStream(FOLDER + page + ".md")) {
            if (file == null) {
                throw new IOException("the documentation isn't in this program: build it anew");
            }
            return new String(file.readAllBytes(), UTF_8);
        }
    }
}
