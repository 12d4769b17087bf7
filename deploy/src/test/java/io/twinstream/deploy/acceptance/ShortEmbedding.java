package io.twinstream.deploy.acceptance;

import io.twinstream.schemas.modelpackage.InputSpec;
import io.twinstream.schemas.modelpackage.ModelId;
import io.twinstream.trainer.dataset.ImageSet;
import io.twinstream.trainer.network.Architecture;
import io.twinstream.verifier.version.ShippedModel;
import java.nio.file.Path;

/** A model whose embeddings have at most 256 numbers: the shipped one, or an untrained one of small pictures while that has more. */
final class ShortEmbedding {
    private static final int MOST = 256;
    private static final InputSpec SMALL = new InputSpec(16, 16, 1, true);

    private ShortEmbedding() {}

    /** What {@code verifier.model} is to be; a package is written to the folder where that has to be. */
    static String model(Path folder, Path images) throws Exception {
        if (ShippedModel.read("").manifest().embeddingLength() <= MOST) {
            return "";
        }
        Path file = folder.resolve("short.zip");
        UntrainedPackage.write(
                file,
                Architecture.named("compact").network(SMALL),
                new ModelId("compact", "untrained"),
                ImageSet.read(Omniglot.alphabet(images), 1));
        return file.toString();
    }
}
