package io.twinstream.verifier.trial;

import io.twinstream.schemas.modelpackage.ModelPackage;
import io.twinstream.schemas.modelpackage.PackageArchive;
import io.twinstream.schemas.record.Precision;
import io.twinstream.verifier.inference.EmbedBatch;
import io.twinstream.verifier.inference.Embedder;
import io.twinstream.verifier.inference.InferenceException;
import io.twinstream.verifier.inference.ProviderChoice;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.concurrent.TimeUnit;

/**
 * A trial process opens the package's embedders on the CPU, has them embed the golden images and warms them. It prints
 * each step on a line of its own and at last the result; it ends with the process that started it.
 */
final class TrialProcess {
    /** Begins every line that is meant for the process that watches. */
    static final String MARK = "trial ";

    static final String PASSED = "passed";
    static final String REFUSED = "refused ";
    /** Begins the result where the package can't be read, which is no fault of the model's. */
    static final String UNREAD = "unread ";

    private static final Path OUT_OF_MEMORY_SCORE = Path.of("/proc/self/oom_score_adj");

    private TrialProcess() {}

    /** Takes three arguments: the package's file, the largest batch and the milliseconds that warming may take. */
    public static void main(String[] arguments) {
        Locale.setDefault(Locale.ROOT);
        say("beginning it");
        endWithParent();
        goFirst();
        String end;
        try {
            run(
                    PackageArchive.read(Path.of(arguments[0])),
                    Integer.parseInt(arguments[1]),
                    TimeUnit.MILLISECONDS.toNanos(Long.parseLong(arguments[2])));
            end = PASSED;
        } catch (IOException e) {
            end = UNREAD + e.getMessage();
        } catch (InferenceException | IllegalArgumentException e) {
            end = REFUSED + e.getMessage();
        } catch (OutOfMemoryError e) {
            end = REFUSED + "it takes more memory than a trial has (%s)".formatted(e.getMessage());
        } catch (RuntimeException | Error e) {
            end = REFUSED + "it can't be opened: " + e;
        }
        say(end.lines().findFirst().orElse(REFUSED));
        // ONNX Runtime's own end would wait for threads that a model may have kept.
        Runtime.getRuntime().halt(0);
    }

    private static void run(ModelPackage model, int batchMax, long warmNanos) {
        long lastNanos = System.nanoTime() + warmNanos;
        run(model, batchMax, lastNanos, "");
        if (model.hasInt8()) {
            try {
                run(model.at(Precision.INT8), batchMax, lastNanos, " at int8");
            } catch (InferenceException e) {
                // Only the choice of the precision, in the verifier, can say whether that matters.
                say("passing over int8");
            }
        }
    }

    private static void run(ModelPackage model, int batchMax, long lastNanos, String at) {
        say("opening it" + at);
        try (Embedder embedder = Embedder.open(model, ProviderChoice.CPU)) {
            say("its self-test" + at);
            SelfTest.run(model.manifest(), embedder);
            say("its warm-up" + at);
            embedder.warm(batchMax, new EmbedBatch.Buffers(), lastNanos);
        }
    }

    private static void say(String what) {
        System.out.println(MARK + what);
        System.out.flush();
    }

    /** Ends this process when standard input closes, as it does when the parent process ends. */
    private static void endWithParent() {
        Thread watch = new Thread(
                () -> {
                    try {
                        while (System.in.read() >= 0) {
                            // Nothing is sent.
                        }
                    } catch (IOException e) {
                        // An unreadable input counts as closed.
                    }
                    Runtime.getRuntime().halt(1);
                },
                "parent-watch");
        watch.setDaemon(true);
        watch.start();
    }

    /** Asks the kernel to end this process first where memory runs short, and not the one that serves. */
    private static void goFirst() {
        try {
            Files.writeString(OUT_OF_MEMORY_SCORE, "1000");
        } catch (IOException | UnsupportedOperationException e) {
            say("beginning it without a score for running out of memory");
        }
    }
}
