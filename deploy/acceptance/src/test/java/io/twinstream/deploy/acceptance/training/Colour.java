package io.twinstream.deploy.acceptance.training;

import io.twinstream.deploy.acceptance.rig.FashionImages;
import io.twinstream.deploy.acceptance.rig.Omniglot;
import io.twinstream.deploy.acceptance.rig.Result;
import io.twinstream.deploy.acceptance.rig.SignImages;
import io.twinstream.deploy.acceptance.rig.SignImages.Sign;
import io.twinstream.deploy.acceptance.rig.TrainingCheck;
import io.twinstream.deploy.broker.TemporaryFolder;
import io.twinstream.schemas.modelpackage.ModelPackage;
import io.twinstream.schemas.modelpackage.PackageArchive;
import io.twinstream.trainer.dataset.ImageSet;
import io.twinstream.trainer.evaluation.ErrorRates;
import io.twinstream.trainer.evaluation.PairEvaluation;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * Trains on what is in colour, by the recipe of photographs: emoji by three hands, of which others are then verified across hands,
 * and photographs of clothes, of which other kinds are. The equal error rates are compared with those of the pixels.
 */
public final class Colour implements TrainingCheck {
    /** This variable names the folder of the signs. */
    private static final String SIGNS = "SIGNS";

    private static final int LEARNED_SIGNS = 1_200;
    private static final int THRESHOLD_SIGNS = 100;
    private static final double MOST_OF_SIGNS = 0.06;
    private static final double MOST_OF_PIXELS = 0.25;

    private static final Path CLOTHES = Path.of("/usr/share/datasets/fashion-mnist");
    private static final Set<Integer> LEARNED_KINDS = Set.of(0, 1, 2, 3, 4, 5, 6);
    private static final Set<Integer> OTHER_KINDS = Set.of(7, 8, 9);
    private static final int LEARNED_EACH = 1_000;
    private static final int OTHERS_EACH = 300;
    private static final double MOST_OF_CLOTHES = 0.24;

    private static final String QUICK_STEPS = "100";

    @Override
    public Result run(Omniglot unused, boolean quick) throws Exception {
        try (TemporaryFolder folder = TemporaryFolder.create("colour")) {
            Signs signs = signs(new SignImages(Path.of(System.getenv(SIGNS))), folder.path(), quick);
            Clothes clothes = clothes(folder.path(), quick);
            return new Result(quick || (signs.kept() && clothes.kept()), "%s; %s".formatted(signs, clothes));
        }
    }

    private static Signs signs(SignImages images, Path folder, boolean quick) throws Exception {
        List<Sign> all = images.signs();
        int learned = LEARNED_SIGNS + THRESHOLD_SIGNS;
        Path others = images.write(folder.resolve("other-signs"), all.subList(learned, all.size()));
        Trained trained = train(
                folder.resolve("signs.zip"),
                images.write(folder.resolve("learned-signs"), all.subList(0, LEARNED_SIGNS)),
                images.write(folder.resolve("threshold-signs"), all.subList(LEARNED_SIGNS, learned)),
                quick,
                "--steps",
                "6000",
                "--mean",
                "600");
        AcrossHands pairs = new AcrossHands(ImageSet.read(others, 3));
        return new Signs(pairs.of(trained.model()), pairs.ofPixels(), trained.minutes());
    }

    private static Clothes clothes(Path folder, boolean quick) throws Exception {
        FashionImages train = FashionImages.read(CLOTHES, "train");
        Path others = train.write(folder.resolve("other-clothes"), OTHER_KINDS, OTHERS_EACH);
        // Seven kinds teach little: turned ones, as kinds of their own, make twenty-eight.
        Trained trained = train(
                folder.resolve("clothes.zip"),
                train.write(folder.resolve("learned-clothes"), LEARNED_KINDS, LEARNED_EACH),
                FashionImages.read(CLOTHES, "t10k")
                        .write(folder.resolve("threshold-clothes"), OTHER_KINDS, OTHERS_EACH),
                quick,
                "--steps",
                "1500",
                "--mean",
                "150",
                "--input",
                "32x32x3",
                "--symmetries",
                "4",
                "--learning-rate",
                "0.002",
                "--mirrored");
        ImageSet images = ImageSet.read(others, 3);
        return new Clothes(
                PairEvaluation.of(trained.model(), images).measures().get("eer"),
                PixelBaseline.equalErrorRate(images),
                trained.minutes());
    }

    /** Trains by the command that is shipped. */
    private static Trained train(Path out, Path images, Path validation, boolean quick, String... options)
            throws IOException, InterruptedException {
        List<String> all = new ArrayList<>(List.of(options));
        all.add("--photographs");
        if (quick) {
            all.set(all.indexOf("--steps") + 1, QUICK_STEPS);
        }
        try (TrainingProcess training = TrainingProcess.start(out, images, validation, all.toArray(String[]::new))) {
            double minutes = training.await().seconds() / 60;
            return new Trained(PackageArchive.read(out), minutes);
        }
    }

    /** Holds what came of a training. */
    private record Trained(ModelPackage model, double minutes) {}

    /** Holds what is known of the signs. */
    private record Signs(ErrorRates model, ErrorRates pixels, double minutes) {
        boolean kept() {
            return model.equalErrorRate() <= MOST_OF_SIGNS
                    && model.equalErrorRate() <= MOST_OF_PIXELS * pixels.equalErrorRate();
        }

        @Override
        public String toString() {
            return "signs: EER %.2f %% across hands on %d genuine and %d impostor pairs of signs that were not learned, bar %.0f; of pixels %.2f %%, bar a quarter of it; %.1f minutes"
                    .formatted(
                            100 * model.equalErrorRate(),
                            model.genuinePairs(),
                            model.impostorPairs(),
                            100 * MOST_OF_SIGNS,
                            100 * pixels.equalErrorRate(),
                            minutes);
        }
    }

    /** Holds what is known of the clothes. */
    private record Clothes(double model, double pixels, double minutes) {
        boolean kept() {
            return model <= MOST_OF_CLOTHES;
        }

        @Override
        public String toString() {
            return "clothes: EER %.2f %% on three kinds that were not learned, bar %.0f; of pixels %.2f %%; %.1f minutes"
                    .formatted(100 * model, 100 * MOST_OF_CLOTHES, 100 * pixels, minutes);
        }
    }
}
