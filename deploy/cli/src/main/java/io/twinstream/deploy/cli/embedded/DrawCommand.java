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
            "FOLDER/gallery/NAME holds three pictures of each person, and FOLDER/probes/NAME.png is one more by another "
                    + "hand. FOLDER/probes/stranger.png shows somebody else."
        },
        footer = {"  twinstream draw pictures", "  twinstream enrol pictures/gallery"})
public final class DrawCommand implements Callable<Integer> {
    private static final List<String> NAMES = List.of("alice", "bob", "carol", "dave", "erin", "frank");
    private static final String STRANGER = "stranger";
    private static final int REFERENCES = 3;

    @Spec
    private @Nullable CommandSpec spec;

    @Parameters(paramLabel = "FOLDER", description = "A folder that doesn't exist yet.")
    private Path folder = Path.of("");

    @Option(
            names = "--people",
            paramLabel = "N",
            defaultValue = "6",
            description = "How many people to draw, 1 or more (default: ${DEFAULT-VALUE}).")
    private int people;

    @Option(
            names = "--seed",
            defaultValue = "1",
            description = "Seed of the drawings; the same one gives the same pictures (default: ${DEFAULT-VALUE}).")
    private long seed;

    @Override
    public Integer call() throws Exception {
        if (Files.exists(folder)) {
            throw new CommandException(ExitCodes.USAGE, folder + " exists already: name a folder that doesn't");
        }
        if (people < 1) {
            throw new CommandException(ExitCodes.USAGE, "--people must be positive, was " + people);
        }
        DrawnCharacters drawings = new DrawnCharacters(seed);
        for (int person = 0; person < people; person++) {
            for (int hand = 1; hand <= REFERENCES; hand++) {
                write("gallery/%s/%d.png".formatted(name(person), hand), drawings.png(person, hand));
            }
            write("probes/" + name(person) + ".png", drawings.png(person, 0));
        }
        write("probes/" + STRANGER + ".png", drawings.png(people, 0));
        Output.of(spec)
                .println("drawn: %d pictures of %d people in %s, and %d probes in %s"
                        .formatted(
                                REFERENCES * people,
                                people,
                                folder.resolve("gallery"),
                                people + 1,
                                folder.resolve("probes")));
        return ExitCodes.OK;
    }

    private static String name(int person) {
        return person < NAMES.size() ? NAMES.get(person) : "person-" + (person + 1);
    }

    private void write(String name, byte[] png) throws IOException {
        Path file = folder.resolve(name);
        Files.createDirectories(file.getParent());
        Files.write(file, png);
    }
}
