package io.twinstream.deploy.cli.service;

import org.apache.logging.log4j.Level;
import org.apache.logging.log4j.core.config.Configurator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** How much the process says on standard error. */
final class Logging {
    private static final Logger log = LoggerFactory.getLogger(Logging.class);

    private Logging() {}

    /** For a process that runs on: what Twinstream does, and Kafka's warnings. A command that ends says only warnings. */
    static void service() {
        Configurator.setLevel("io.twinstream", Level.INFO);
        Configurator.setLevel("org.apache.kafka", Level.WARN);
        Thread.setDefaultUncaughtExceptionHandler(Logging::ended);
    }

    /** Of a stream thread its own handler has told already, in one line; Java would print the whole trace each time that it is replaced. */
    static void ended(Thread thread, Throwable failure) {
        if (thread.getName().contains("-StreamThread-")) {
            log.debug("the thread {} has ended", thread.getName(), failure);
        } else {
            log.error("the thread {} has ended", thread.getName(), failure);
        }
    }
}
