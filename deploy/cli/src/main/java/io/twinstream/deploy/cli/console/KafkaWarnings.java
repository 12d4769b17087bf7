package io.twinstream.deploy.cli.console;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.twinstream.schemas.kafka.BrokerWatch;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.apache.logging.log4j.Level;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.core.LogEvent;
import org.apache.logging.log4j.core.LoggerContext;
import org.apache.logging.log4j.core.appender.AbstractAppender;
import org.apache.logging.log4j.core.filter.AbstractFilter;

/**
 * Holds warnings of Kafka's clients back for some seconds, so that the line of {@link BrokerWatch} on an outage comes before the
 * many that its clients make of it. Nothing is lost: they follow that line, or come by themselves where there is none, with the
 * times at which they were logged. From that line to the end of the outage nothing is held back. It is safe for many threads.
 */
public final class KafkaWarnings extends AbstractFilter {
    private static final String KAFKA = "org.apache.kafka.";
    private static final String WATCH = BrokerWatch.class.getName();

    /** Somewhat more than an outage needs to be told. */
    private static final Duration HELD = BrokerWatch.TOLD_WITHIN.plusSeconds(1);

    private final AbstractAppender appender;
    private final ScheduledExecutorService release;

    @GuardedBy("this")
    private final List<LogEvent> held = new ArrayList<>();

    @GuardedBy("this")
    private boolean told;

    /** @param release runs what lets the warnings go when their time is over */
    KafkaWarnings(AbstractAppender appender, ScheduledExecutorService release) {
        this.appender = appender;
        this.release = release;
    }

    /** Begins to hold warnings of Kafka's clients in this process, from now on; those that are held when it ends are let go. */
    public static void hold() {
        ScheduledExecutorService release = Executors.newSingleThreadScheduledExecutor(runs -> {
            Thread thread = new Thread(runs, "kafka-warnings");
            thread.setDaemon(true);
            return thread;
        });
        LoggerContext context = (LoggerContext) LogManager.getContext(false);
        context.getConfiguration().getAppenders().values().stream()
                .filter(AbstractAppender.class::isInstance)
                .map(AbstractAppender.class::cast)
                .forEach(appender -> {
                    KafkaWarnings filter = new KafkaWarnings(appender, release);
                    appender.addFilter(filter);
                    Runtime.getRuntime().addShutdownHook(new Thread(filter::letGo, "last-kafka-warnings"));
                });
    }

    @Override
    public synchronized Result filter(LogEvent event) {
        if (event.getLoggerName().equals(WATCH)) {
            told = event.getLevel().equals(Level.WARN);
            appender.append(event);
            letGo();
            return Result.DENY;
        }
        if (told
                || !event.getLevel().equals(Level.WARN)
                || !event.getLoggerName().startsWith(KAFKA)) {
            return Result.NEUTRAL;
        }
        if (held.isEmpty()) {
            var unused = release.schedule(this::letGo, HELD.toMillis(), TimeUnit.MILLISECONDS);
        }
        held.add(event.toImmutable());
        return Result.DENY;
    }

    /** Lets go what is held, in the order in which it came. */
    synchronized void letGo() {
        held.forEach(appender::append);
        held.clear();
    }
}
