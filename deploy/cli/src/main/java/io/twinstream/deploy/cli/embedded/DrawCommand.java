package io.twinstream.deploy.cli.embedded;

import io.twinstream.deploy.cli.console.CommandException;
import io.twinstream.deploy.cli.console.ExitCodes;
import io.twinstream.deploy.cli.console.Output;
import io.twinstream.deploy.drawing.DrawnCharacters;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Draws pictures to try the other commands with: a character stands for each person, drawn by several hands. */
@Command(
        name = "draw",
        description = {
            "Draws characters that the shipped models can tell apart, to try the other commands with.",
            "FOLDER/gallery/NAME holds three pictures of each person, FOLDER/probes/NAME.png one more by another hand; "
                    + "nobody has enrolled the one in FOLDER/probes/stranger.png."
        },
        footer = {"  twinstream draw pictures", "  twinstream enrol pictures/gallery"})
public final class DrawCommand implements Callable<Integer> {
    private static final List<String> PEOPLE = List.of("alice", "bob", "carol", "dave", "erin", "frank");
    private static final String STRANGER = "stranger";
    private static final int REFERENCES = 3;

    @Spec
    private @Nullable CommandSpec spec;

    @Parameters(paramLabel = "FOLDER", description = "A folder that doesn't exist yet.")
    private Path folder = Path.of("");

    @Option(
            names = "--seed",
            defaultValue = "1",
            description =
                    "What the drawings follow from; the same seed gives the same pictures (default: ${DEFAULT-VALUE}).")
    private long seed;

    @Override
    public Integer call() throws Exception {
        if (Files.exists(folder)) {
            throw new CommandException(ExitCodes.USAGE, folder + " exists already: name a folder that doesn't");
        }
        DrawnCharacters drawings = new DrawnCharacters(seed);
        for (int person = 0; person < PEOPLE.size(); person++) {
            for (int hand = 1; hand <= REFERENCES; hand++) {
                write("gallery/%s/%d.png".formatted(PEOPLE.get(person), hand), drawings.png(person, hand));
            }
            write("probes/" + PEOPLE.get(person) + ".png", drawings.png(person, 0));
        }
        write("probes/" + STRANGER + ".png", drawings.png(PEOPLE.size(), 0));
        Output.of(spec)
                .println("drawn: %d pictures of %d people in %s, and %d probes in %s"
                        .formatted(
                                REFERENCES * PEOPLE.size(),
                                PEOPLE.size(),
                                folder.resolve("gallery"),
                                PEOPLE.size() + 1,
                                folder.resolve("probes")));
        return ExitCodes.OK;
    }

    private void write(String name, byte[] png) throws IOException {
        Path file = folder.resolve(name);
        Files.createDirectories(file.getParent());
        Files.write(file, png);
    }
}
