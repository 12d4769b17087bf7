package io.twinstream.deploy.acceptance.rig;

import ai.djl.engine.Engine;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import io.twinstream.schemas.modelpackage.ModelId;
import io.twinstream.schemas.modelpackage.TrainingRecord;
import io.twinstream.trainer.dataset.ImageClass;
import io.twinstream.trainer.dataset.ImageSet;
import io.twinstream.trainer.export.ModelExport;
import io.twinstream.trainer.export.ModelExport.ModelIdentity;
import io.twinstream.trainer.network.Architecture;
import io.twinstream.trainer.network.PyTorch;
import io.twinstream.trainer.network.TwinNetwork;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Map;

/** Makes packages of a network that has learnt nothing: such a package opens, answers and has thresholds like any other. */
public final class UntrainedPackage {
    private static final int SEED = 1;
    /**
     * Images of each class: a threshold for an FMR of 0.01 needs 3,000 impostor pairs, and the paper's network 1.8 GFLOP an
     * image.
     */
    private static final int IMAGES = 4;

    private UntrainedPackage() {}

    /** Writes the package of an architecture, measured on some of these images. */
    public static void write(Path file, Architecture architecture, ModelId id, ImageSet images) throws Exception {
        write(file, architecture.network(architecture.defaultInput()), id, images);
    }

    /** Writes the package of a network without weights, measured on some of these images. */
    public static void write(Path file, TwinNetwork network, ModelId id, ImageSet images) throws Exception {
        ImageSet few = new ImageSet(
                images.classes().stream()
                        .map(each -> new ImageClass(
                                each.group(), each.name(), each.images().subList(0, IMAGES)))
                        .toList(),
                images.fingerprint());
        Files.write(file, exported(network, id, few));
    }

    private static byte[] exported(TwinNetwork network, ModelId id, ImageSet images) throws Exception {
        PyTorch.prepare();
        Engine.getInstance().setRandomSeed(SEED);
        TrainingRecord record = new TrainingRecord(Instant.now().toString(), images.fingerprint(), 0, Map.of());
        try (NDManager manager = NDManager.newBaseManager()) {
            network.initialize(manager, DataType.FLOAT32, network.inputShape(2));
            return new ModelExport(network).pack(new ModelIdentity(id.name(), id.version(), null, record), images);
        }
    }
}
