package io.twinstream.verifier.model;

import io.twinstream.schemas.modelpackage.Int8Facts;
import io.twinstream.schemas.modelpackage.ModelId;
import io.twinstream.schemas.modelpackage.ModelPackage;
import io.twinstream.schemas.record.Precision;
import io.twinstream.verifier.inference.EmbedRates;
import io.twinstream.verifier.inference.Embedder;
import io.twinstream.verifier.inference.InferenceException;
import io.twinstream.verifier.settings.InferenceSettings;
import io.twinstream.verifier.trial.SelfTest;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A precision choice says at which precision versions are opened, as {@code verifier.precision} asks. A version keeps
 * the precision that was chosen first, since its verdicts must not depend on when it was opened. Safe for many threads.
 */
public final class PrecisionChoice {
    /** Compares the rates of two embedders, fp32 first, on batches of so many images. */
    @FunctionalInterface
    interface Measurement {
        EmbedRates of(Embedder fp32, Embedder int8, int images);
    }

    private static final Logger log = LoggerFactory.getLogger(PrecisionChoice.class);
    private static final int ROUNDS = 7;
    /** Most images in a batch that is measured, of a size that suits both precisions on most machines. */
    private static final int MEASURED = 16;

    private static final long MOST_NANOS = TimeUnit.SECONDS.toNanos(2);

    private final InferenceSettings settings;
    private final Optional<Precision> wanted;
    private final boolean strict;
    private final Measurement measurement;
    private final Map<String, Precision> chosen = new ConcurrentHashMap<>();

    /** Returns the choice of the settings. */
    public static PrecisionChoice of(InferenceSettings settings) {
        return new PrecisionChoice(settings, settings.precision(), true, PrecisionChoice::measured);
    }

    /**
     * Returns a choice of this precision for versions that have it and of fp32 for others; null for the choice of the
     * settings.
     */
    public static PrecisionChoice of(InferenceSettings settings, @Nullable Precision precision) {
        return precision == null
                ? of(settings)
                : new PrecisionChoice(settings, Optional.of(precision), false, PrecisionChoice::measured);
    }

    /**
     * Creates a choice.
     *
     * @param wanted the precision that is asked for; empty if it is to be chosen
     * @param strict whether a version without int8 is refused if int8 is asked for, rather than opened at fp32
     */
    PrecisionChoice(InferenceSettings settings, Optional<Precision> wanted, boolean strict, Measurement measurement) {
        this.settings = settings;
        this.wanted = wanted;
        this.strict = strict;
        this.measurement = measurement;
    }

    /**
     * Returns the package at the precision that it must be opened at.
     *
     * @throws InferenceException if int8 is required and the package holds no int8 embedder
     */
    ModelPackage of(ModelPackage model) {
        if (wanted.equals(Optional.of(Precision.FP32))) {
            return model;
        }
        Precision known = chosen.get(model.sha256());
        // The map's own computation isn't used: choosing takes seconds, and other versions must not wait for it.
        Precision precision = known == null ? choose(model) : known;
        Precision before = chosen.putIfAbsent(model.sha256(), precision);
        return model.at(before == null ? precision : before);
    }

    private Precision choose(ModelPackage model) {
        boolean int8 = wanted.equals(Optional.of(Precision.INT8));
        try (Embedder fp32 = ServingModel.embedder(model, settings)) {
            if (!fp32.provider().equals("CPU")) {
                return chosen(model, Precision.FP32, "it runs on %s".formatted(fp32.provider()));
            }
            if (model.hasInt8()) {
                // A package that fails at fp32 is refused even if its int8 embedder would judge.
                SelfTest.run(model.manifest(), fp32);
                return int8 ? Precision.INT8 : faster(model, fp32);
            }
            if (int8 && strict) {
                throw new InferenceException(
                        "the package holds no int8 embedder: 'twinstream quantize' adds one, or set verifier.precision=auto");
            }
            return chosen(model, Precision.FP32, "the package holds no int8 embedder");
        }
    }

    private Precision faster(ModelPackage model, Embedder fp32) {
        if (settings.sharded()) {
            // Shards must use the same precision, and each would choose by itself.
            return chosen(
                    model,
                    Precision.FP32,
                    "the gallery is in shards: 'verifier.precision=int8' for all of them changes that");
        }
        Int8Facts facts = Objects.requireNonNull(model.manifest().int8());
        if (!facts.withinMargin()) {
            return chosen(
                    model,
                    Precision.FP32,
                    "int8 loses %.2f points of accuracy, more than %.1f"
                            .formatted(100 * facts.loss(), 100 * Int8Facts.MARGIN));
        }
        ModelPackage quantized = model.at(Precision.INT8);
        try (Embedder int8 = ServingModel.embedder(quantized, settings)) {
            SelfTest.run(quantized.manifest(), int8);
            EmbedRates rates = measurement.of(fp32, int8, Math.min(MEASURED, settings.batchMax()));
            return chosen(
                    model,
                    rates.ratio() > 1 ? Precision.INT8 : Precision.FP32,
                    "int8 embeds %.0f images/s on one thread here, fp32 %.0f; int8 loses %.2f points of accuracy"
                            .formatted(rates.int8(), rates.fp32(), 100 * facts.loss()));
        } catch (InferenceException e) {
            return chosen(model, Precision.FP32, "int8 doesn't work here: " + e.getMessage());
        }
    }

    private static EmbedRates measured(Embedder fp32, Embedder int8, int images) {
        return EmbedRates.measure(fp32, int8, images, ROUNDS, MOST_NANOS);
    }

    private static Precision chosen(ModelPackage model, Precision precision, String why) {
        log.info("{} is opened at {}: {}", ModelId.of(model.manifest()), precision, why);
        return precision;
    }
}
