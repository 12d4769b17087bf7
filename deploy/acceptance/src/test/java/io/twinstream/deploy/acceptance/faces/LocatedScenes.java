package io.twinstream.deploy.acceptance.faces;

import io.twinstream.schemas.image.ImageDecoder;
import io.twinstream.schemas.image.ImageLimits;
import io.twinstream.schemas.image.Picture;
import io.twinstream.schemas.modelpackage.ModelPackage;
import io.twinstream.schemas.record.Point;
import io.twinstream.schemas.record.Region;
import io.twinstream.verifier.inference.EmbedBatch;
import io.twinstream.verifier.inference.Embedder;
import io.twinstream.verifier.inference.Embeddings;
import io.twinstream.verifier.inference.ProviderChoice;
import io.twinstream.verifier.locate.Suppression;
import java.io.IOException;
import java.util.List;

/** Locates in scenes by a package's own code, without a broker, to compare detectors. */
final class LocatedScenes {
    private static final ImageLimits LIMITS = new ImageLimits(16 << 20, 1 << 24, 8);
    private static final int CHANNELS = 3;

    private LocatedScenes() {}

    static Finds finds(ModelPackage model, List<FaceScene> scenes) throws IOException {
        Finds finds = new Finds();
        ImageDecoder decoder = new ImageDecoder(LIMITS);
        try (Embedder embedder = Embedder.open(model, ProviderChoice.CPU)) {
            EmbedBatch batch = embedder.newBatch(2, Suppression.MOST, new EmbedBatch.Buffers());
            for (FaceScene scene : scenes) {
                batch.add((Picture) decoder.decode(scene.encoded(), CHANNELS));
                Embeddings found = batch.runEach(Integer.MAX_VALUE, Long.MAX_VALUE);
                finds.add(
                        scene,
                        found.regions(0).stream().map(LocatedScenes::written).toList());
            }
        }
        return finds;
    }

    private static Region written(io.twinstream.verifier.locate.Region region) {
        return new Region(
                region.x(),
                region.y(),
                region.width(),
                region.height(),
                region.score(),
                region.points().stream()
                        .map(point -> new Point(point.x(), point.y()))
                        .toList());
    }
}
