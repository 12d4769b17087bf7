package io.twinstream.verifier.web;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.javalin.config.RoutesConfig;
import io.javalin.http.BadRequestResponse;
import io.javalin.http.Context;
import io.javalin.http.NotFoundResponse;
import io.twinstream.schemas.modelpackage.ModelId;
import io.twinstream.schemas.record.UndecidedCause;
import io.twinstream.schemas.topic.Topics;
import io.twinstream.verifier.settings.DomainRule;
import io.twinstream.verifier.version.UnusableReferences;
import io.twinstream.verifier.version.UnusableReferences.Unusable;
import io.twinstream.verifier.version.VersionStatus;
import io.twinstream.verifier.version.Versions;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** {@code GET /v1/unusable-references}: those that a version can't use, a page of them. */
final class UnusableApi {
    private static final int MOST = 500;
    private static final int DEFAULT = 50;
    private static final int MOST_KEY = 2 * Topics.MAX_ID_LENGTH + 1;
    private static final int MOST_MODEL = 200;

    /**
     * As {@code openapi.yaml} has it.
     *
     * @param advice what to do where some are of another kind than the model was trained for
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    record Page(
            String model,
            int total,
            Map<String, Integer> byReason,
            @Nullable String advice,
            List<Unusable> references) {}

    private final Versions versions;

    UnusableApi(Versions versions) {
        this.versions = versions;
    }

    void register(RoutesConfig routes) {
        routes.get("/v1/unusable-references", this::page);
    }

    private void page(Context ctx) {
        Query query = new Query(ctx, "model", "after", "limit");
        String after = query.text("after", MOST_KEY).orElse("");
        int limit = query.number("limit", 1, MOST).map(Math::toIntExact).orElse(DEFAULT);
        List<VersionStatus> held = versions.status();
        VersionStatus version = query.text("model", MOST_MODEL)
                .map(UnusableApi::model)
                .map(id -> held.stream()
                        .filter(each -> each.id().equals(id))
                        .findFirst()
                        .orElseThrow(() -> new NotFoundResponse("this verifier doesn't hold %s".formatted(id))))
                .orElse(held.get(0));
        List<Unusable> references = versions.unusable(version.id())
                .map(unusable -> unusable.page(after, limit))
                .orElse(List.of());
        UnusableReferences.Count count = version.unusable();
        ctx.json(new Page(version.id().toString(), count.all(), count.byReason(), advice(version), references));
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
