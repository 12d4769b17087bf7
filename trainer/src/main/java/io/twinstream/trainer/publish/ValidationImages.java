package io.twinstream.trainer.publish;

import io.twinstream.trainer.dataset.ImageSet;
import java.io.IOException;

/** Images of classes that no model was trained on, which models are compared on. */
@FunctionalInterface
public interface ValidationImages {
    /**
     * Reads them.
     *
     * @param channels 1 for gray, 3 for RGB, as a model takes them
     */
    ImageSet read(int channels) throws IOException;
}
