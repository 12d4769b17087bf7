package io.twinstream.trainer.foreign;

import ai.onnx.proto.OnnxMl.ModelProto;
import io.twinstream.schemas.modelpackage.LocatorSpec;
import io.twinstream.schemas.modelpackage.Preparation.ColourOrder;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/**
 * A locator order says which detector, made by others, finds what the embedder is to see.
 *
 * @param model the ONNX file; its external data may lie in its folder
 * @param spec the size of its input, what its outputs mean, and where key points are laid
 * @param order the order of colours that it takes
 * @param mean what it wants subtracted from samples of 0 to 255, for each channel in its own order
 * @param std what it wants them divided by then
 */
public record LocatorOrder(Path model, LocatorSpec spec, ColourOrder order, List<Double> mean, List<Double> std) {
    private static final long MOST_BYTES = 256 << 20;

    public LocatorOrder {
        mean = List.copyOf(mean);
        std = List.copyOf(std);
    }

    /**
     * Returns the bytes of {@code locator.onnx}.
     *
     * @throws ImportException if the file is no detector that can be taken
     */
    byte[] graph() throws IOException {
        ModelProto whole = ForeignModel.read(model).proto();
        if (whole.getSerializedSize() > MOST_BYTES) {
            throw new ImportException("the locator %s has %d MB, at most %d are taken: give a smaller detector"
                    .formatted(model, whole.getSerializedSize() >> 20, MOST_BYTES >> 20));
        }
        try {
            return ForeignLocator.rewritten(whole.toByteArray(), spec, order, mean, std);
        } catch (IllegalArgumentException e) {
            throw new ImportException("%s: %s".formatted(model.getFileName(), e.getMessage()), e);
        }
    }
}
