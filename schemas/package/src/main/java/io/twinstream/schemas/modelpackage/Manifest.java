package io.twinstream.schemas.modelpackage;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.twinstream.schemas.record.Precision;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Describes a model package: it is {@code manifest.json} in it.
 *
 * @param format {@value #FORMAT}, or {@value #FORMAT_OF_IMPORTED} for what readers of {@value #FORMAT} can't judge by: a
 *     preparation, an import or a locator; a reader refuses a higher one
 * @param name the line of models, for example {@code compact}
 * @param version unique within the name, immutable
 * @param parent the version that training started from, or null
 * @param architecture the trainer's name for the network
 * @param embeddingLength floats in one embedding
 * @param enrolmentViews the number of views of a reference whose mean embedding is enrolled, 1 to {@value #MOST_VIEWS}; 1 is
 *     the picture itself, which packages without the field mean
 * @param files {@code embedder.onnx}, {@code matcher.onnx} and, where there is one, {@code embedder-int8.onnx}, with their
 *     hashes
 * @param fmrTable the table of the fp32 embedder, to which histograms, evaluation and golden vectors belong too
 * @param evaluation accuracy measures on held-out images by name, as ISO/IEC 19795-1 defines them; and the table of
 *     {@link Impostors#LOOK_ALIKES}
 * @param int8 the facts about the quantized embedder; null in packages that hold none
 * @param domain the description of the model's own kind of inputs, read from {@value ModelPackage#DOMAIN}, never from the
 *     manifest's own JSON; null in packages that hold none, and in a manifest that came without its package
 * @param imported where an embedder that was made elsewhere comes from; null for models that were trained here
 * @param locator how {@code locator.onnx} finds what is to be matched; null where whole pictures are matched
 */
public record Manifest(
        int format,
        String name,
        String version,
        @Nullable String parent,
        String architecture,
        InputSpec input,
        int embeddingLength,
        int enrolmentViews,
        List<PackageFile> files,
        FmrTable fmrTable,
        ScoreHistograms histograms,
        Map<String, Double> evaluation,
        List<GoldenVector> golden,
        TrainingRecord training,
        @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable Int8Facts int8,
        @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable InputDomain domain,
        @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable Imported imported,
        @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable LocatorSpec locator) {

    public static final int FORMAT = 1;
    public static final int FORMAT_OF_IMPORTED = 2;
    public static final int MOST_VIEWS = 9;

    public Manifest {
        if (!isFormat(format)) {
            throw new IllegalArgumentException("this release reads manifest formats %d and %d, the package has %d"
                    .formatted(FORMAT, FORMAT_OF_IMPORTED, format));
        }
        Objects.requireNonNull(name, "a manifest needs a name");
        Objects.requireNonNull(version, "a manifest needs a version");
        Objects.requireNonNull(files, "a manifest needs files");
        Objects.requireNonNull(evaluation, "a manifest needs an evaluation");
        Objects.requireNonNull(golden, "a manifest needs golden vectors");
        Objects.requireNonNull(architecture, "a manifest needs an architecture");
        Objects.requireNonNull(input, "a manifest needs an input");
        Objects.requireNonNull(fmrTable, "a manifest needs an fmrTable");
        Objects.requireNonNull(histograms, "a manifest needs histograms");
        Objects.requireNonNull(training, "a manifest needs a training record");
        if (name.isBlank() || version.isBlank()) {
            throw new IllegalArgumentException("a model needs a name and a version");
        }
        if (embeddingLength < 1) {
            throw new IllegalArgumentException("embeddingLength must be positive, was " + embeddingLength);
        }
        if (enrolmentViews < 1 || enrolmentViews > MOST_VIEWS) {
            throw new IllegalArgumentException(
                    "enrolmentViews must be 1 to %d, was %d".formatted(MOST_VIEWS, enrolmentViews));
        }
        if (format == FORMAT && (input.preparation() != null || imported != null || locator != null)) {
            throw new IllegalArgumentException(
                    "a manifest with a preparation, an import or a locator has format %d, not %d"
                            .formatted(FORMAT_OF_IMPORTED, FORMAT));
        }
        if (input.fit() == Preparation.Fit.ALIGN
                && (locator == null || locator.template().isEmpty())) {
            throw new IllegalArgumentException(
                    "an input that is aligned needs a locator with a template of key points");
        }
        files = List.copyOf(files);
        evaluation = new TreeMap<>(evaluation);
        golden = List.copyOf(golden);
        ThresholdBasis.requireReadable(evaluation);
    }

    /** Returns whether this release reads manifests of a format. */
    static boolean isFormat(int format) {
        return format == FORMAT || format == FORMAT_OF_IMPORTED;
    }

    /** Returns whether the package holds its model's domain; a manifest that came without its package knows it too. */
    public boolean namesDomain() {
        return files.stream().anyMatch(file -> file.name().equals(ModelPackage.DOMAIN));
    }

    /**
     * Returns the table of impostors that share a group with whom they are compared with; empty where nobody has measured it.
     */
    public Optional<FmrTable> lookAlikes() {
        return Impostors.lookAlikes(evaluation);
    }

    /** Returns this manifest under another version. */
    Manifest named(String otherVersion, @Nullable String otherParent) {
        return with(otherVersion, otherParent, files, fmrTable, histograms, evaluation, golden, int8, domain);
    }

    /** Returns this manifest with this domain, or with none. */
    public Manifest withDomain(@Nullable InputDomain other) {
        return with(version, parent, files, fmrTable, histograms, evaluation, golden, int8, other);
    }

    /** Returns this manifest with other files, and with another int8 embedder or none. */
    Manifest with(List<PackageFile> others, @Nullable Int8Facts quantized) {
        return with(version, parent, others, fmrTable, histograms, evaluation, golden, quantized, domain);
    }

    /**
     * Returns this manifest with a precision's table, histograms, evaluation and golden vectors in the place of fp32's.
     *
     * @throws IllegalArgumentException if the package holds no such embedder
     */
    Manifest at(Precision precision) {
        if (precision == Precision.FP32) {
            return this;
        }
        if (int8 == null) {
            throw new IllegalArgumentException("%s/%s holds no int8 embedder".formatted(name, version));
        }
        return with(
                version,
                parent,
                files,
                int8.fmrTable(),
                int8.histograms(),
                int8.evaluation(),
                int8.golden(),
                int8,
                domain);
    }

    /** Returns a manifest of the same model with everything else as given. */
    private Manifest with(
            String otherVersion,
            @Nullable String otherParent,
            List<PackageFile> others,
            FmrTable table,
            ScoreHistograms scores,
            Map<String, Double> measures,
            List<GoldenVector> vectors,
            @Nullable Int8Facts quantized,
            @Nullable InputDomain inputs) {
        return new Manifest(
                format,
                name,
                otherVersion,
                otherParent,
                architecture,
                input,
                embeddingLength,
                enrolmentViews,
                others,
                table,
                scores,
                measures,
                vectors,
                training,
                quantized,
                inputs,
                imported,
                locator);
    }
}
