package io.twinstream.deploy.acceptance;

import java.nio.file.Path;
import java.util.Map;

/**
 * Runs one check by its name and prints its figures as the last line; exits with 1 where the promise isn't kept. The scripts
 * in {@code deploy/acceptance} call it.
 */
final class Acceptance {
    private static final Map<String, Check> CHECKS = Map.of(
            "real-images", new RealImages(),
            "look-ahead-is-a-hint", new LookAheadIsAHint(),
            "exactly-once", new ExactlyOnce(),
            "hostile-input", new HostileInput(),
            "one-shot", new OneShot(),
            "verification", new Verification());

    private Acceptance() {}

    public static void main(String[] arguments) throws Exception {
        Check check = CHECKS.get(arguments[0]);
        if (check == null || arguments.length != 2) {
            System.err.println("usage: " + String.join("|", CHECKS.keySet()) + " IMAGES");
            System.exit(2);
        } else {
            Result result = check.run(Path.of(arguments[1]));
            System.out.printf("%s: %s: %s%n", arguments[0], result.kept() ? "kept" : "MISSED", result.figures());
            System.exit(result.kept() ? 0 : 1);
        }
    }
}
