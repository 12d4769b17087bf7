package io.twinstream.deploy.cli.console;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.apache.logging.log4j.Level;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Marker;
import org.apache.logging.log4j.MarkerManager;
import org.apache.logging.log4j.core.LogEvent;
import org.apache.logging.log4j.core.LoggerContext;
import org.apache.logging.log4j.core.appender.AbstractAppender;
import org.apache.logging.log4j.core.filter.AbstractFilter;

/**
 * Keeps a warning that repeats from filling the log: it is told once, and then counted in one line a minute for as long as it
 * comes. Two warnings of ours are the same where each letter is; those of libraries may differ in the client's name and in
 * numbers. It is safe for many threads.
 */
public final class RepeatedWarnings extends AbstractFilter {
    private static final Marker COUNT = MarkerManager.getMarker("COUNT");
    private static final String OURS = "io.twinstream.";
    private static final Pattern CLIENT = Pattern.compile("^\\[[^\\]]*\\] ");
    private static final Pattern NUMBER = Pattern.compile("[0-9a-f]{8}(?:-[0-9a-f]{4,12}){4}|-?\\d+");

    /** The warnings that are told apart within a minute; a further one is told each time. */
    private static final int MOST = 500;

    private static final long PERIOD_SECONDS = 60;

    /** Counts how often a warning came after it was told. */
    private static final class Repeated {
        private final String logger;
        private final Level level;
        private String last = "";
        private long times;

        Repeated(String logger, Level level) {
            this.logger = logger;
            this.level = level;
        }
    }

    private final Map<String, Repeated> told = new LinkedHashMap<>();

    RepeatedWarnings() {}

    /** Begins to count repeated warnings of this process, from now on. */
    public static void count() {
        RepeatedWarnings filter = new RepeatedWarnings();
        LoggerContext context = (LoggerContext) LogManager.getContext(false);
        context.getConfiguration().getAppenders().values().stream()
                .filter(AbstractAppender.class::isInstance)
                .forEach(appender -> ((AbstractAppender) appender).addFilter(filter));
        ScheduledExecutorService minutes = Executors.newSingleThreadScheduledExecutor(runs -> {
            Thread thread = new Thread(runs, "repeated-warnings");
            thread.setDaemon(true);
            return thread;
        });
        var unused = minutes.scheduleAtFixedRate(filter::tellCounts, PERIOD_SECONDS, PERIOD_SECONDS, TimeUnit.SECONDS);
    }

    @Override
    public Result filter(LogEvent event) {
        if (!event.getLevel().isMoreSpecificThan(Level.WARN) || COUNT.equals(event.getMarker())) {
            return Result.NEUTRAL;
        }
        String message = event.getMessage().getFormattedMessage();
        return isNew(event, message) ? Result.NEUTRAL : Result.DENY;
    }

    private synchronized boolean isNew(LogEvent event, String message) {
        String key = event.getLevel() + event.getLoggerName() + alike(event.getLoggerName(), message);
        Repeated before = told.get(key);
        if (before != null) {
            before.times++;
            before.last = message;
            return false;
        }
        if (told.size() < MOST) {
            told.put(key, new Repeated(event.getLoggerName(), event.getLevel()));
        }
        return true;
    }

    private static String alike(String logger, String message) {
        return logger.startsWith(OURS)
                ? message
                : NUMBER.matcher(CLIENT.matcher(message).replaceFirst("")).replaceAll("#");
    }

    /** Tells the count of each warning that came again since the last time, and forgets those that did not. */
    void tellCounts() {
        Map<String, Repeated> counted = new LinkedHashMap<>();
        synchronized (this) {
            told.forEach((key, each) -> {
                if (each.times > 0) {
                    counted.put(key, each);
                }
            });
            told.keySet().retainAll(counted.keySet());
            counted.forEach((key, each) -> told.put(key, new Repeated(each.logger, each.level)));
        }
        counted.values()
                .forEach(each -> LogManager.getLogger(each.logger)
                        .log(
                                each.level,
                                COUNT,
                                "{} more like this in the last {} s: {}",
                                each.times,
                                PERIOD_SECONDS,
                                each.last));
    }
}
