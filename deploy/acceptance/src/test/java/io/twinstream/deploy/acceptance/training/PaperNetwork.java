package io.twinstream.deploy.acceptance.training;

import ai.djl.nn.Parameter;
import ai.djl.util.Pair;
import io.twinstream.deploy.acceptance.rig.Omniglot;
import io.twinstream.deploy.acceptance.rig.Result;
import io.twinstream.deploy.acceptance.rig.Rig;
import io.twinstream.deploy.acceptance.rig.TopicAnswers;
import io.twinstream.deploy.acceptance.rig.TrainingCheck;
import io.twinstream.deploy.broker.TemporaryFolder;
import io.twinstream.schemas.image.Picture;
import io.twinstream.schemas.modelpackage.ModelPackage;
import io.twinstream.schemas.modelpackage.PackageArchive;
import io.twinstream.schemas.modelpackage.TrainingRecord;
import io.twinstream.schemas.record.Outcome;
import io.twinstream.schemas.topic.Topics;
import io.twinstream.trainer.dataset.ImageClass;
import io.twinstream.trainer.dataset.ImageSet;
import io.twinstream.trainer.export.ModelExport;
import io.twinstream.trainer.export.ModelExport.ModelIdentity;
import io.twinstream.trainer.export.ParityCheck;
import io.twinstream.trainer.network.Architecture;
import io.twinstream.trainer.network.TwinNetwork;
import io.twinstream.trainer.training.Training;
import io.twinstream.trainer.training.TrainingListener;
import io.twinstream.trainer.training.TrainingSettings;
import io.twinstream.verifier.VerifierService;
import io.twinstream.verifier.settings.VerifierSettings;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Trains the paper's network: it has the paper's parameters, its loss falls over 200 steps, its export computes the same on 200
 * images, and the verifier loads the package and judges with it.
 */
public final class PaperNetwork implements TrainingCheck {
    private static final long PARAMETERS = 38_951_745;
    private static final int PARITY_IMAGES = 200;
    private static final double LARGEST_DIFFERENCE = 1e-4;
    private static final int STEPS = 200;
    private static final int QUICK_STEPS = 5;
    /** Pairs of a batch, few since a step costs 11 GFLOP for each. */
    private static final int PAIRS = 8;

    private static final int COMPARED_STEPS = 50;
    private static final Duration LIMIT = Duration.ofMinutes(2);

    @Override
    public Result run(Omniglot images, boolean quick) throws Exception {
        try (TemporaryFolder folder = TemporaryFolder.create("koch2015")) {
            return run(images, quick, folder.path().resolve("koch2015.zip"));
        }
    }

    private static Result run(Omniglot images, boolean quick, Path file) throws Exception {
        Architecture paper = Architecture.named("koch2015");
        TwinNetwork network = paper.network(paper.defaultInput());
        ImageSet validation = ImageSet.read(images.validation(), 1);
        List<TrainingListener.Progress> reports = new ArrayList<>();
        long parameters;
        ParityCheck parity;
        try (Training training = new Training(
                network,
                ImageSet.read(images.background(), 1),
                validation,
                settings(TrainingSettings.defaults(paper, network.input()), quick ? QUICK_STEPS : STEPS),
                Optional.empty(),
                Optional.empty())) {
            parameters = parameters(network);
            training.run(report -> {
                System.err.printf("step %d: loss %.4f%n", report.step(), report.loss());
                reports.add(report);
            });
            TrainingRecord record = new TrainingRecord(Instant.now().toString(), validation.fingerprint(), 1, Map.of());
            // Measured on one alphabet: 1.8 GFLOP an image add up.
            byte[] archive = new ModelExport(network)
                    .pack(
                            new ModelIdentity("koch2015", "1", null, record),
                            ImageSet.read(Omniglot.alphabet(images.validation()), 1));
            Files.write(file, archive);
            ModelPackage model = PackageArchive.read(archive, file.toString());
            parity = ParityCheck.of(network, model, pictures(validation));
        }
        int judged = judge(file, validation);
        double first = loss(reports, 0, COMPARED_STEPS);
        double last = loss(reports, STEPS - COMPARED_STEPS, STEPS);
        String figures =
                "%d parameters; over %d steps of %d pairs the loss goes from %.4f to %.4f (means of the first and last %d steps); PyTorch and ONNX Runtime differ by %.2g at most on %d images%s; package of %d MB, with which the verifier judged %d of 2 pairs"
                        .formatted(
                                parameters,
                                quick ? QUICK_STEPS : STEPS,
                                PAIRS,
                                first,
                                last,
                                COMPARED_STEPS,
                                parity.embedding(),
                                PARITY_IMAGES,
                                parity.exact().map(PaperNetwork::text).orElse(""),
                                Files.size(file) / 1_000_000,
                                judged);
        boolean sound = parameters == PARAMETERS && parity.embedding() <= LARGEST_DIFFERENCE && judged == 2;
        return new Result(sound && (quick || last < first), figures);
    }

    private static String text(ParityCheck.Exact exact) {
        return " (from the network computed in double PyTorch is off by %.2g, ONNX Runtime by %.2g)"
                .formatted(exact.trainedEmbedding(), exact.exportedEmbedding());
    }

    private static TrainingSettings settings(TrainingSettings defaults, int steps) {
        return new TrainingSettings(
                defaults.method(),
                steps,
                PAIRS,
                defaults.learningRate(),
                defaults.symmetries(),
                steps,
                defaults.seed(),
                defaults.refinements());
    }

    private static long parameters(TwinNetwork network) {
        long count = 0;
        for (Pair<String, Parameter> each : network.getParameters()) {
            count += each.getValue().getArray().size();
        }
        return count;
    }

    /** Returns the mean loss over the steps after {@code from} and up to {@code to}. */
    private static double loss(List<TrainingListener.Progress> reports, int from, int to) {
        return reports.stream()
                .filter(report -> report.step() > from && report.step() <= to)
                .mapToDouble(TrainingListener.Progress::loss)
                .average()
                .orElse(Double.NaN);
    }

    /** Returns one picture of each class, as far as they go. */
    private static List<Picture> pictures(ImageSet images) {
        return images.classes().stream()
                .flatMap(each -> each.images().stream())
                .limit(PARITY_IMAGES)
                .map(image -> image.picture())
                .toList();
    }

    /** Has the verifier judge a genuine pair and an impostor pair, and returns how many got a match or none. */
    private static int judge(Path model, ImageSet images) throws Exception {
        ImageClass one = images.classes().get(0);
        ImageClass other = images.classes().get(1);
        try (Rig rig = new Rig()) {
            Topics topics = rig.createTopics("koch2015");
            try (VerifierService verifier =
                            Rig.verifier(rig.settings("koch2015", VerifierSettings.MODEL, model.toString()), 0);
                    TopicAnswers answers = new TopicAnswers(rig.bootstrapServers(), topics)) {
                rig.pair(topics, "genuine", encoded(one, 0), encoded(one, 1));
                rig.pair(topics, "impostor", encoded(one, 0), encoded(other, 0));
                rig.flush();
                answers.await(2, LIMIT);
                answers.verdicts().values().forEach(System.err::println);
                return (int) answers.verdicts().values().stream()
                        .filter(verdict -> verdict.getOutcome() != Outcome.UNDECIDED)
                        .filter(verdict -> verifier.ready())
                        .count();
            }
        }
    }

    private static byte[] encoded(ImageClass of, int image) {
        return of.images().get(image).encoded();
    }
}
