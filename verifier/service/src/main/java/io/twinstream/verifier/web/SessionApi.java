package io.twinstream.verifier.web;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.javalin.config.RoutesConfig;
import io.twinstream.schemas.http.Role;
import io.twinstream.verifier.settings.InferenceSettings;
import io.twinstream.verifier.settings.Shard;
import java.time.Duration;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Answers {@code GET /v1/session} with the caller's role and with what this verifier is set to. */
public final class SessionApi {
    /** A session is what {@code openapi.yaml} describes under this name. */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    private record Session(
            String role,
            String instance,
            boolean enrolment,
            boolean training,
            List<Long> windowSizesMs,
            double targetFmr,
            double targetFpir,
            String fmrImpostors,
            @Nullable String shard) {}

    private final boolean enrolment;
    private final boolean training;
    private final List<Long> windowSizesMs;
    private final InferenceSettings settings;
    private final Supplier<String> instance;
    private final @Nullable String shard;

    /**
     * Creates the answer, which apart from the role never changes while a verifier runs.
     *
     * @param enrolment whether the verifier knows an ingest to enrol with
     * @param training whether the verifier knows a trainer to ask for runs
     * @param windowSizes the sizes of the windows that it counts
     * @param shard the part of the gallery that it holds
     * @param instance returns the name of this verifier; it is asked for only once the verifier serves
     */
    public SessionApi(
            boolean enrolment,
            boolean training,
            List<Duration> windowSizes,
            InferenceSettings settings,
            Shard shard,
            Supplier<String> instance) {
        this.enrolment = enrolment;
        this.training = training;
        this.windowSizesMs = windowSizes.stream().map(Duration::toMillis).toList();
        this.settings = settings;
        this.shard = shard.isWhole() ? null : shard.toString();
        this.instance = instance;
    }

    public void register(RoutesConfig routes) {
        routes.get("/v1/session", ctx -> ctx.json(session(Role.of(ctx))));
    }

    private Session session(Role role) {
        return new Session(
                role.word(),
                instance.get(),
                enrolment,
                training,
                windowSizesMs,
                settings.targetFmr(),
                settings.targetFpir(),
                settings.impostors().word(),
                shard);
    }
}
