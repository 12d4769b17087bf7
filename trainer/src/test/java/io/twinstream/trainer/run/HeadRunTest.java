package io.twinstream.trainer.run;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.twinstream.schemas.modelpackage.Manifest;
import io.twinstream.schemas.modelpackage.ModelPackage;
import io.twinstream.schemas.modelpackage.PackageArchive;
import io.twinstream.schemas.modelpackage.ShippedModel;
import io.twinstream.trainer.Drawings;
import io.twinstream.trainer.dataset.DataSource;
import io.twinstream.trainer.dataset.DatasetException;
import io.twinstream.trainer.dataset.ImageSet;
import io.twinstream.trainer.dataset.Split;
import io.twinstream.trainer.evaluation.PairEvaluation;
import io.twinstream.trainer.head.HeadSettings;
import io.twinstream.trainer.training.TrainingListener;
import io.twinstream.verifier.inference.Embedder;
import io.twinstream.verifier.inference.ProviderChoice;
import io.twinstream.verifier.trial.SelfTest;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HeadRunTest {
    private static final HeadSettings QUICK = new HeadSettings(10, 0.003f, 1);

    private final HeadRun run = new HeadRun(Clock.fixed(Instant.parse("2026-01-01T00:00:00Z"), ZoneOffset.UTC));

    @TempDir
    Path images;

    @TempDir
    Path validation;

    @Test
    void aHeadIsAVersionOfItsParentThatServesAsAnyOther() throws Exception {
        ModelPackage parent = ShippedModel.read("compact");
        Drawings.write(images, "train-", 1, 8, 8);
        Drawings.write(validation, "valid-", 1, 8, 8);

        byte[] packed = run.run(options(parent, Optional.of(validation)), progress -> {});
        ModelPackage model = PackageArchive.read(packed, "test");

        Manifest manifest = model.manifest();
        assertEquals("letters", manifest.name());
        assertEquals("compact/%s sha256:%s".formatted(parent.manifest().version(), parent.sha256()), manifest.parent());
        assertEquals(parent.sha256(), manifest.training().settings().get("parentSha256"));
        assertEquals(parent.manifest().input(), manifest.input());
        double before = Double.parseDouble(manifest.training().settings().get("eer.before"));
        assertTrue(
                manifest.evaluation().get("eer") <= before + 1e-6,
                manifest.training().toString());
        assertEquals(
                PairEvaluation.of(model, ImageSet.read(validation, 1))
                        .measures()
                        .get("eer"),
                manifest.evaluation().get("eer"),
                1e-6);
        assertEquals(parent.hasInt8(), model.hasInt8());
        try (Embedder embedder = Embedder.open(model, ProviderChoice.CPU)) {
            SelfTest.run(manifest, embedder);
            assertTrue(embedder.knowsDomain(), "128 own images describe their kind");
        }
        assertArrayEquals(packed, run.run(options(parent, Optional.of(validation)), progress -> {}));
    }

    @Test
    void aShareOfTheClassesIsHeldBackWhereNoValidationIsNamed() throws Exception {
        Drawings.write(images, "", 2, 12, 6);

        ModelPackage model = PackageArchive.read(
                run.run(options(ShippedModel.read("compact"), Optional.empty()), progress -> {}), "test");

        // 8 of 24 classes with 6 images each.
        assertEquals(48 * 47 / 2 - 8 * 15, model.manifest().evaluation().get("impostorPairs"));
    }

    @Test
    void tooFewValidationImagesAreRefusedBeforeAnythingIsLearned() throws Exception {
        Drawings.write(images, "train-", 1, 8, 4);
        Drawings.write(validation, "valid-", 1, 3, 4);
        TrainingListener nothing = progress -> {
            throw new AssertionError("nothing may be learned");
        };

        String message = assertThrows(
                        DatasetException.class,
                        () -> run.run(options(ShippedModel.read("compact"), Optional.of(validation)), nothing))
                .getMessage();

        assertTrue(message.startsWith("48 impostor pairs are too few to set thresholds"), message);
    }

    @Test
    void aHeadIsNotCalledAsItsParentIs() throws IOException {
        ModelPackage parent = ShippedModel.read("compact");
        String message = assertThrows(
                        IllegalArgumentException.class,
                        () -> new HeadOptions(
                                options(parent, Optional.empty()).sources(),
                                parent.manifest().name(),
                                parent.manifest().version(),
                                parent,
                                QUICK))
                .getMessage();

        assertTrue(message.startsWith("the new version must differ from the parent's own, "), message);
    }

    private HeadOptions options(ModelPackage parent, Optional<Path> validation) {
        return new HeadOptions(
                new TrainingOptions.Sources(
                        DataSource.of(images),
                        validation.map(DataSource::of),
                        new Split.Rule(Split.SplitUnit.CLASS, 1 / 3.0, 1)),
                "letters",
                "2",
                parent,
                QUICK);
    }
}
