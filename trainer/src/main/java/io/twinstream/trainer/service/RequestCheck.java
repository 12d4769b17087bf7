package io.twinstream.trainer.service;

import io.twinstream.schemas.modelpackage.ModelId;
import io.twinstream.schemas.modelpackage.ShippedModel;
import io.twinstream.schemas.record.PublishPolicy;
import io.twinstream.schemas.record.Train;
import io.twinstream.schemas.record.TrainingRequest;
import io.twinstream.schemas.release.PublishedModels;
import io.twinstream.schemas.text.ForeignText;
import io.twinstream.trainer.service.RequestRefusedException.RequestFault;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.function.Supplier;
import java.util.regex.Pattern;

/**
 * Checks whether a request can work, as far as that is known before anything is read. Requests over HTTP and from the
 * topic pass the same checks.
 */
final class RequestCheck {
    private static final Pattern RUN_ID = Pattern.compile("[a-zA-Z0-9_-][a-zA-Z0-9._-]{0,99}");
    private static final int LONGEST_TEXT = 500;

    private final Trainer trainer;
    private final DataRoot data;
    private final Supplier<PublishedModels> published;
    private final int mostQueued;

    RequestCheck(Trainer trainer, DataRoot data, Supplier<PublishedModels> published, int mostQueued) {
        this.trainer = trainer;
        this.data = data;
        this.published = published;
        this.mostQueued = mostQueued;
    }

    /**
     * Checks a request.
     *
     * @param others the runs that were taken before
     * @throws RequestRefusedException with what is wrong
     * @throws org.apache.kafka.common.KafkaException if it can't be known which versions are published
     */
    void check(TrainingRequest request, Train train, List<RunSnapshot> others) throws RequestRefusedException {
        checkRunId(request.getRunId());
        ModelId model = checkFields(request, train);
        data.resolve("images", train.getImages());
        if (!train.getValidation().isEmpty()) {
            data.resolve("validation", train.getValidation());
        }
        if (others.stream().filter(RunSnapshot::waits).count() >= mostQueued) {
            throw new RequestRefusedException(
                    RequestFault.BUSY,
                    "%d runs wait already, which is all that may: try again later".formatted(mostQueued));
        }
        for (RunSnapshot other : others) {
            if (!other.ended() && other.model().equals(model.toString())) {
                throw new RequestRefusedException(
                        RequestFault.CONFLICT,
                        "run %s makes %s already: take another version".formatted(other.id(), model));
            }
        }
        checkPublished(train, model);
    }

    /** Checks a run's id, which also names its folder. */
    static void checkRunId(String id) throws RequestRefusedException {
        require(
                RUN_ID.matcher(id).matches(),
                "a run's id is 1 to 100 of the characters a-z A-Z 0-9 . _ - and begins with no dot");
    }

    private ModelId checkFields(TrainingRequest request, Train train) throws RequestRefusedException {
        if (!trainer.architectures().contains(train.getArchitecture())) {
            throw new RequestRefusedException(
                    RequestFault.MISSING,
                    "architecture: there is no '%s', there are %s"
                            .formatted(
                                    ForeignText.value(train.getArchitecture()),
                                    String.join(
                                            ", ",
                                            trainer.architectures().stream()
                                                    .sorted()
                                                    .toList())));
        }
        new TrainRecipe(train).check();
        boolean forced = train.getPublish() == PublishPolicy.FORCE;
        String reason = train.getReason();
        require(
                forced == (reason != null && !reason.isBlank()),
                "force and a reason come together, exactly where the gate is to be passed over");
        require(reason == null || reason.length() <= LONGEST_TEXT, "force has at most 500 characters");
        require(request.getRequestedBy().length() <= LONGEST_TEXT, "by has at most 500 characters");
        return model(train.getModelName() + "/" + train.getModelVersion());
    }

    private void checkPublished(Train train, ModelId model) throws RequestRefusedException {
        PublishedModels models = published.get();
        if (models.find(model).isPresent()) {
            throw new RequestRefusedException(
                    RequestFault.CONFLICT,
                    "%s is published already, and versions never change: take another".formatted(model));
        }
        if (train.getParent() != null) {
            requirePublished("parent", train.getParent(), models);
        }
        for (String teacher : train.getTeachers()) {
            requirePublished("teachers", teacher, models);
        }
    }

    private static void requirePublished(String field, String named, PublishedModels models)
            throws RequestRefusedException {
        ModelId id = model(named);
        if (models.find(id).isEmpty() && !ships(id)) {
            throw new RequestRefusedException(
                    RequestFault.MISSING, "%s: %s is not published".formatted(field, ForeignText.value(named)));
        }
    }

    private static boolean ships(ModelId parent) {
        try {
            return ShippedModel.ships(parent);
        } catch (IOException e) {
            throw new UncheckedIOException("a model that comes with the trainer can't be read", e);
        }
    }

    private static ModelId model(String text) throws RequestRefusedException {
        try {
            return ModelId.parse(text);
        } catch (IllegalArgumentException e) {
            throw new RequestRefusedException(RequestFault.INVALID, String.valueOf(e.getMessage()));
        }
    }

    private static void require(boolean holds, String rule) throws RequestRefusedException {
        if (!holds) {
            throw new RequestRefusedException(RequestFault.INVALID, rule);
        }
    }
}
