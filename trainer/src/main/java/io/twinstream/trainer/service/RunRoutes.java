package io.twinstream.trainer.service;

import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import io.javalin.http.HttpStatus;
import io.javalin.http.NotFoundResponse;
import io.javalin.http.ServiceUnavailableResponse;
import io.twinstream.schemas.http.ErrorAnswer;
import io.twinstream.schemas.http.JsonBody;
import io.twinstream.schemas.kafka.TopicFollower;
import io.twinstream.schemas.record.Cancel;
import io.twinstream.schemas.record.HeldBack;
import io.twinstream.schemas.record.PublishPolicy;
import io.twinstream.schemas.record.Train;
import io.twinstream.schemas.record.TrainingProgress;
import io.twinstream.schemas.record.TrainingRequest;
import io.twinstream.schemas.text.ForeignText;
import io.twinstream.trainer.head.HeadSettings;
import io.twinstream.trainer.network.Architecture;
import io.twinstream.trainer.run.HeadOptions;
import io.twinstream.trainer.service.RequestRefusedException.RequestFault;
import io.twinstream.trainer.training.TrainingSettings;
import java.time.Clock;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Serves the training runs. {@code POST /v1/training-runs} asks for a run and {@code GET} lists them; {@code GET
 * /v1/training-runs/{id}} shows one with its history, and {@code DELETE} cancels it. Every instance answers, since
 * requests go to the topic.
 */
final class RunRoutes {
    private static final String PATH = "/v1/training-runs";
    private static final String ONE = PATH + "/{id}";
    private static final String ID = "id";
    private static final Duration PATIENCE = Duration.ofSeconds(5);

    private final RunBoard board;
    private final RequestCheck check;
    private final RunRecords records;
    private final TopicFollower follower;
    private final Clock clock;

    RunRoutes(RunBoard board, RequestCheck check, RunRecords records, TopicFollower follower, Clock clock) {
        this.board = board;
        this.check = check;
        this.records = records;
        this.follower = follower;
        this.clock = clock;
    }

    void register(RoutesConfig routes) {
        routes.before(PATH + "*", ctx -> requireCaughtUp());
        routes.post(PATH, this::ask);
        routes.get(
                PATH,
                ctx -> ctx.json(
                        Map.of("runs", board.all().stream().map(RunRoutes::json).toList())));
        routes.get(ONE, this::show);
        routes.delete(ONE, this::cancel);
        ErrorAnswer.refuses(routes, RequestRefusedException.class, e -> status(e.fault()));
    }

    private void ask(Context ctx) throws RequestRefusedException, InterruptedException {
        RunBody body = RunBody.FORM.read(ctx.bodyAsBytes());
        Train train = body.train();
        String id = body.id() == null ? UUID.randomUUID().toString() : body.id();
        Optional<RunSnapshot> known = board.find(id);
        if (known.isPresent() && !known.get().train().equals(train)) {
            throw new RequestRefusedException(
                    RequestFault.CONFLICT, "there is another run %s: take another id".formatted(id));
        }
        if (known.isEmpty()) {
            String by = body.by() == null ? "http " + ctx.ip() : body.by();
            TrainingRequest request = new TrainingRequest(id, clock.instant(), by, train);
            check.check(request, train, board.all());
            records.request(request);
        }
        ctx.status(HttpStatus.ACCEPTED).json(Map.of(ID, id));
    }

    private void show(Context ctx) {
        RunSnapshot run = run(ctx);
        Map<String, Object> json = new LinkedHashMap<>(json(run));
        List<Map<String, Object>> history =
                board.history(run.id()).stream().map(RunRoutes::json).toList();
        json.put("history", history);
        ctx.json(json);
    }

    private void cancel(Context ctx) throws RequestRefusedException, InterruptedException {
        RunSnapshot run = run(ctx);
        if (run.ended()) {
            throw new RequestRefusedException(
                    RequestFault.CONFLICT,
                    "run %s has ended: %s".formatted(run.id(), run.state().name()));
        }
        if (!run.cancelled()) {
            records.request(new TrainingRequest(run.id(), clock.instant(), "http " + ctx.ip(), new Cancel()));
        }
        ctx.status(HttpStatus.ACCEPTED).json(Map.of(ID, run.id()));
    }

    /**
     * Returns a run. A known run is returned at once; an unknown one is refused only when everything on the topics is
     * read.
     */
    private RunSnapshot run(Context ctx) {
        String id = ctx.pathParam(ID);
        Optional<RunSnapshot> known = board.find(id);
        if (known.isEmpty()) {
            follower.requireComplete(PATIENCE);
        }
        return known.or(() -> board.find(id))
                .orElseThrow(() -> new NotFoundResponse("there is no training run '%s'".formatted(id)));
    }

