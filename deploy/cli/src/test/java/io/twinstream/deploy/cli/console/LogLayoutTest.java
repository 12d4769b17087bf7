package io.twinstream.deploy.cli.console;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.apache.logging.log4j.Level;
import org.apache.logging.log4j.core.LogEvent;
import org.apache.logging.log4j.core.LoggerContext;
import org.apache.logging.log4j.core.appender.ConsoleAppender;
import org.apache.logging.log4j.core.config.Configuration;
import org.apache.logging.log4j.core.config.ConfigurationFactory;
import org.apache.logging.log4j.core.config.ConfigurationSource;
import org.apache.logging.log4j.core.config.LoggerConfig;
import org.apache.logging.log4j.core.impl.Log4jLogEvent;
import org.apache.logging.log4j.message.SimpleMessage;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class LogLayoutTest {
    @Test
    void anEventIsOneLineThatActsOnNoScreen() throws Exception {
        String line = line("a\nforged\r\u001b[31mred\u202eback\u2028next", new IllegalStateException("b\nforged"));

        assertEquals(1, line.lines().count());
        assertTrue(line.endsWith(": a\\nforged\\r?[31mred?back?next (b\\nforged)" + System.lineSeparator()), line);
    }

    @Test
    void anEndlessTextIsCut() throws Exception {
        assertTrue(line("x".repeat(1_000_000), null).length() < 4_100);
    }

    @Test
    void plainTextStaysAsItIs() throws Exception {
        assertTrue(line("Müller/東京 🙂 {a} $1 %m", null).endsWith(": Müller/東京 🙂 {a} $1 %m" + System.lineSeparator()));
    }

    @Test
    void askingForEndsOfTopicsIsNotToldWhileOtherWarningsAre() throws Exception {
        String logger = "org.apache.kafka.clients.consumer.internals.OffsetFetcherUtils";
        try (LoggerContext context = new LoggerContext("layout")) {
            Configuration configuration = start(context);
            LoggerConfig config = configuration.getLoggerConfig(logger);

            assertTrue(config.isFiltered(event(
                    logger,
                    "[Consumer clientId=a] Not updating high watermark for partition t-0 as it is no longer assigned",
                    null)));
            assertFalse(config.isFiltered(event(logger, "Attempt to fetch offsets for partition t-0 failed", null)));
            configuration.getLoggerConfig("org.apache.kafka").setLevel(Level.WARN);
            assertEquals(Level.WARN, config.getLevel());
        }
    }

    private static String line(String message, @Nullable Throwable thrown) throws Exception {
        try (LoggerContext context = new LoggerContext("layout")) {
            ConsoleAppender appender = start(context).getAppender("stderr");
            return (String) appender.getLayout().toSerializable(event("io.twinstream.Test", message, thrown));
        }
    }

    private static Configuration start(LoggerContext context) throws Exception {
        ConfigurationSource source = ConfigurationSource.fromUri(
                LogLayoutTest.class.getResource("/log4j2.xml").toURI());
        Configuration configuration = ConfigurationFactory.getInstance().getConfiguration(context, source);
        context.start(configuration);
        return configuration;
    }

    private static LogEvent event(String logger, String message, @Nullable Throwable thrown) {
        return Log4jLogEvent.newBuilder()
                .setLoggerName(logger)
                .setLevel(Level.WARN)
                .setMessage(new SimpleMessage(message))
                .setThrown(thrown)
                .build();
    }
}
