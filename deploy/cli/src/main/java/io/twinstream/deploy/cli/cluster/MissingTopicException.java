package io.twinstream.deploy.cli.cluster;

import io.twinstream.deploy.cli.console.CommandException;
import io.twinstream.deploy.cli.console.ExitCodes;

/** A topic that is needed isn't there; the message names it and the mend. */
final class MissingTopicException extends CommandException {
    MissingTopicException(String topic) {
        super(ExitCodes.FAILURE, "the topic %s doesn't exist: run 'twinstream topics create'".formatted(topic));
    }
}
