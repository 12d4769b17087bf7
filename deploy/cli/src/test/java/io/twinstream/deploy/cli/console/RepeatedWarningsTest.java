package io.twinstream.deploy.cli.console;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayList;
import java.util.List;
import org.apache.logging.log4j.Level;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.core.Filter.Result;
import org.apache.logging.log4j.core.LogEvent;
import org.apache.logging.log4j.core.LoggerContext;
import org.apache.logging.log4j.core.appender.AbstractAppender;
import org.apache.logging.log4j.core.config.Property;
import org.apache.logging.log4j.core.impl.Log4jLogEvent;
import org.apache.logging.log4j.message.SimpleMessage;
import org.junit.jupiter.api.Test;

class RepeatedWarningsTest {
    private static final String KAFKA = "org.apache.kafka.clients.NetworkClient";
    private static final String OURS = "io.twinstream.Test";

    private final RepeatedWarnings filter = new RepeatedWarnings();

    @Test
    void aWarningOfEveryClientIsToldOnce() {
        assertEquals(Result.NEUTRAL, warn(KAFKA, "[Producer clientId=a] Node -1 (localhost:9092) is away, try 7"));
        assertEquals(
                Result.DENY, warn(KAFKA, "[Consumer clientId=b, groupId=g] Node -1 (localhost:9092) is away, try 8"));
        assertEquals(Result.NEUTRAL, warn(KAFKA, "[Producer clientId=a] Node -1 (localhost:9092) refuses"));
    }

    @Test
    void warningsOfOursThatDifferAreToldEach() {
        assertEquals(Result.NEUTRAL, warn(OURS, "waiting, 5 s so far"));
        assertEquals(Result.NEUTRAL, warn(OURS, "waiting, 10 s so far"));
        assertEquals(Result.DENY, warn(OURS, "waiting, 10 s so far"));
    }

    @Test
    void whatIsNoWarningIsToldEachTime() {
        assertEquals(Result.NEUTRAL, filter.filter(event(OURS, Level.INFO, "ready")));
        assertEquals(Result.NEUTRAL, filter.filter(event(OURS, Level.INFO, "ready")));
    }

    @Test
    void whatCameAgainIsCountedInOneLineAndOnlyAsLongAsItComes() {
        try (Lines lines = new Lines()) {
            warn(OURS, "gone");
            warn(OURS, "gone");
            warn(OURS, "gone");
            warn(OURS, "once");

            filter.tellCounts();
            filter.tellCounts();

            assertEquals(List.of("2 more like this in the last 60 s: gone"), lines.told);
            assertEquals(Result.NEUTRAL, warn(OURS, "gone"));
        }
    }

    private Result warn(String logger, String message) {
        return filter.filter(event(logger, Level.WARN, message));
    }

    private static LogEvent event(String logger, Level level, String message) {
        return Log4jLogEvent.newBuilder()
                .setLoggerName(logger)
                .setLevel(level)
                .setMessage(new SimpleMessage(message))
                .build();
    }

    /** Collects what is logged. */
    private static final class Lines extends AbstractAppender implements AutoCloseable {
        private final List<String> told = new ArrayList<>();

        Lines() {
            super("lines", null, null, true, Property.EMPTY_ARRAY);
            start();
            context().getConfiguration().getRootLogger().addAppender(this, Level.ALL, null);
        }

        @Override
        public void append(LogEvent event) {
            told.add(event.getMessage().getFormattedMessage());
        }

        @Override
        public void close() {
            context().getConfiguration().getRootLogger().removeAppender("lines");
            stop();
        }

        private static LoggerContext context() {
            return (LoggerContext) LogManager.getContext(false);
        }
    }
}
