package io.twinstream.deploy.docs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Compares README and documentation with the program. Tables that are stale are written anew by {@code mvn -pl
 * deploy/acceptance -am test -Dtest=DocsTest -Dsurefire.failIfNoSpecifiedTests=false -Dtwinstream.docs=write}.
 */
class DocsTest {
    private static final int README_WORDS = 1_200;
    private static final int MEDIAN_WORDS = 14;
    private static final int LONG_SENTENCE = 25;

    static List<MarkdownPage> pages() throws IOException {
        return MarkdownPage.all(ReferenceTables.ROOT);
    }

    /** Returns these and the pages for contributors. */
    static List<MarkdownPage> everyPage() throws IOException {
        return Stream.concat(pages().stream(), MarkdownPage.in(ReferenceTables.ROOT.resolve(".github")).stream())
                .toList();
    }

    @ParameterizedTest
    @MethodSource("pages")
    void tablesAreThoseOfTheProgram(MarkdownPage page) throws IOException {
        String filled = page.filled(ReferenceTables.all());
        if ("write".equals(System.getProperty("twinstream.docs"))) {
            Files.writeString(page.file(), filled);
        }

        assertEquals(filled, Files.readString(page.file()));
    }

    @Test
    void everyTableOfTheProgramIsOnOnePage() throws IOException {
        List<String> shown = pages().stream()
                .flatMap(page -> page.generated().stream())
                .sorted()
                .toList();

        assertEquals(List.copyOf(ReferenceTables.all().keySet()), shown);
    }

    @Test
    void everyTopicIsExplained() throws IOException {
        String page = Files.readString(ReferenceTables.ROOT.resolve("deploy/docs/topics.md"));

        assertEquals(
                List.of(),
                ReferenceTables.topicNames().stream()
                        // Once in the table of settings, and once where its key and value are explained.
                        .filter(name -> page.split("\\| `" + name + "` \\|").length < 3)
                        .toList());
    }

    @ParameterizedTest
    @MethodSource("everyPage")
    void noLinkIsDead(MarkdownPage page) throws IOException {
        List<String> dead = new ArrayList<>();
        for (String link : page.links()) {
            if (!link.matches("[a-z]+:.*") && !exists(page.file(), link)) {
                dead.add(link);
            }
        }

        assertEquals(List.of(), dead);
    }

    private static boolean exists(Path page, String link) throws IOException {
        String[] parts = link.split("#", 2);
        Path target = parts[0].isEmpty() ? page : page.resolveSibling(parts[0]);
        return Files.exists(target)
                && (parts.length == 1 || MarkdownPage.read(target).anchors().contains(parts[1]));
    }

    @Test
    void theContentsNameEveryPageOnce() throws IOException {
        MarkdownPage contents = MarkdownPage.read(ReferenceTables.ROOT.resolve("deploy/docs/README.md"));

        assertEquals(
                pages().stream()
                        .map(page -> page.file().getFileName().toString())
                        .filter(name -> !name.equals("README.md"))
                        .toList(),
                contents.links().stream()
                        .filter(link -> link.matches("[^/]+\\.md"))
                        .sorted()
                        .toList());
    }

    @ParameterizedTest
    @MethodSource("pages")
    void aPageEndsWithWhereToReadOn(MarkdownPage page) {
        assertFalse(page.next().isEmpty(), page.file() + ": its last paragraph links to no other page");
    }

    @Test
    void theReadmeBeginsWithItsTwoCommands() throws IOException {
        assertEquals(
                List.of("deploy/twinstream demo", "mvn verify"),
                pages().get(0).shellBlocks().stream()
                        .limit(2)
                        .map(MarkdownPage.ShellBlock::commands)
                        .toList());
    }

    @Test
    void theReadmeIsShort() throws IOException {
        assertTrue(pages().get(0).words() <= README_WORDS, pages().get(0).words() + " words");
    }

    @ParameterizedTest
    @MethodSource("everyPage")
    void sentencesAreShort(MarkdownPage page) {
        List<Integer> lengths = page.sentenceLengths().stream().sorted().toList();

        String found = "%s: median %d, nine in ten under %d"
                .formatted(page.file(), lengths.get(lengths.size() / 2), lengths.get(lengths.size() * 9 / 10) + 1);
        assertTrue(lengths.get(lengths.size() / 2) <= MEDIAN_WORDS, found);
        assertTrue(lengths.get(lengths.size() * 9 / 10) < LONG_SENTENCE, found);
    }

    @ParameterizedTest
    @MethodSource("pages")
    void aBlockThatIsNotRunSaysWhy(MarkdownPage page) throws IOException {
        List<String> checks = ReferenceTables.checks().stream()
                .map(file -> file.getFileName().toString())
                .toList();

        assertEquals(
                List.of(),
                page.shellBlocks().stream()
                        .filter(block -> !block.isMarkedWell(checks))
                        .map(MarkdownPage.ShellBlock::mark)
                        .toList());
    }

    @ParameterizedTest
    @MethodSource("pages")
    void commandsStandInBlocksOfShell(MarkdownPage page) {
        assertFalse(
                page.lines().stream().anyMatch(line -> line.matches(" {4}(deploy/|curl |mvn |docker |kubectl ).*")),
                "indented commands are run by no check: fence them with ```sh");
    }

    @Test
    void wordsAndSentencesAreCountedAsReadersDo() {
        MarkdownPage page = new MarkdownPage(
                Path.of("page.md"),
                List.of(
                        "# A page",
                        "One sentence of `a lot of code` here. Another, with [a link](x.md#y), has",
                        "two lines.",
                        "",
                        "- An item",
                        "<!-- minutes -->",
                        "```sh",
                        "a command",
                        "```"));

        assertEquals(List.of(5, 7, 2), page.sentenceLengths());
        assertEquals(List.of("x.md#y"), page.links());
        assertEquals(List.of(), page.next());
        assertEquals(List.of(new MarkdownPage.ShellBlock(8, "minutes", "a command")), page.shellBlocks());
        assertEquals(Set.of("a-page"), page.anchors());
    }
}
