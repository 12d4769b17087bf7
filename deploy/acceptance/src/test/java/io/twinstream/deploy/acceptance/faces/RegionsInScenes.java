package io.twinstream.deploy.acceptance.faces;

import io.twinstream.deploy.acceptance.faces.FaceModels.Detector;
import io.twinstream.deploy.acceptance.rig.AcceptanceCheck;
import io.twinstream.deploy.acceptance.rig.Images;
import io.twinstream.deploy.acceptance.rig.PeopleRate;
import io.twinstream.deploy.acceptance.rig.Result;
import io.twinstream.deploy.acceptance.rig.Rig;
import io.twinstream.deploy.broker.TemporaryFolder;
import io.twinstream.schemas.modelpackage.ModelId;
import io.twinstream.schemas.modelpackage.ModelPackage;
import io.twinstream.schemas.modelpackage.PackageArchive;
import io.twinstream.trainer.dataset.ImageClass;
import io.twinstream.trainer.dataset.ImageSet;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import javax.imageio.ImageIO;

/**
 * Judges scenes with several faces. A package that others trained, calibrated on ten of the people, identifies all of them in 500
 * scenes, of whom some are strangers. The same scenes then carry claims, and pairs whose regions come from the sender.
 */
public final class RegionsInScenes implements AcceptanceCheck {
    private static final int SCENES = 500;
    private static final int DRAWINGS = 300;
    /** The scenes on which other detectors are tried. */
    private static final int COMPARED = 60;

    private static final double LEAST_FOUND = 0.98;
    private static final double LEAST_RIGHT = 0.99;
    /** The square of a close-up, in sides of what was found. */
    private static final double CLOSE_UP = 3;

    private static final ModelId ID = new ModelId("faces", "3");

    private final int scenes;

    public RegionsInScenes() {
        this(SCENES);
    }

    /** Creates a check with so many scenes. */
    public RegionsInScenes(int scenes) {
        this.scenes = scenes;
    }

    @Override
    public Result run(Path faces) throws Exception {
        FaceModels models = new FaceModels();
        try (TemporaryFolder folder = TemporaryFolder.create("regions-in-scenes-");
                Rig rig = new Rig()) {
            Path known = FaceModels.people(faces, folder.path().resolve("known"), 0);
            Path others = FaceModels.people(faces, folder.path().resolve("others"), 1);
            Path golden = new OwnersRuntime(models.embedder(), FaceModels.SIDE, FaceModels.MEAN, FaceModels.STD)
                    .vectors(known, folder.path().resolve("golden"), true);
            Path file = folder.path().resolve("faces-3.zip");
            Files.write(file, models.aligned(ID, known, golden, Detector.BACK, CLOSE_UP));
            Path plain = folder.path().resolve("faces-without-locator.zip");
            Files.write(plain, FaceModels.withoutLocator(PackageArchive.read(file)));
            try (SceneTrial trial = SceneTrial.begin(rig, faces, drawings(), names(others), file, plain)) {
                JudgedScenes judged = trial.identify(scenes);
                trial.claim();
                trial.sendRegions();
                trial.sendEmptyScenes();
                trial.enrolScenes();
                List<String> compared = new ArrayList<>();
                for (Detector detector : Detector.values()) {
                    byte[] once = models.aligned(ID, known, golden, detector, null);
                    compared.add("%s without close-ups: %s"
                            .formatted(
                                    detector,
                                    LocatedScenes.finds(
                                                    PackageArchive.read(once, detector.name()),
                                                    trial.scenes(Math.min(COMPARED, scenes)))
                                            .figures()));
                }
                return result(PackageArchive.read(file), judged, trial, ImageSet.read(known, 3), compared);
            }
        }
    }

    private static Result result(
            ModelPackage model, JudgedScenes judged, SceneTrial trial, ImageSet known, List<String> compared)
            throws IOException {
        Finds finds = judged.finds();
        FaceComparison promised = new FaceComparison(model, known);
        PeopleRate falseMatches = promised.falseMatchRate(trial.threshold());
        PeopleRate falseNonMatches = promised.falseNonMatchRate(trial.threshold());
        double[] moreFalse = falseMatches.above(judged.falseMatches());
        double[] moreMissed = falseNonMatches.above(judged.falseNonMatches());
        finds.missed().forEach(System.err::println);
        System.err.println("missed, by picture: " + judged.missed());
        trial.faults().forEach(System.err::println);
        String figures = String.join(
                "; ",
                finds.figures(),
                judged.figures(),
                rates("FMR", falseMatches, judged.falseMatches(), moreFalse),
                rates("FNMR", falseNonMatches, judged.falseNonMatches(), moreMissed),
                String.join("; ", trial.figures()),
                String.join("; ", compared),
                trial.faults().size() + " faults");
        boolean kept = finds.share() >= LEAST_FOUND
                && finds.shareRight() >= LEAST_RIGHT
                && moreFalse[0] <= 0
                && moreMissed[0] <= 0
                && trial.faults().isEmpty();
        return new Result(kept, figures);
    }

    private static String rates(String name, PeopleRate promised, PeopleRate measured, double[] more) {
        return "%s %.4f of %d comparisons in scenes, %.4f of those that set the threshold, which is %.4f to %.4f more"
                .formatted(name, measured.rate(), measured.compared(), promised.rate(), more[0], more[1]);
    }

    private static List<String> names(Path people) throws IOException {
        return ImageSet.read(people, 3).classes().stream().map(ImageClass::name).toList();
    }

    /** Reads pictures that show no face. */
    private static List<double[][]> drawings() throws IOException {
        List<double[][]> drawings = new ArrayList<>();
        List<Images.Drawing> all =
                Images.read(Path.of(System.getProperty("twinstream.drawings"))).all();
        for (int i = 0; i < DRAWINGS; i++) {
            BufferedImage image = ImageIO.read(new ByteArrayInputStream(
                    all.get(i * (all.size() / DRAWINGS)).png()));
            double[][] samples = new double[image.getHeight()][image.getWidth()];
            for (int y = 0; y < samples.length; y++) {
                for (int x = 0; x < samples[y].length; x++) {
                    samples[y][x] = image.getRGB(x, y) & 255;
                }
            }
            drawings.add(samples);
        }
        return drawings;
    }
}
