package io.twinstream.deploy.acceptance.models;

import io.twinstream.deploy.acceptance.rig.AcceptanceCheck;
import io.twinstream.deploy.acceptance.rig.ForeignFaces;
import io.twinstream.deploy.acceptance.rig.Result;
import io.twinstream.deploy.acceptance.rig.Rig;
import io.twinstream.deploy.acceptance.rig.TopicAnswers;
import io.twinstream.deploy.broker.TemporaryFolder;
import io.twinstream.deploy.testkit.Wired;
import io.twinstream.schemas.image.Picture;
import io.twinstream.schemas.modelpackage.ModelId;
import io.twinstream.schemas.modelpackage.ModelPackage;
import io.twinstream.schemas.modelpackage.PackageArchive;
import io.twinstream.schemas.record.Outcome;
import io.twinstream.schemas.record.Verdict;
import io.twinstream.schemas.settings.Settings;
import io.twinstream.schemas.topic.Topics;
import io.twinstream.trainer.dataset.DecodedImage;
import io.twinstream.trainer.dataset.ImageClass;
import io.twinstream.trainer.dataset.ImageSet;
import io.twinstream.trainer.evaluation.PairEvaluation;
import io.twinstream.trainer.publish.GatedPublication.PublishOrder;
import io.twinstream.verifier.VerifierService;
import io.twinstream.verifier.control.EffectiveTime;
import io.twinstream.verifier.inference.Embedder;
import io.twinstream.verifier.inference.ProviderChoice;
import io.twinstream.verifier.match.MatchFunction;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.awaitility.Awaitility;

/**
 * Imports a face embedder and a detector that others trained, calibrates them on ten people, and judges other ten with them
 * through a broker. The vectors that prove the import come from a program of the owner's: plain ONNX Runtime, with a preparation
 * of its own.
 */
public final class ImportedFaces implements AcceptanceCheck {
    private static final double FMR = 0.01;
    private static final double MOST_ALIGNED = 0.012;
    private static final double LEAST_STRETCHED = 0.04;
    private static final double MOST_STRETCHED = 0.07;
    private static final double LEAST_AGREEMENT = 0.999;
    private static final int DRAWS = 1000;
    private static final Duration LIMIT = Duration.ofMinutes(5);
    private static final ModelId STRETCHED = new ModelId("faces", "1");
    private static final ModelId ID = new ModelId("faces", "2");

    @Override
    public Result run(Path faces) throws Exception {
        ForeignFaces foreign = new ForeignFaces();
        try (TemporaryFolder folder = TemporaryFolder.create("imported-faces");
                Rig rig = new Rig()) {
            Path known = people(faces, folder.path().resolve("known"), 0);
            Path others = people(faces, folder.path().resolve("others"), 1);
            OwnersRuntime owner =
                    new OwnersRuntime(foreign.embedder(), ForeignFaces.SIDE, ForeignFaces.MEAN, ForeignFaces.STD);
            Path stretchedVectors = owner.vectors(known, folder.path().resolve("stretched"), false);
            Path alignedVectors = owner.vectors(known, folder.path().resolve("laid-out"), true);

            long begun = System.nanoTime();
            Path file = folder.path().resolve("faces-2.zip");
            Files.write(file, foreign.imported(ID, known, alignedVectors, true));
            int right = judged(rig, file, known, others);
            double seconds = (System.nanoTime() - begun) / 1e9;

            ModelPackage aligned = PackageArchive.read(file);
            ModelPackage stretched = PackageArchive.read(
                    foreign.imported(STRETCHED, known, stretchedVectors, false), "the stretched one");
            return result(
                    aligned,
                    stretched,
                    ImageSet.read(faces, 3),
                    ImageSet.read(known, 3),
                    ImageSet.read(others, 3),
                    seconds,
                    right);
        }
    }

