package io.twinstream.deploy.cli.training;

import io.twinstream.deploy.cli.console.ExitCodes;
import io.twinstream.deploy.cli.console.Output;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Asks for a training run. What isn't given is left to the trainer. */
@Command(
        name = "ask",
        description =
                "Asks the trainer for a run, which trains a version and publishes it unless it is worse than the one that serves. "
                        + "The options are those of 'train', and what is named lies at the trainer's.",
        footer = {
            "  twinstream runs ask --name letters --model-version 2 --images background --validation validation",
            "  twinstream runs ask --architecture head --parent faces/1 --name faces --model-version 2 --images topic:"
        })
public final class RunsAskCommand implements Callable<Integer> {
    @Spec
    private @Nullable CommandSpec spec;

    @Mixin
    private TrainerClientOptions trainer = new TrainerClientOptions();

    @Option(names = "--id", description = "The run's id (default: a random one).")
    private @Nullable String id;

    @Option(names = "--name", required = true, description = "Name of the line of models.")
    private String name = "";

    @Option(
            names = "--model-version",
            required = true,
            paramLabel = "VERSION",
            description = "The model's version, unique within the name.")
    private String version = "";

    @Option(
            names = "--images",
            required = true,
            paramLabel = "SOURCE",
            description = "Images to learn from: a folder or an archive under trainer.data.root, or 'topic:'.")
    private String images = "";

    @Option(
            names = "--validation",
            paramLabel = "SOURCE",
            description = "Images of other classes to measure by (default: a part of the images, see --split).")
    private @Nullable String validation;

    @Option(
            names = "--split",
            paramLabel = "class|drawer",
            description = "What the part held back is made of (default: class).")
    private @Nullable String split;

    @Option(names = "--split-share", paramLabel = "SHARE", description = "How much is held back (default: 0.2).")
    private @Nullable Double splitShare;

    @Option(
            names = "--architecture",
            description = "compact, wide or koch2015; or head, which keeps the parent's network (default: compact).")
    private @Nullable String architecture;

    @Option(
            names = "--parent",
            paramLabel = "NAME/VERSION",
            description = "The published or shipped version to go on from.")
    private @Nullable String parent;

    @Option(names = "--photographs", description = "The images are photographs.")
    private @Nullable Boolean photographs;

    @Option(
            names = "--input",
            paramLabel = "WIDTHxHEIGHT[xCHANNELS]",
            description = "Pixels that the network takes (default: the parent's or the architecture's).")
    private @Nullable String input;

    @Option(
            names = "--steps",
            description = "Batches to learn from (default: the architecture's, as in all that follow).")
    private @Nullable Integer steps;

    @Option(names = "--pairs", description = "Genuine pairs in a batch.")
    private @Nullable Integer pairs;

    @Option(names = "--learning-rate", paramLabel = "RATE", description = "Learning rate at the start.")
    private @Nullable Double learningRate;

    @Option(names = "--symmetries", description = "How many classes one drawing gives by being turned: 1, 4 or 8.")
    private @Nullable Integer symmetries;

    @Option(names = "--epoch", paramLabel = "STEPS", description = "Steps between two looks at the validation images.")
    private @Nullable Integer epoch;

    @Option(names = "--schedule", paramLabel = "cosine|flat|tail", description = "The way of the learning rate.")
    private @Nullable String schedule;

    @Option(
            names = "--mean",
            paramLabel = "STEPS",
            description = "Export the exponential mean of the weights over about so many steps; 0 for the last ones.")
    private @Nullable Integer mean;

    @Option(
            names = "--proxies",
            paramLabel = "WEIGHT",
            description = "Weight of the loss against the moving means of all classes; 0 for none.")
    private @Nullable Double proxies;

    @Option(
            names = "--bend",
            paramLabel = "SHARE",
            description = "How far strokes are bent at most, as a share of the picture; 0 for not at all.")
    private @Nullable Double bend;

    @Option(
            names = "--teacher",
            paramLabel = "NAME/VERSION[,NAME/VERSION]",
            split = ",",
            description = "Learn from what these published or shipped models say of each batch too (default: none).")
    private @Nullable List<String> teachers;

    @Option(
            names = "--teacher-views",
            paramLabel = "K",
            description = "Small distortions of each picture that teachers see, whose mean counts (default: 1).")
    private @Nullable Integer teacherViews;

    @Option(names = "--seed", description = "Seed of weights and batches (default: 1).")
    private @Nullable Integer seed;

    @Option(
            names = "--force",
            paramLabel = "REASON",
            description = "Publish without the gate's comparison, for this reason, which is kept on record.")
    private @Nullable String force;

    @Override
    public Integer call() throws Exception {
        Map<String, Object> body = new LinkedHashMap<>();
        put(body, "id", id);
        put(body, "name", name);
        put(body, "version", version);
        put(body, "images", images);
        put(body, "validation", validation);
        put(body, "split", split);
        put(body, "splitShare", splitShare);
        put(body, "architecture", architecture);
        put(body, "parent", parent);
        put(body, "photographs", photographs);
        put(body, "input", input);
        put(body, "steps", steps);
        put(body, "pairs", pairs);
        put(body, "learningRate", learningRate);
        put(body, "symmetries", symmetries);
        put(body, "epoch", epoch);
        put(body, "schedule", schedule);
        put(body, "mean", mean);
        put(body, "proxies", proxies);
        put(body, "bend", bend);
        put(body, "teachers", teachers);
        put(body, "teacherViews", teacherViews);
        put(body, "seed", seed);
        put(body, "force", force);
        put(body, "by", System.getProperty("user.name"));
        String run = trainer.post(body).path("id").asText();
        Output.of(spec).println("run %s is asked for; 'twinstream runs list' shows how it goes".formatted(run));
        return ExitCodes.OK;
    }

    private static void put(Map<String, Object> body, String field, @Nullable Object value) {
        if (value != null) {
            body.put(field, value);
        }
    }
}
