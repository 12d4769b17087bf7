package io.twinstream.trainer.export;

import io.twinstream.schemas.image.Picture;
import io.twinstream.schemas.modelpackage.GoldenVector;
import io.twinstream.schemas.modelpackage.Int8Facts;
import io.twinstream.schemas.modelpackage.ModelId;
import io.twinstream.schemas.modelpackage.ModelPackage;
import io.twinstream.schemas.modelpackage.PackageArchive;
import io.twinstream.schemas.record.Precision;
import io.twinstream.trainer.dataset.DatasetException;
import io.twinstream.trainer.dataset.DecodedImage;
import io.twinstream.trainer.dataset.ImageSet;
import io.twinstream.trainer.evaluation.PairEvaluation;
import io.twinstream.trainer.export.Activations.Spread;
import io.twinstream.trainer.export.Calibration.ByteScale;
import java.io.IOException;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.IntStream;

/**
 * Adds an int8 embedder to a package. It looks at the activations on training images, quantizes by each {@link
 * Calibration}, and keeps the one whose embeddings of validation images lie nearest to fp32's. Then it checks that the
 * verifier computes what was written, and measures that on the validation images as fp32 was.
 */
public final class Quantization {
    private static final int CALIBRATION_IMAGES = 512;
    private static final int COMPARED_IMAGES = 200;
    /**
     * Embeddings, 0 to 1, may differ by this much in the root of the mean square; beyond it a network can't be held in
     * 8 bits.
     */
    private static final double FARTHEST = 0.05;
    /**
     * Bytes may differ by this much from the same numbers computed in float, which now and then round to another byte.
     */
    private static final double ROUNDING = 0.01;

    /** The largest rise of these measures is recorded as what int8 loses. */
    private static final List<String> LOSSES = List.of("eer", "fnmr@fmr=0.01");

    /** Begins the names of the measures that say how far each calibration's embeddings lie from fp32's. */
    static final String DISTANCE = "distance.";

    private static final String IMAGE = "image";
    /** A picture's own samples are held by this scale. */
    private static final ByteScale SAMPLES = ByteScale.of(0, 1);

    private Quantization() {}

    /**
     * Quantizes a package's embedder, and writes it in the form that is faster to the same bits, where there is one.
     *
     * @param model a package with any int8 embedder or none
     * @param images the images that the model was trained on
     * @param validation images of other classes, to choose the calibration and to set thresholds with
     * @return the package's zip file
     * @throws DatasetException if the validation images are too few
     * @throws ExportException if the network can't be held in 8 bits, or isn't computed as it is written
     */
    public static byte[] of(ModelPackage model, ImageSet images, ImageSet validation)
            throws IOException, ExportException {
        byte[] layerByLayer = layerByLayer(model, images, validation);
        return Int8Stem.of(PackageArchive.read(layerByLayer, "the quantized package"))
                .orElse(layerByLayer);
    }

    /** Quantizes a package's embedder as {@link #of} does, and leaves its layers as they were trained, for comparisons. */
    public static byte[] layerByLayer(ModelPackage model, ImageSet images, ImageSet validation)
            throws IOException, ExportException {
        if (model.manifest().imported() != null) {
            throw new ExportException(
                    "int8 embedders are made of networks that 'train' has written, and %s was imported: quantize the ONNX file by its owner's tools, and import that"
                            .formatted(ModelId.of(model.manifest())));
        }
        PairEvaluation.requireEnough(validation);
        byte[] fp32 = model.file(ModelPackage.EMBEDDER);
        List<Picture> compared = evenly(validation, COMPARED_IMAGES);
        // First, since it opens ONNX Runtime as the verifier does.
        NetworkOutputs exact = NetworkOutputs.served(model, compared);
        Set<String> tensors = QuantizedGraph.tensors(fp32);
        tensors.remove(IMAGE);
        Map<String, Spread> spreads =
                Activations.of(fp32, tensors, model.manifest().input(), evenly(images, CALIBRATION_IMAGES));
        Map<Calibration, Double> distances = new EnumMap<>(Calibration.class);
        for (Calibration each : Calibration.values()) {
            NetworkOutputs answers = NetworkOutputs.plain(model, quantized(fp32, spreads, each), compared);
            distances.put(each, answers.embeddingDistance(exact));
        }
        Map.Entry<Calibration, Double> nearest = Collections.min(distances.entrySet(), Map.Entry.comparingByValue());
        Calibration best = nearest.getKey();
        require(nearest.getValue(), FARTHEST, "int8 embeddings of validation images differ from fp32's");
        byte[] embedder = quantized(fp32, spreads, best);
        ModelPackage draft = PackageArchive.read(
                        PackageArchive.withInt8(model, draft(ModelExport.NOT_MEASURED), embedder),
                        "the draft of the package")
                .at(Precision.INT8);
        double rounding =
                NetworkOutputs.served(draft, compared).embeddingDistance(NetworkOutputs.plain(draft, compared));
        require(rounding, ROUNDING, "ONNX Runtime's optimised int8 embeddings differ from those that were written");
        Int8Facts facts = facts(model, draft, best, distances, validation);
        return PackageArchive.withInt8(model, facts, embedder);
    }

