package io.twinstream.verifier.web;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.javalin.config.RoutesConfig;
import io.javalin.http.BadRequestResponse;
import io.javalin.http.Context;
import io.javalin.http.NotFoundResponse;
import io.javalin.http.ServiceUnavailableResponse;
import io.twinstream.schemas.modelpackage.ModelId;
import io.twinstream.schemas.record.UndecidedCause;
import io.twinstream.schemas.topic.Position;
import io.twinstream.schemas.topic.ReferenceKey;
import io.twinstream.schemas.topic.Topics;
import io.twinstream.verifier.feed.TopicPictures;
import io.twinstream.verifier.gallery.Gallery;
import io.twinstream.verifier.model.ModelChoice.ModelLease;
import io.twinstream.verifier.references.UnusableReferences;
import io.twinstream.verifier.references.UnusableReferences.Unusable;
import io.twinstream.verifier.settings.DomainRule;
import io.twinstream.verifier.version.HeldVersions;
import io.twinstream.verifier.version.VersionStatus;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/**
 * Answers what is enrolled: {@code GET /v1/subjects} and a reference's picture, by the gallery of the version that
 * serves, and {@code GET /v1/unusable-references}, those that a version can't use.
 */
final class SubjectsApi {
    static final String PATH = "/v1/subjects";

    /** A search by a part of a name looks through the whole gallery. */
    private static final int MOST_SEARCHES = 4;

    private static final int MOST = 500;
    private static final int DEFAULT = 50;
    private static final int MOST_KEY = 2 * Topics.MAX_ID_LENGTH + 1;
    private static final int MOST_MODEL = 200;

    /**
     * An unusable page is a page of unusable references as {@code openapi.yaml} describes it.
     *
     * @param advice what to do where some are of another kind than the model was trained for
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    private record UnusablePage(
            String model,
            int total,
            Map<String, Integer> byReason,
            @Nullable String advice,
            List<Unusable> references) {}

    private final HeldVersions versions;
    private final TopicPictures pictures;
    private final RequestLimit fetching;

    /**
     * Creates the routes.
     *
     * @param fetching limits the requests that fetch pictures
     */
    SubjectsApi(HeldVersions versions, TopicPictures pictures, RequestLimit fetching) {
        this.versions = versions;
        this.pictures = pictures;
        this.fetching = fetching;
    }

    void register(RoutesConfig routes) {
        routes.get(PATH, new RequestLimit(MOST_SEARCHES).around(this::page));
        routes.get(PATH + "/{subject}/references/{reference}/image", fetching.around(this::image));
        routes.get("/v1/unusable-references", this::unusable);
    }

    private void page(Context ctx) {
        QueryParameters query = new QueryParameters(ctx, "prefix", "contains", "after", "limit");
        Optional<String> prefix = query.text("prefix");
        Optional<String> part = query.text("contains").filter(each -> !each.isEmpty());
        if (prefix.isPresent() && part.isPresent()) {
            throw new BadRequestResponse("the parameters prefix and contains exclude each other");
        }
        String after = query.text("after").orElse("");
        int limit = query.number("limit", 1, MOST).map(Math::toIntExact).orElse(DEFAULT);
        ctx.json(serving(gallery -> part.map(each -> gallery.subjectsWith(each, after, limit))
                .orElseGet(() -> gallery.subjects(prefix.orElse(""), after, limit))));
    }

    private void image(Context ctx) {
        var unused = new QueryParameters(ctx);
        ReferenceKey key = key(ctx);
        Map<TopicPartition, Long> appliedTo = versions.galleryAppliedTo();
        Optional<byte[]> picture = picture(key);
        if (picture.isEmpty()) {
            pictures.requireNone(key, appliedTo);
        }
        PictureAnswer.send(
                ctx,
                picture.orElseThrow(() -> new NotFoundResponse("the version that serves has no reference %s of %s"
                        .formatted(key.referenceId(), key.subjectId()))),
                PictureAnswer.ASK_AGAIN);
    }

    /** Returns the picture, after a second look if the record is gone, since it may just have been replaced. */
    private Optional<byte[]> picture(ReferenceKey key) {
        Optional<Position> position = serving(gallery -> gallery.position(key));
        Optional<byte[]> picture = position.flatMap(each -> pictures.reference(key, each));
        if (picture.isPresent() || position.isEmpty()) {
            return picture;
        }
        return serving(gallery -> gallery.position(key))
                .filter(again -> !again.equals(position.get()))
                .flatMap(again -> pictures.reference(key, again));
    }

    private <T> T serving(Function<Gallery, T> question) {
        try (ModelLease lease = versions.servingNow().orElseThrow(SubjectsApi::notReady)) {
            return question.apply(lease.model().gallery());
        }
    }

    private static ServiceUnavailableResponse notReady() {
        return new ServiceUnavailableResponse("the version that serves is not ready yet: try again");
    }

    private static ReferenceKey key(Context ctx) {
        try {
            return new ReferenceKey(ctx.pathParam("subject"), ctx.pathParam("reference"));
        } catch (IllegalArgumentException e) {
            throw new BadRequestResponse(String.valueOf(e.getMessage()));
        }
    }

    private void unusable(Context ctx) {
        QueryParameters query = new QueryParameters(ctx, "model", "after", "limit");
        String after = query.text("after", MOST_KEY).orElse("");
        int limit = query.number("limit", 1, MOST).map(Math::toIntExact).orElse(DEFAULT);
        List<VersionStatus> held = versions.status();
        VersionStatus version = query.text("model", MOST_MODEL)
                .map(SubjectsApi::model)
                .map(id -> held.stream()
                        .filter(each -> each.id().equals(id))
                        .findFirst()
                        .orElseThrow(() -> new NotFoundResponse("this verifier doesn't hold %s".formatted(id))))
                .orElse(held.get(0));
        List<Unusable> references = versions.unusable(version.id())
                .map(unusable -> unusable.page(after, limit))
                .orElse(List.of());
        UnusableReferences.Count count = version.unusable();
        ctx.json(new UnusablePage(version.id().toString(), count.all(), count.byReason(), advice(version), references));
    }

    private static @Nullable String advice(VersionStatus version) {
        UnusableReferences.Count count = version.unusable();
        int out = count.byReason().getOrDefault(UndecidedCause.OUT_OF_DOMAIN.name(), 0);
        return out == 0
                ? null
                : DomainRule.advice(
                        out,
                        count.all() + version.gallerySize(),
                        "references",
                        version.id().toString());
    }

    private static ModelId model(String text) {
        try {
            return ModelId.parse(text);
        } catch (IllegalArgumentException e) {
            throw new BadRequestResponse(String.valueOf(e.getMessage()));
        }
    }
}
