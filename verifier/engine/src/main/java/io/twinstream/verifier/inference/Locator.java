package io.twinstream.verifier.inference;

import ai.onnxruntime.NodeInfo;
import ai.onnxruntime.OnnxJavaType;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OnnxValue;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.TensorInfo;
import io.twinstream.schemas.modelpackage.InputSpec;
import io.twinstream.schemas.modelpackage.LocatorSpec;
import io.twinstream.schemas.modelpackage.ModelPackage;
import io.twinstream.schemas.modelpackage.Preparation.Fit;
import io.twinstream.verifier.inference.OnnxInference.BatchSessions;
import io.twinstream.verifier.locate.FindDecoder;
import io.twinstream.verifier.locate.LocatorView;
import io.twinstream.verifier.locate.RawOutputs;
import io.twinstream.verifier.locate.RawOutputs.Shape;
import io.twinstream.verifier.locate.Region;
import io.twinstream.verifier.locate.Suppression;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * A locator finds what is to be matched in pictures, by a package's {@code locator.onnx}. All threads share it, each with
 * its own {@link LocateBatch}.
 */
final class Locator implements AutoCloseable {
    private final LocatorSpec spec;
    private final InputSpec input;
    private final BatchSessions sessions;
    private final List<String> outputs;
    private final FindDecoder decoder;
    private final Suppression suppression;
    private final BoundedRun.RunBounds bounds = new BoundedRun.RunBounds();

    private Locator(LocatorSpec spec, BatchSessions sessions, List<Shape> outputs) {
        this.spec = spec;
        this.input = LocatorView.input(spec);
        this.sessions = sessions;
        this.outputs = outputs.stream().map(Shape::name).toList();
        this.decoder = FindDecoder.of(spec, outputs);
        this.suppression = new Suppression(spec.kind() == LocatorSpec.Kind.BLAZEFACE);
    }

    /**
     * Opens a package's locator.
     *
     * @param spec what the package's manifest says of it
     * @throws InferenceException if ONNX Runtime refuses the graph, its input or outputs aren't those of its kind, or the
     *     requested provider can't be used
     */
    static Locator open(ModelPackage model, LocatorSpec spec, ProviderChoice provider) {
        byte[] graph = model.file(ModelPackage.LOCATOR);
        InputSpec input = LocatorView.input(spec);
        OpenSession open = OpenSession.open(graph, input, provider);
        BatchSessions sessions = new BatchSessions(open, graph);
        try {
            OnnxInference.requireShape(
                    "the locator",
                    open.session().getInputInfo(),
                    OnnxInference.INPUT,
                    -1,
                    input.channels(),
                    input.height(),
                    input.width());
            return new Locator(spec, sessions, shapes(open.session().getOutputInfo()));
        } catch (OrtException e) {
            close(sessions);
            throw new InferenceException("the locator can't be inspected", e);
        } catch (IllegalArgumentException e) {
            close(sessions);
            throw new InferenceException(String.valueOf(e.getMessage()));
        } catch (InferenceException e) {
            close(sessions);
            throw e;
        }
    }

    private static List<Shape> shapes(Map<String, NodeInfo> outputs) {
        List<Shape> shapes = new ArrayList<>();
        outputs.forEach((name, node) -> {
            if (!(node.getInfo() instanceof TensorInfo tensor) || tensor.type != OnnxJavaType.FLOAT) {
                throw new InferenceException("the locator's %s should be a tensor of floats".formatted(name));
            }
            shapes.add(new Shape(name, tensor.getShape()));
        });
        return shapes;
    }

    LocatorSpec spec() {
        return spec;
    }

    InputSpec input() {
        return input;
    }

    /**
     * Returns whether all that is found becomes a picture of exactly the embedder's input, since each find has the key points
     * that are laid onto the template.
     */
    boolean aligns(InputSpec embedded) {
        return embedded.fit() == Fit.ALIGN
                && !spec.template().isEmpty()
                && spec.template().stream().allMatch(each -> each.point() < decoder.points());
    }

    boolean isOnCpu() {
        return !sessions.provider().equals(OpenSession.CUDA);
    }

    BoundedRun.RunBounds bounds() {
        return bounds;
    }

    /**
     * Runs the graph on a batch.
     *
     * @param in a direct buffer of {@code [images, 3, height, width]}
     * @throws OrtException if the run fails, or is ended before it is done
     * @throws InferenceException if an output isn't of this batch
     */
    RawOutputs run(int images, FloatBuffer in, BoundedRun bounded) throws OrtException {
        OrtEnvironment environment = OrtEnvironment.getEnvironment();
        long[] shape = {images, input.channels(), input.height(), input.width()};
        try (OnnxTensor pictures = OnnxTensor.createTensor(environment, in, shape);
                OrtSession.Result result =
                        sessions.of(images).run(Map.of(OnnxInference.INPUT, pictures), bounded.options())) {
            List<FloatBuffer> buffers = new ArrayList<>();
            for (String name : outputs) {
                OnnxValue value = result.get(name).orElseThrow();
                if (!(value instanceof OnnxTensor tensor)
                        || tensor.getInfo().getShape().length == 0
                        || tensor.getInfo().getShape()[0] != images) {
                    throw new InferenceException("the locator's %s isn't of the %d pictures that it was given: %s"
                            .formatted(name, images, value.getInfo()));
                }
                buffers.add(tensor.getFloatBuffer());
            }
            return new RawOutputs(images, buffers);
        }
    }

    /** Returns what was found in one picture of a batch, in pixels of the input, the largest first. */
    List<Region> finds(RawOutputs raw, int image) {
        return suppression.of(decoder.candidates(raw, image));
    }

    @Override
    public void close() {
        close(sessions);
    }

    private static void close(BatchSessions sessions) {
        try {
            sessions.close();
        } catch (OrtException e) {
            throw new InferenceException("the sessions can't be closed", e);
        }
    }
}
