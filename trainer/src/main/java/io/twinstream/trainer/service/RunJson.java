package io.twinstream.trainer.service;

import io.twinstream.schemas.record.TrainingProgress;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Runs and their progress as JSON objects. */
final class RunJson {
    private RunJson() {}

    static Map<String, Object> run(RunSnapshot run) {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("id", run.id());
        json.put("model", run.model());
        json.put("architecture", run.train().getArchitecture());
        json.put("requestedAt", run.request().getRequestedAt().toString());
        json.put("requestedBy", run.request().getRequestedBy());
        if (run.position() > 0) {
            json.put("position", run.position());
        }
        if (run.cancelled() && !run.ended()) {
            json.put("cancelling", true);
        }
        TrainingProgress latest = run.latest();
        if (latest == null) {
            json.put("state", run.state().name());
            json.put("steps", run.train().getSteps());
        } else {
            json.putAll(progress(latest));
        }
        return json;
    }

    static Map<String, Object> progress(TrainingProgress progress) {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("state", progress.getState().name());
        putKnown(json, "reason", progress.getReason());
        json.put("step", progress.getStep());
        json.put("steps", progress.getSteps());
        putKnown(json, "loss", progress.getLoss());
        putKnown(json, "validationAccuracy", progress.getValidationAccuracy());
        putKnown(json, "imagesPerSecond", progress.getImagesPerSecond());
        putKnown(json, "remainingMs", progress.getRemainingMs());
        if (!progress.getMeasures().isEmpty()) {
            json.put("measures", progress.getMeasures());
        }
        json.put("time", progress.getTime().toString());
        return json;
    }

    private static void putKnown(Map<String, Object> json, String name, @Nullable Object value) {
        if (value != null) {
            json.put(name, value);
        }
    }
}