    private static Result result(
            ModelPackage aligned,
            ModelPackage stretched,
            ImageSet all,
            ImageSet known,
            ImageSet others,
            double seconds,
            int right)
            throws IOException {
        double alignedEer = eer(aligned, all);
        double stretchedEer = eer(stretched, all);
        Comparison allPairs = new Comparison(aligned, all);
        double agreement = allPairs.agreementWithCosine(FMR / 10);
        double threshold = aligned.manifest().fmrTable().threshold(FMR);
        double[] expected = new Comparison(aligned, known).falseMatchRate(threshold);
        double fmr = new Comparison(aligned, others).falseMatchRate(threshold)[0];
        String figures =
                "all golden vectors agree, least cosine %.6f stretched and %.6f laid out; first verdict %.0f s after the file, %d of 20 claims decided rightly; EER on 200 faces %.2f %% aligned, %.2f %% stretched; %.3f %% of pairs decided as by cosine at an FMR of %s, %.3f %% at %s; FMR on ten other people %.4f where %s is asked for and ten people say %.4f to %.4f"
                        .formatted(
                                stretched.manifest().imported().leastCosine(),
                                aligned.manifest().imported().leastCosine(),
                                seconds,
                                right,
                                100 * alignedEer,
                                100 * stretchedEer,
                                100 * agreement,
                                FMR / 10,
                                100 * allPairs.agreementWithCosine(FMR),
                                FMR,
                                fmr,
                                FMR,
                                expected[1],
                                expected[2]);
        boolean kept = alignedEer <= MOST_ALIGNED
                && stretchedEer >= LEAST_STRETCHED
                && stretchedEer <= MOST_STRETCHED
                && agreement >= LEAST_AGREEMENT
                && fmr >= expected[1]
                && fmr <= expected[2]
                && seconds <= LIMIT.toSeconds();
        return new Result(kept, figures);
    }

    /** Publishes and activates the package, enrols the other ten and sends claims about them; returns how many are right. */
    private static int judged(Rig rig, Path file, Path known, Path others) throws Exception {
        Settings settings = rig.settings("faces");
        Topics topics = rig.createTopics("faces");
        List<ImageClass> people = ImageSet.read(others, 3).classes();
        try (VerifierService verifier = Rig.verifier(settings);
                TopicAnswers answers = new TopicAnswers(rig.bootstrapServers(), topics)) {
            Wired.publication(settings)
                    .publish(new PublishOrder(file, channels -> ImageSet.read(known, channels), null, null));
            Instant effective = Wired.control(settings)
                    .activate(ID, EffectiveTime.SOONEST, "a check", "acceptance", false)
                    .activated()
                    .effectiveAt();
            for (ImageClass person : people) {
                rig.enrol(topics, person.name(), "first", encoded(person, 0));
            }
            rig.flush();
            Awaitility.await("the version serves with its gallery")
                    .atMost(LIMIT)
                    .until(() -> Instant.now().isAfter(effective)
                            && verifier.status().get("model").equals(ID.name())
                            && verifier.status().get("gallerySize").equals(people.size()));
            for (int i = 0; i < people.size(); i++) {
                rig.claim(
                        topics,
                        "genuine-" + i,
                        encoded(people.get(i), 5),
                        people.get(i).name());
                rig.claim(
                        topics,
                        "impostor-" + i,
                        encoded(people.get(i), 5),
                        people.get((i + 1) % people.size()).name());
            }
            rig.flush();
            answers.await(2 * people.size(), LIMIT);
            int right = 0;
            for (Verdict verdict : answers.verdicts().values()) {
                boolean genuine = verdict.getProbeId().startsWith("genuine");
                right += verdict.getModelName().equals(ID.name())
                                && verdict.getOutcome() == (genuine ? Outcome.MATCH : Outcome.NON_MATCH)
                        ? 1
                        : 0;
            }
            return right;
        }
    }

    private static byte[] encoded(ImageClass person, int image) {
        return person.images().get(image).encoded();
    }

    private static double eer(ModelPackage model, ImageSet images) throws IOException {
        return PairEvaluation.of(model, images).measures().get("eer");
    }

    /** Copies every second person to a folder. */
    private static Path people(Path faces, Path target, int which) throws IOException {
        List<Path> all;
        try (Stream<Path> folders = Files.list(faces)) {
            all = folders.filter(Files::isDirectory).sorted().toList();
        }
        for (int i = which; i < all.size(); i += 2) {
            Path person = Files.createDirectories(target.resolve(all.get(i).getFileName()));
            try (Stream<Path> images = Files.list(all.get(i))) {
                for (Path image : images.toList()) {
                    Files.copy(image, person.resolve(image.getFileName()));
                }
            }
        }
        return target;
    }

