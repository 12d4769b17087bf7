package io.twinstream.verifier.web;

import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import io.javalin.http.HttpStatus;
import io.twinstream.schemas.http.ErrorAnswer;
import io.twinstream.schemas.modelpackage.ModelId;
import io.twinstream.schemas.record.ModelSlot;
import io.twinstream.verifier.control.ActivationOutcome;
import io.twinstream.verifier.control.ControlException;
import io.twinstream.verifier.control.ControlException.ControlFault;
import io.twinstream.verifier.control.ModelControl;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * Answers about model versions and takes orders for them: {@code GET /v1/models},
 * {@code GET /v1/models/{name}/{version}}, {@code GET} and {@code POST /v1/models/activations},
 * {@code POST /v1/models/rollback}. All are answered from the log that this verifier follows. At most
 * {@value #MOST_AT_ONCE} requests are under way at a time, since each may wait for the brokers.
 */
public final class ModelsApi {
    private static final int MOST_AT_ONCE = 4;
    private static final String PATH = "/v1/models";

    private final ModelControl control;
    private final RequestLimit bound = new RequestLimit(MOST_AT_ONCE);

    public ModelsApi(ModelControl control) {
        this.control = control;
    }

    public void register(RoutesConfig routes) {
        routes.get(PATH, bound.around(ctx -> ctx.json(control.list())));
        routes.get(PATH + "/activations", bound.around(ctx -> ctx.json(Map.of("activations", control.activations()))));
        routes.get(PATH + "/{name}/{version}", bound.around(this::show));
        routes.post(PATH + "/activations", bound.around(this::activate));
        routes.post(PATH + "/rollback", bound.around(this::rollback));
        ErrorAnswer.refuses(routes, ControlException.class, e -> status(e.fault()));
    }

    /**
     * Returns the id of a version.
     *
     * @throws ControlException if a part breaks the rule of names
     */
    static ModelId model(String name, String version) {
        try {
            return new ModelId(name, version);
        } catch (IllegalArgumentException e) {
            throw new ControlException(ControlFault.BAD_REQUEST, String.valueOf(e.getMessage()));
        }
    }

    private void show(Context ctx) {
        ctx.json(control.show(model(ctx.pathParam("name"), ctx.pathParam("version"))));
    }

    private void activate(Context ctx) {
        ActivationBody body = ActivationBody.read(ctx.bodyAsBytes());
        ModelId model = body.model();
        boolean serving = body.neededSlot() == ModelSlot.SERVING;
        created(
                ctx,
                serving
                        ? control.activate(
                                Objects.requireNonNull(model),
                                body.effectiveTime(),
                                body.neededReason(),
                                by(ctx),
                                body.forced())
                        : control.shadow(
                                Optional.ofNullable(model),
                                body.effectiveTime(),
                                body.neededReason(),
                                by(ctx),
                                body.forced()));
    }

    private void rollback(Context ctx) {
        created(ctx, control.rollback(ActivationBody.rollbackReason(ctx.bodyAsBytes()), by(ctx)));
    }

    private static void created(Context ctx, ActivationOutcome outcome) {
        ctx.status(HttpStatus.CREATED).json(outcome);
    }

    private static String by(Context ctx) {
        return "http " + ctx.ip();
    }

    private static HttpStatus status(ControlFault fault) {
        return switch (fault) {
            case BAD_REQUEST -> HttpStatus.BAD_REQUEST;
            case NOT_FOUND -> HttpStatus.NOT_FOUND;
            case CONFLICT -> HttpStatus.CONFLICT;
        };
    }
}
