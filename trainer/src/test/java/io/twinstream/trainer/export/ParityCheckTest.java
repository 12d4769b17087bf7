package io.twinstream.trainer.export;

import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.DataType;
import io.twinstream.schemas.image.Picture;
import io.twinstream.schemas.modelpackage.ModelPackage;
import io.twinstream.schemas.modelpackage.PackageArchive;
import io.twinstream.schemas.modelpackage.TrainingRecord;
import io.twinstream.trainer.Drawings;
import io.twinstream.trainer.dataset.DecodedImage;
import io.twinstream.trainer.dataset.ImageSet;
import io.twinstream.trainer.export.ModelExport.ModelIdentity;
import io.twinstream.trainer.network.TinyNetwork;
import io.twinstream.trainer.network.TwinNetwork;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ParityCheckTest {
    private static final ModelIdentity IDENTITY =
            new ModelIdentity("test", "1", null, new TrainingRecord("2026-01-01T00:00:00Z", "none", 1, Map.of()));

    /** With so many units some sums of thousands lie near 0, where the sigmoid shows by how much they are off. */
    private static final int UNITS = 1024;

    private static final float SCALE = 100;

    @TempDir
    static Path folder;

    private static ImageSet images;
    private static List<Picture> pictures;

    private final NDManager manager = NDManager.newBaseManager();
    private final TwinNetwork network = TinyNetwork.ofThePapersLayers(UNITS);

    @BeforeAll
    static void draw() throws IOException {
        images = ImageSet.read(Drawings.write(folder, "", 2, 10, 2), 1);
        pictures = images.classes().stream()
                .flatMap(each -> each.images().stream())
                .map(DecodedImage::picture)
                .toList();
    }

    @BeforeEach
    void initialize() {
        Engine.getInstance().setRandomSeed(1);
        network.initialize(manager, DataType.FLOAT32, network.inputShape(1));
    }

    @AfterEach
    void close() {
        manager.close();
    }

    @Test
    void aWellConditionedNetworkNeedsNoDouble() throws IOException, ExportException {
        ParityCheck parity = ParityCheck.of(network, packed(), pictures);

        assertTrue(parity.embedding() < 1e-5 && parity.exact().isEmpty(), parity.toString());
    }

    @Test
    void whatFloatArithmeticCostsABadlyConditionedNetworkIsNoFaultOfTheExport() throws IOException, ExportException {
        scaleUp();

        ParityCheck parity = ParityCheck.of(network, packed(), pictures);

        assertTrue(parity.embedding() > 1e-4 && parity.exact().isPresent(), parity.toString());
    }

    @Test
    void aChangedWeightOfABadlyConditionedNetworkIsAFaultOfTheExport() {
        scaleUp();
        NDArray weights = weights("layer2");
        float was = weights.getFloat(0, 0, 0, 0);
        weights.set(new NDIndex(0, 0, 0, 0), was * 1.01f);
        byte[] changed = EmbedderGraph.of(network);
        weights.set(new NDIndex(0, 0, 0, 0), was);
        ModelExport export = new ModelExport(network, changed, MatcherGraph.of(network));

        String message = assertThrows(ExportException.class, () -> export.pack(IDENTITY, images))
                .getMessage();

        Matcher exact = Pattern.compile("it is off by (\\S+) and \\S+, the trained one by (\\S+) and")
                .matcher(message);
        assertTrue(exact.find(), message);
        assertTrue(Double.parseDouble(exact.group(1)) > 2 * Double.parseDouble(exact.group(2)), message);
    }

    private ModelPackage packed() throws IOException, ExportException {
        return PackageArchive.read(new ModelExport(network).pack(IDENTITY, images), "test");
    }

    /** Scales the weights up, as learning too fast does. */
    private void scaleUp() {
        for (String layer : List.of("layer1", "layer2", "layer3")) {
            weights(layer).muli(SCALE);
        }
    }

    private NDArray weights(String layer) {
        return network.getParameters().stream()
                .filter(each -> each.getKey().contains(layer) && each.getKey().endsWith("weight"))
                .findFirst()
                .orElseThrow()
                .getValue()
                .getArray();
    }
}