    private void requireCaughtUp() {
        if (!follower.caughtUp()) {
            throw new ServiceUnavailableResponse("the trainer has not read its topics yet: try again");
        }
    }

    private static Map<String, Object> json(RunSnapshot run) {
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
            json.putAll(json(latest));
        }
        return json;
    }

    private static Map<String, Object> json(TrainingProgress progress) {
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

    private static HttpStatus status(RequestFault fault) {
        return switch (fault) {
            case INVALID -> HttpStatus.BAD_REQUEST;
            case MISSING -> HttpStatus.UNPROCESSABLE_CONTENT;
            case CONFLICT -> HttpStatus.CONFLICT;
            case BUSY -> HttpStatus.TOO_MANY_REQUESTS;
        };
    }

    /**
     * The body is a training request as a caller writes it in JSON. It needs name, version and images. What is left out is the
     * architecture's own.
     *
     * @param id the run's id; a random one by default
     * @param architecture the network's kind; {@code compact} by default
     * @param parent {@code NAME/VERSION} of the published model to start from
     * @param force the reason why the gate is to be passed over; null if it isn't
     * @param by the name of whoever asks; by default the caller's address
     * @param validation images to measure by; without it a part of the images is held back
     * @param split what stays together where images are held back, {@code class} or {@code drawer}
     * @param input {@code WIDTHxHEIGHT} or {@code WIDTHxHEIGHTxCHANNELS}
     * @param schedule the way of the learning rate, {@code cosine}, {@code flat} or {@code tail}
     * @param teachers {@code NAME/VERSION} of each published or shipped model to learn from; none by default
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
            @Nullable String by,
            @Nullable String split,
            @Nullable Double splitShare,
            @Nullable Boolean photographs,
            @Nullable String input,
            @Nullable Integer pairs,
            @Nullable Double learningRate,
            @Nullable Integer symmetries,
            @Nullable Integer epoch,
            @Nullable String schedule,
            @Nullable Integer mean,
            @Nullable Double proxies,
            @Nullable Double bend,
            @Nullable List<String> teachers,
            @Nullable Integer teacherViews) {
        private static final double SPLIT_SHARE = 0.2;

        static final JsonBody<RunBody> FORM = new JsonBody<>(
                RunBody.class,
                "{\"name\": \"letters\", \"version\": \"2\", \"images\": \"letters\", \"validation\": \"held-out\"}");

        Train train() {
            return Train.newBuilder()
                    .setArchitecture(architecture == null ? "compact" : architecture)
                    .setModelName(needed("name", name))
                    .setModelVersion(needed("version", version))
                    .setImages(needed("images", images))
                    .setValidation(validation == null ? "" : validation)
                    .setSteps(steps == null ? defaultSteps() : steps)
                    .setSeed(seed == null ? TrainingSettings.SEED : seed)
                    .setParent(parent)
                    .setPublish(force == null ? PublishPolicy.GATE : PublishPolicy.FORCE)
                    .setReason(force)
                    .setSplit(heldBack())
                    .setSplitShare(splitShare == null ? SPLIT_SHARE : splitShare)
                    .setPhotographs(photographs != null && photographs)
                    .setInput(input)
                    .setPairs(pairs)
                    .setLearningRate(learningRate)
                    .setSymmetries(symmetries)
                    .setEpoch(epoch)
                    .setSchedule(schedule)
                    .setMean(mean)
                    .setProxies(proxies)
                    .setBend(bend)
                    .setTeachers(teachers == null ? List.of() : teachers)
                    .setTeacherViews(teacherViews == null ? 1 : teacherViews)
                    .build();
        }

        /**
         * Returns the architecture's default steps. An unknown architecture gets 1 step here and is refused by the
         * check.
         */
        private int defaultSteps() {
            if (HeadOptions.ARCHITECTURE.equals(architecture)) {
                return HeadSettings.STEPS;
            }
            return Architecture.all().stream()
                    .filter(each -> each.name().equals(architecture == null ? "compact" : architecture))
                    .mapToInt(each ->
                            TrainingSettings.defaults(each, each.defaultInput()).steps())
                    .findFirst()
                    .orElse(1);
        }

        private HeldBack heldBack() {
            if (split == null || split.equals("class")) {
                return HeldBack.CLASS;
            }
            if (split.equals("drawer")) {
                return HeldBack.DRAWER;
            }
            throw FORM.refused("split must be class or drawer, and is '%s'".formatted(ForeignText.value(split)));
        }

        private static String needed(String field, @Nullable String value) {
            if (value == null) {
                throw FORM.missing(field);
            }
            return value;
        }
    }
}
