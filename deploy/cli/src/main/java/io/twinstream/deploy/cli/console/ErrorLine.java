package io.twinstream.deploy.cli.console;

import io.twinstream.ingest.publish.InvalidRequestException;
import io.twinstream.ingest.publish.PublishException;
import io.twinstream.schemas.image.ImageRefusedException;
import io.twinstream.schemas.settings.SettingsException;
import io.twinstream.schemas.text.ForeignText;
import io.twinstream.schemas.threads.BrokenMachine;
import io.twinstream.trainer.export.ExportException;
import io.twinstream.verifier.control.ControlException;
import io.twinstream.verifier.control.ControlException.ControlFault;
import io.twinstream.verifier.inference.InferenceException;
import io.twinstream.verifier.model.ModelChoice.VersionUnavailableException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.util.Optional;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.SslAuthenticationException;
import org.apache.kafka.common.errors.TimeoutException;

/**
 * Says what a user reads of an exception.
 *
 * @param text one line, or one for each thing that is wrong in the settings
 */
public record ErrorLine(int exitCode, String text) {
    private static final int INTERRUPTED = 130;

    public static ErrorLine of(Throwable failure) {
        if (failure instanceof CommandException known) {
            return new ErrorLine(known.exitCode(), message(known));
        }
        Optional<String> broken = BrokenMachine.told(failure);
        if (broken.isPresent()) {
            return new ErrorLine(ExitCodes.FAILURE, broken.get());
        }
        if (failure instanceof InterruptedException) {
            return new ErrorLine(INTERRUPTED, "interrupted");
        }
        if (failure instanceof ControlException control) {
            return new ErrorLine(exitCode(control.fault()), message(control));
        }
        if (isWrapper(failure) && failure.getCause() != null) {
            return of(failure.getCause());
        }
        if (failure.getClass() == KafkaException.class && failure.getCause() != null) {
            return of(failure.getCause()).after(message(failure));
        }
        if (failure instanceof SslAuthenticationException) {
            Throwable cause = failure;
            while (cause.getCause() != null) {
                cause = cause.getCause();
            }
            return new ErrorLine(
                    ExitCodes.FAILURE,
                    cause == failure
                            ? message(failure)
                            : "%s: %s: see kafka.ssl.truststore.location, and the name in the certificate"
                                    .formatted(message(failure).replaceFirst("\\.$", ""), message(cause)));
        }
        if (failure instanceof TimeoutException) {
            return new ErrorLine(ExitCodes.UNREACHABLE, "no broker answers: " + message(failure));
        }
        if (failure instanceof AuthorizationException) {
            return new ErrorLine(
                    ExitCodes.FAILURE,
                    message(failure).replaceFirst("\\.$", "")
                            + ": 'twinstream acls' prints what the user of each service needs");
        }
        if (failure instanceof FileSystemException file) {
            return new ErrorLine(ExitCodes.FAILURE, file(file));
        }
        if (failure instanceof SettingsException settings) {
            return new ErrorLine(ExitCodes.USAGE, String.join("\n", settings.findings()));
        }
        if (isWrongInput(failure)) {
            return new ErrorLine(ExitCodes.USAGE, message(failure));
        }
        return isExpected(failure)
                ? new ErrorLine(ExitCodes.FAILURE, message(failure))
                : new ErrorLine(
                        ExitCodes.FAILURE,
                        "internal error, please report it with the output of --verbose: "
                                + failure.getClass().getSimpleName() + ": " + message(failure));
    }

    private static int exitCode(ControlFault fault) {
        return switch (fault) {
            case BAD_REQUEST -> ExitCodes.USAGE;
            case NOT_FOUND -> ExitCodes.FAILURE;
            case CONFLICT -> ExitCodes.NEGATIVE;
        };
    }

    /** Adds what was being done when the error happened, where that says more. */
    private ErrorLine after(String context) {
        return context.contains(text)
                ? new ErrorLine(exitCode, context)
                : new ErrorLine(exitCode, context + ": " + text);
    }

    private static boolean isWrapper(Throwable failure) {
        return failure instanceof ExecutionException
                || failure instanceof CompletionException
                || failure instanceof UncheckedIOException;
    }

    private static boolean isWrongInput(Throwable failure) {
        return failure instanceof ConfigException
                || failure instanceof InvalidRequestException
                || failure instanceof IllegalArgumentException;
    }

    private static boolean isExpected(Throwable failure) {
        return failure instanceof IOException
                || failure instanceof KafkaException
                || failure instanceof PublishException
                || failure instanceof ImageRefusedException
                || failure instanceof InferenceException
                || failure instanceof VersionUnavailableException
                || failure instanceof ExportException;
    }

    private static String file(FileSystemException failure) {
        if (failure instanceof NoSuchFileException) {
            return "no file or folder " + failure.getFile();
        }
        if (failure instanceof AccessDeniedException) {
            return "no permission to use " + failure.getFile();
        }
        if (failure instanceof FileAlreadyExistsException || failure instanceof NotDirectoryException) {
            return failure.getFile() + " is no folder";
        }
        return message(failure);
    }

    private static String message(Throwable failure) {
        String message = failure.getMessage();
        return message == null ? failure.getClass().getSimpleName() : ForeignText.line(message);
    }
}
