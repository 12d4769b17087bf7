package io.twinstream.verifier.web;

import io.javalin.config.RoutesConfig;
import io.twinstream.schemas.http.Role;
import io.twinstream.schemas.settings.Settings;
import io.twinstream.verifier.settings.VerifierSettings;
import io.twinstream.verifier.settings.WatchingSettings;
import io.twinstream.verifier.settings.WindowSizes;
import java.time.Duration;
import java.util.List;
import java.util.function.Supplier;

/** {@code GET /v1/session}: who asks, and whom. */
public final class SessionApi {
    /** As {@code openapi.yaml} has it. */
    private record Session(
            String role,
            String instance,
            boolean enrolment,
            List<Long> windowSizesMs,
            double targetFmr,
            double targetFpir) {}

    private final Settings settings;
    private final Supplier<String> instance;

    /** @param instance names this verifier; asked for once it serves */
    public SessionApi(Settings settings, Supplier<String> instance) {
        this.settings = settings;
        this.instance = instance;
    }

    public void register(RoutesConfig routes) {
        routes.get("/v1/session", ctx -> ctx.json(session(Role.of(ctx))));
    }

    private Session session(Role role) {
        return new Session(
                role.word(),
                instance.get(),
                !settings.getString(VerifierSettings.INGEST_URL).isEmpty(),
                settings.getBoolean(WatchingSettings.WINDOWS)
                        ? WindowSizes.of(settings).stream()
                                .map(Duration::toMillis)
                                .toList()
                        : List.of(),
                settings.getDouble(VerifierSettings.TARGET_FMR),
                settings.getDouble(VerifierSettings.TARGET_FPIR));
    }
}