    /** Compares all pairs of some images by one model. */
    private static final class Comparison {
        private final List<float[]> embeddings = new ArrayList<>();
        private final List<Integer> classes = new ArrayList<>();
        private final MatchFunction match;
        private final int people;

        Comparison(ModelPackage model, ImageSet images) {
            match = MatchFunction.of(model);
            people = images.classes().size();
            List<Picture> pictures = new ArrayList<>();
            List<Integer> of = new ArrayList<>();
            for (int number = 0; number < people; number++) {
                for (DecodedImage image : images.classes().get(number).images()) {
                    pictures.add(image.picture());
                    of.add(number);
                }
            }
            try (Embedder embedder = Embedder.open(model, ProviderChoice.CPU)) {
                float[][] all = embedder.embedAll(pictures);
                for (int i = 0; i < all.length; i++) {
                    if (all[i].length > 0) {
                        embeddings.add(all[i]);
                        classes.add(of.get(i));
                    }
                }
            }
        }

        /** Returns the share of pairs on which L1 and cosine agree, each at its threshold for a false match rate. */
        double agreementWithCosine(double fmr) {
            List<double[]> pairs = new ArrayList<>();
            for (int i = 0; i < embeddings.size(); i++) {
                for (int j = i + 1; j < embeddings.size(); j++) {
                    double cosine = 0;
                    for (int d = 0; d < embeddings.get(i).length; d++) {
                        cosine += (double) embeddings.get(i)[d] * embeddings.get(j)[d];
                    }
                    pairs.add(new double[] {
                        match.logit(embeddings.get(i), embeddings.get(j)),
                        cosine,
                        classes.get(i).equals(classes.get(j)) ? 1 : 0
                    });
                }
            }
            double byLogit = threshold(pairs, 0, fmr);
            double byCosine = threshold(pairs, 1, fmr);
            long agreed = pairs.stream()
                    .filter(pair -> (pair[0] >= byLogit) == (pair[1] >= byCosine))
                    .count();
            return (double) agreed / pairs.size();
        }

        private static double threshold(List<double[]> pairs, int measure, double fmr) {
            double[] impostors = pairs.stream()
                    .filter(pair -> pair[2] == 0)
                    .mapToDouble(pair -> pair[measure])
                    .sorted()
                    .toArray();
            return impostors[impostors.length - 1 - (int) (fmr * impostors.length)];
        }

        /** Returns the false match rate at a threshold, and between which bounds it lies by drawing people again and again. */
        double[] falseMatchRate(double threshold) {
            int[][] matched = new int[people][people];
            int[][] compared = new int[people][people];
            for (int i = 0; i < embeddings.size(); i++) {
                for (int j = i + 1; j < embeddings.size(); j++) {
                    int one = classes.get(i);
                    int other = classes.get(j);
                    if (one != other) {
                        compared[one][other]++;
                        matched[one][other] += match.score(embeddings.get(i), embeddings.get(j)) >= threshold ? 1 : 0;
                    }
                }
            }
            int[] once = new int[people];
            Arrays.fill(once, 1);
            double[] drawn = new double[DRAWS];
            SplittableRandom random = new SplittableRandom(1);
            for (int draw = 0; draw < DRAWS; draw++) {
                int[] times = new int[people];
                for (int i = 0; i < people; i++) {
                    times[random.nextInt(people)]++;
                }
                drawn[draw] = rate(matched, compared, times);
            }
            Arrays.sort(drawn);
            return new double[] {
                rate(matched, compared, once), drawn[(int) (0.025 * DRAWS)], drawn[(int) (0.975 * DRAWS) - 1]
            };
        }

        private static double rate(int[][] matched, int[][] compared, int[] times) {
            double errors = 0;
            double pairs = 0;
            for (int one = 0; one < times.length; one++) {
                for (int other = 0; other < times.length; other++) {
                    errors += (double) matched[one][other] * times[one] * times[other];
                    pairs += (double) compared[one][other] * times[one] * times[other];
                }
            }
            return pairs == 0 ? 0 : errors / pairs;
        }
    }
}
