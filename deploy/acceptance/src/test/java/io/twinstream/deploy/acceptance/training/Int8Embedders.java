package io.twinstream.deploy.acceptance.training;

import io.twinstream.deploy.acceptance.rig.Omniglot;
import io.twinstream.deploy.acceptance.rig.Result;
import io.twinstream.deploy.acceptance.rig.TrainingCheck;
import io.twinstream.deploy.acceptance.rig.UntrainedPackage;
import io.twinstream.deploy.broker.TemporaryFolder;
import io.twinstream.deploy.testkit.PackageFromBefore;
import io.twinstream.schemas.image.Picture;
import io.twinstream.schemas.modelpackage.ModelId;
import io.twinstream.schemas.modelpackage.ModelPackage;
import io.twinstream.schemas.modelpackage.PackageArchive;
import io.twinstream.schemas.modelpackage.ShippedModel;
import io.twinstream.schemas.record.Precision;
import io.twinstream.trainer.dataset.ImageSet;
import io.twinstream.trainer.dataset.OneShotRun;
import io.twinstream.trainer.evaluation.OneShotEvaluation;
import io.twinstream.trainer.export.Int8Stem;
import io.twinstream.trainer.export.ModelExport;
import io.twinstream.trainer.export.Quantization;
import io.twinstream.trainer.network.Architecture;
import io.twinstream.verifier.inference.EmbedBatch;
import io.twinstream.verifier.inference.EmbedRates;
import io.twinstream.verifier.inference.Embedder;
import io.twinstream.verifier.inference.ProviderChoice;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * Compares int8 embedders with fp32 on one thread, each in the runs that are the fastest for it: the paper's network, untrained,
 * is at least 2 times as fast, the shipped {@code compact} 1.5 times. {@code compact} loses at most half a point in one-shot
 * accuracy, and a threshold that int8's scores of half of each character's drawers set for an FMR of 0.001 has that on the other
 * half's, within 95 % confidence.
 *
 * <p>It also compares the fast form of first layers with the form in which they were trained. The shipped {@code compact} takes
 * at most {@value #MOST_OF_BEFORE} of the processor time an image that version 1.1 takes, which has the latter. What {@code
 * wide} and the paper's network gain is reported. No embedding may differ by a bit.
 */
public final class Int8Embedders implements TrainingCheck {
    private static final double PAPER_BAR = 2.0;
    private static final double COMPACT_BAR = 1.5;
    private static final double MOST_OF_BEFORE = 0.66;
    private static final double MOST_LOST = 0.005;
    private static final double TARGET = 0.001;
    private static final int ROUNDS = 15;
    private static final long MOST_NANOS = TimeUnit.MINUTES.toNanos(1);
    private static final int COMPACT_BATCH = 64;
    private static final int PAPER_BATCH = 16;
    private static final int GAIN_BATCH = 32;
    private static final int GAIN_ROUNDS = 101;
    private static final int PAPER_GAIN_ROUNDS = 9;
    /** Classes for the paper's network, few since it takes 1.8 GFLOP an image. */
    private static final int PAPER_CLASSES = 40;