    private static byte[] quantized(byte[] fp32, Map<String, Spread> spreads, Calibration by) throws ExportException {
        return QuantizedGraph.of(
                fp32,
                tensor -> tensor.equals(IMAGE) ? SAMPLES : by.of(Objects.requireNonNull(spreads.get(tensor), tensor)));
    }

    private static Int8Facts facts(
            ModelPackage model,
            ModelPackage draft,
            Calibration calibration,
            Map<Calibration, Double> distances,
            ImageSet validation)
            throws IOException {
        PairEvaluation before = PairEvaluation.of(model, validation);
        PairEvaluation after = PairEvaluation.of(draft, validation);
        Map<String, Double> measures = new TreeMap<>(after.measures());
        distances.forEach(
                (each, distance) -> measures.put(DISTANCE + each.name().toLowerCase(Locale.ROOT), distance));
        List<GoldenVector> golden =
                ModelExport.golden(draft, ModelExport.spread(validation, ModelExport.GOLDEN_IMAGES));
        return new Int8Facts(
                calibration.name().toLowerCase(Locale.ROOT),
                loss(before, after),
                after.fmrTable(),
                after.histograms(),
                measures,
                golden);
    }

    /** Returns what is known of an int8 embedder that stays as it is, once it was measured on the images that fp32 was. */
    static Int8Facts measuredAgain(Int8Facts before, PairEvaluation fp32, PairEvaluation int8) {
        Map<String, Double> measures = new TreeMap<>(int8.measures());
        before.evaluation().forEach((name, value) -> {
            if (name.startsWith(DISTANCE)) {
                measures.put(name, value);
            }
        });
        return new Int8Facts(
                before.calibration(), loss(fp32, int8), int8.fmrTable(), int8.histograms(), measures, before.golden());
    }

    /** Returns what int8 loses on the images on which both were measured. */
    static double loss(PairEvaluation fp32, PairEvaluation int8) {
        double loss = 0;
        for (String measure : LOSSES) {
            double rise =
                    int8.measures().getOrDefault(measure, 1.0) - fp32.measures().getOrDefault(measure, 0.0);
            loss = Math.max(loss, rise);
        }
        return loss;
    }

    private static Int8Facts draft(PairEvaluation none) {
        return new Int8Facts("", 1, none.fmrTable(), none.histograms(), Map.of(), List.of());
    }

    private static void require(double distance, double most, String what) throws ExportException {
        if (!(distance <= most)) {
            throw new ExportException(
                    "%s by %.2g in the root mean square, %.2g is allowed".formatted(what, distance, most));
        }
    }

    /** Returns so many images, or all, spread over the classes. */
    private static List<Picture> evenly(ImageSet folder, int wanted) {
        List<Picture> all = folder.classes().stream()
                .flatMap(each -> each.images().stream())
                .map(DecodedImage::picture)
                .toList();
        int count = Math.min(wanted, all.size());
        return IntStream.range(0, count)
                .mapToObj(i -> all.get((int) ((long) i * all.size() / count)))
                .toList();
    }
}
