package io.twinstream.verifier.model;

import io.twinstream.schemas.modelpackage.Impostors;
import io.twinstream.schemas.modelpackage.ModelPackage;
import io.twinstream.verifier.gallery.Gallery;
import io.twinstream.verifier.inference.Embedder;
import io.twinstream.verifier.inference.Models;
import io.twinstream.verifier.inference.ProviderChoice;
import io.twinstream.verifier.match.MatchFunction;
import io.twinstream.verifier.match.Thresholds;
import io.twinstream.verifier.settings.DomainRule;
import io.twinstream.verifier.settings.RegionChoice;
import java.util.Arrays;

/** Serving models for tests don't depend on what the shipped one has learned. */
public final class ServingModels {
    private ServingModels() {}

    /**
     * Opens the shipped embedder with plain distance for a match function: nothing is more like an image than itself,
     * and noise is judged.
     */
    public static ServingModel byDistance() {
        return byDistance(Models.SHIPPED);
    }

    public static ServingModel byDistance(ModelPackage model) {
        return byDistance(model, 0.1f);
    }

    /** @param weight how much each unit of distance counts against a match */
    public static ServingModel byDistance(ModelPackage model, float weight) {
        Embedder embedder = Embedder.open(model, ProviderChoice.CPU);
        float[] weights = new float[embedder.embeddingLength()];
        Arrays.fill(weights, -weight);
        MatchFunction function = new MatchFunction(weights, 8);
        return new ServingModel(
                model.manifest(),
                model.sha256(),
                embedder,
                function,
                new Thresholds(model.manifest().fmrTable(), 1e-3, 1e-2),
                Impostors.POOLED,
                new Gallery(function),
                DomainRule.OFF,
                RegionChoice.LARGEST);
    }

    /** Returns the same model, gallery included, under another rule. */
    public static ServingModel under(DomainRule rule, ServingModel model) {
        return new ServingModel(
                model.manifest(),
                model.sha256(),
                model.embedder(),
                model.matchFunction(),
                model.thresholds(),
                model.impostors(),
                model.gallery(),
                rule,
                model.regions());
    }

    /** Returns the same model, gallery included, that judges other regions. */
    public static ServingModel judging(RegionChoice regions, ServingModel model) {
        return new ServingModel(
                model.manifest(),
                model.sha256(),
                model.embedder(),
                model.matchFunction(),
                model.thresholds(),
                model.impostors(),
                model.gallery(),
                model.domain(),
                regions);
    }
}