    @Override
    public Result run(Omniglot images, boolean quick) throws Exception {
        ModelPackage compact = ShippedModel.read("compact");
        if (!compact.hasInt8()) {
            return new Result(false, "the shipped compact holds no int8 embedder");
        }
        ImageSet validation = ImageSet.read(images.validation(), 1);
        ImageSet few = new ImageSet(validation.classes().subList(0, PAPER_CLASSES), validation.fingerprint());
        List<Picture> pictures = ModelExport.all(validation);
        StemGain gain = StemGain.measure(PackageFromBefore.read(), compact, pictures, GAIN_BATCH, GAIN_ROUNDS);
        Forms wide = Forms.of(ShippedModel.read("wide"), few);
        StemGain wideGain = wide.gain(pictures, GAIN_ROUNDS);
        Forms paper = Forms.of(paper(few), few);
        StemGain paperGain = paper.gain(ModelExport.all(few), PAPER_GAIN_ROUNDS);
        Rates ofCompact = Rates.of(compact, COMPACT_BATCH);
        Rates ofPaper = Rates.of(paper.fast, PAPER_BATCH);
        List<OneShotRun> runs = OneShotRun.readAll(images.validationRuns(), 1);
        OneShotEvaluation before = OneShotEvaluation.of(compact, runs);
        OneShotEvaluation after = OneShotEvaluation.of(compact.at(Precision.INT8), runs);
        CarriedThreshold fmr = CarriedThreshold.of(compact.at(Precision.INT8), validation, TARGET);
        return new Result(
                ofPaper.each().ratio() >= PAPER_BAR
                        && ofCompact.each().ratio() >= COMPACT_BAR
                        && gain.share() <= MOST_OF_BEFORE
                        && gain.differing() + wideGain.differing() + paperGain.differing() == 0
                        && after.accuracy() >= before.accuracy() - MOST_LOST
                        && fmr.holds(),
                "koch2015, untrained, %s, bar %.1f; compact %s, bar %.1f; the fast first layer takes in batches of %d: compact %s, bar %.2f and 0; wide %s; koch2015 %s; compact's one-shot accuracy %.2f %% at int8, %.2f %% at fp32 in %d trials, at most %.1f points less; %s"
                        .formatted(
                                ofPaper,
                                PAPER_BAR,
                                ofCompact,
                                COMPACT_BAR,
                                GAIN_BATCH,
                                gain,
                                MOST_OF_BEFORE,
                                wideGain,
                                paperGain,
                                100 * after.accuracy(),
                                100 * before.accuracy(),
                                before.trials(),
                                100 * MOST_LOST,
                                fmr));
    }

    /** Forms are a network's int8 embedder with its first layer as it was trained, and in the fast form. */
    private record Forms(ModelPackage trained, ModelPackage fast) {
        private static Forms of(ModelPackage model, ImageSet few) throws Exception {
            ModelPackage trained = PackageArchive.read(Quantization.layerByLayer(model, few, few), "as it was trained");
            return new Forms(trained, PackageArchive.read(Int8Stem.asVersion(trained, "fast"), "in the fast form"));
        }

        private StemGain gain(List<Picture> pictures, int rounds) {
            return StemGain.measure(trained, fast, pictures, GAIN_BATCH, rounds);
        }
    }

    /**
     * Rates are those of both embedders of a package, each in the runs that are the fastest for it.
     *
     * @param batch the number of images that are cut into runs
     * @param runOfFp32 the images of a run at fp32
     * @param runOfInt8 the images of a run at int8
     */
    private record Rates(EmbedRates each, int batch, int runOfFp32, int runOfInt8) {
        private static Rates of(ModelPackage model, int batch) {
            EmbedBatch.Buffers buffers = new EmbedBatch.Buffers();
            try (Embedder fp32 = Embedder.open(model, ProviderChoice.CPU);
                    Embedder int8 = Embedder.open(model.at(Precision.INT8), ProviderChoice.CPU)) {
                fp32.measureCut(batch, buffers);
                int8.measureCut(batch, buffers);
                return new Rates(
                        EmbedRates.measure(fp32, int8, batch, ROUNDS, MOST_NANOS), batch, fp32.cut(), int8.cut());
            }
        }

        @Override
        public String toString() {
            return "%.2f times (%.0f embeddings/s in runs of %d to %.0f in runs of %d, of batches of %d)"
                    .formatted(each.ratio(), each.fp32(), runOfFp32, each.int8(), runOfInt8, batch);
        }
    }

    private static ModelPackage paper(ImageSet few) throws Exception {
        try (TemporaryFolder folder = TemporaryFolder.create("int8")) {
            Path file = folder.path().resolve("koch2015.zip");
            UntrainedPackage.write(file, Architecture.named("koch2015"), new ModelId("koch2015", "0"), few);
            return PackageArchive.read(file);
        }
    }
}
