package io.twinstream.trainer.service;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.MultiGauge;
import io.micrometer.core.instrument.MultiGauge.Row;
import io.twinstream.schemas.metrics.Metric;
import io.twinstream.schemas.metrics.ServiceMetrics;
import io.twinstream.schemas.record.TrainingProgress;
import io.twinstream.schemas.record.TrainingState;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Shows the board's runs as metrics; the board is asked when somebody reads them. */
final class RunGauges {
    private final RunBoard board;
    private final MultiGauge runs;

    private RunGauges(RunBoard board, MeterRegistry registry) {
        this.board = board;
        runs = Metric.TRAINING_RUNS.rows(registry);
    }

    static void show(ServiceMetrics metrics, RunBoard board) {
        MeterRegistry registry = metrics.registry();
        RunGauges gauges = new RunGauges(board, registry);
        Metric.TRAINING_STEPS.gauge(registry, () -> gauges.current(TrainingProgress::getStep));
        Metric.TRAINING_LOSS.gauge(registry, () -> gauges.current(TrainingProgress::getLoss));
        Metric.TRAINING_ACCURACY.gauge(registry, () -> gauges.current(TrainingProgress::getValidationAccuracy));
        Metric.TRAINING_SPEED.gauge(registry, () -> gauges.current(TrainingProgress::getImagesPerSecond));
        metrics.beforeScrape(gauges::refresh);
    }

    /** Returns a value of the run that is under way; NaN if none is, or nothing is known yet. */
    private double current(Function<TrainingProgress, @Nullable Number> value) {
        Optional<RunSnapshot> current =
                board.all().stream().filter(run -> !run.waits() && !run.ended()).findFirst();
        TrainingProgress latest = current.isEmpty() ? null : current.get().latest();
        Number number = latest == null ? null : value.apply(latest);
        return number == null ? Double.NaN : number.doubleValue();
    }

    private synchronized void refresh() {
        List<RunSnapshot> all = board.all();
        List<Row<?>> rows = new ArrayList<>();
        for (TrainingState state : TrainingState.values()) {
            long count = all.stream().filter(run -> run.state() == state).count();
            rows.add(Row.of(Metric.TRAINING_RUNS.tags(state.name().toLowerCase(Locale.ROOT)), count));
        }
        runs.register(rows, true);
    }
}
