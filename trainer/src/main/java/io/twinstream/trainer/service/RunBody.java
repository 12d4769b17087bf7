package io.twinstream.trainer.service;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.twinstream.schemas.record.PublishPolicy;
import io.twinstream.schemas.record.Train;
import io.twinstream.trainer.network.Architecture;
import io.twinstream.trainer.run.TrainingDefaults;
import io.twinstream.trainer.service.RequestRefusedException.Fault;
import org.jspecify.annotations.Nullable;

/**
 * A training request as a caller writes it in JSON. Needed are name, version, images and validation.
 *
 * @param id the run's; by default a random one
 * @param architecture by default {@code compact}
 * @param parent {@code NAME/VERSION} of the published model to start from
 * @param force why the gate is to be passed over
 * @param by who asks
 */
record RunBody(
        @Nullable String id,
        @Nullable String architecture,
        @Nullable String name,
        @Nullable String version,
        @Nullable String images,
        @Nullable String validation,
        @Nullable Integer steps,
        @Nullable Integer seed,
        @Nullable String parent,
        @Nullable String force,
        @Nullable String by) {
    private static final JsonMapper JSON = new JsonMapper();

    /** Reads a body; an unknown field is an error. */
    static RunBody read(String body) throws RequestRefusedException {
        try {
            RunBody read = JSON.readValue(body, RunBody.class);
            if (read != null) {
                return read;
            }
        } catch (JsonProcessingException e) {
            String why = e.getOriginalMessage().lines().findFirst().orElse("");
            throw new RequestRefusedException(Fault.INVALID, "the body is no training request: " + why);
        }
        throw new RequestRefusedException(Fault.INVALID, "the body is no training request: it is null");
    }

    Train train() throws RequestRefusedException {
        return Train.newBuilder()
                .setArchitecture(architecture == null ? "compact" : architecture)
                .setModelName(needed("name", name))
                .setModelVersion(needed("version", version))
                .setImages(needed("images", images))
                .setValidation(needed("validation", validation))
                .setSteps(steps == null ? defaultSteps() : steps)
                .setSeed(seed == null ? TrainingDefaults.SEED : seed)
                .setParent(parent)
                .setPublish(force == null ? PublishPolicy.GATE : PublishPolicy.FORCE)
                .setReason(force)
                .build();
    }

    /** Of an architecture that isn't there it is of no account. */
    private int defaultSteps() {
        return Architecture.all().stream()
                .filter(each -> each.name().equals(architecture == null ? "compact" : architecture))
                .mapToInt(each -> TrainingDefaults.of(each, each.defaultInput()).steps())
                .findFirst()
                .orElse(1);
    }

    private static String needed(String field, @Nullable String value) throws RequestRefusedException {
        if (value == null) {
            throw new RequestRefusedException(Fault.INVALID, "the field %s is missing".formatted(field));
        }
        return value;
    }
}
