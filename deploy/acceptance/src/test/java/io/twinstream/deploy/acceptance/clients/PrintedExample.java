package io.twinstream.deploy.acceptance.clients;

import io.twinstream.deploy.docs.MarkdownPage;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Holds the commands that a page prints for the examples of one language.
 *
 * @param language the folder of {@code deploy/examples}
 * @param preparing commands that build, or fetch libraries
 * @param asking commands that ask whether a picture shows a subject
 * @param sending commands that send a probe and wait for nothing
 * @param reading commands that print all verdicts until they are stopped
 */
record PrintedExample(
        String language, List<String> preparing, List<String> asking, List<String> sending, List<String> reading) {
    private static final Pattern LANGUAGE = Pattern.compile("deploy/examples/(\\w+)");
    private static final Pattern ASKING = Pattern.compile("\\b[Aa]sk(\\.\\w+)? pictures/");
    private static final Pattern SENDING = Pattern.compile("\\b[Ss]end(\\.\\w+)? pictures/");
    private static final Pattern READING = Pattern.compile("\\b[Vv]erdicts(\\.\\w+)?$");
    private static final Pattern CLAIM = Pattern.compile("pictures/probes/(\\w+)\\.png (\\w+)");

    private PrintedExample(String language) {
        this(language, new ArrayList<>(), new ArrayList<>(), new ArrayList<>(), new ArrayList<>());
    }

    /** Returns the examples of a page, by their languages. */
    static List<PrintedExample> of(MarkdownPage page) {
        Map<String, PrintedExample> examples = new TreeMap<>();
        page.shellBlocks().stream().flatMap(block -> block.each().stream()).forEach(command -> {
            Matcher language = LANGUAGE.matcher(command);
            if (language.find()) {
                examples.computeIfAbsent(language.group(1), PrintedExample::new).add(command);
            }
        });
        return List.copyOf(examples.values());
    }

    /** Returns whether a printed command makes a claim that is true: the picture is of the subject. */
    static boolean isTrue(String command) {
        Matcher claim = CLAIM.matcher(command);
        if (!claim.find()) {
            throw new IllegalArgumentException("it names no picture and subject: " + command);
        }
        return claim.group(1).equals(claim.group(2));
    }

    /** Returns a printed command with another picture. */
    static String withPicture(String command, String picture) {
        return command.replaceFirst("pictures/probes/\\w+\\.png", picture);
    }

    private void add(String command) {
        if (ASKING.matcher(command).find()) {
            asking.add(command);
        } else if (SENDING.matcher(command).find()) {
            sending.add(command);
        } else if (READING.matcher(command).find()) {
            reading.add(command);
        } else {
            preparing.add(command);
        }
    }
}
