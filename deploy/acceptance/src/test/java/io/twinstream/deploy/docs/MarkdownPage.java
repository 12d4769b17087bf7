package io.twinstream.deploy.docs;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Holds a page of the documentation. Generated text lies between {@code <!-- generated: NAME -->} and {@code <!-- end of
 * generated -->}; a comment in the line before a block of shell commands may say how it is run.
 */
public record MarkdownPage(Path file, List<String> lines) {
    private static final Pattern GENERATED = Pattern.compile("<!-- generated: (.+) -->");
    private static final String GENERATED_END = "<!-- end of generated -->";
    private static final Pattern LINK =
            Pattern.compile("!?\\[[^\\]]*]\\(([^)\\s]+)\\)|(?:src|srcset|href)=\"([^\"]+)\"");
    private static final Pattern SHOWN_LINK = Pattern.compile("!?\\[([^\\]]*)]\\([^)]*\\)");
    private static final Pattern ITEM = Pattern.compile("\\s*(?:[-*]|\\d+\\.) (.*)");
    private static final String FENCE = "```";

    /**
     * Is a block of commands.
     *
     * @param line number of its first command
     * @param mark what the comment before it says; empty without one
     */
    public record ShellBlock(int line, String mark, String commands) {
        private static final Pattern NEEDS = Pattern.compile(
                "needs (a cluster|a GPU|minutes|Docker|Kubernetes|a registry|a collector|Prometheus|images|Node|Python)(?:; run by (.+))?");

        /** Returns whether its commands run until the reader has read the page, each in a terminal of its own. */
        public boolean stays() {
            return mark.equals("stays");
        }

        /** Returns whether its one command runs until somebody stops it, which the reader does soon. */
        public boolean isStopped() {
            return mark.equals("stopped after 20 s");
        }

        /** Returns what it needs that not every machine has, as {@code a cluster}; empty where it needs nothing. */
        public String needs() {
            Matcher needs = NEEDS.matcher(mark);
            return needs.matches() ? needs.group(1) : "";
        }

        /** Returns the commands, each on one line. */
        public List<String> each() {
            return commands.replaceAll("\\\\\n *", "").lines().toList();
        }

        /** Returns whether its mark is one of these, and the check that it names exists. */
        boolean isMarkedWell(List<String> checks) {
            Matcher needs = NEEDS.matcher(mark);
            return mark.isEmpty()
                    || stays()
                    || isStopped()
                    || (needs.matches() && (needs.group(2) == null || checks.contains(needs.group(2))));
        }
    }

    public MarkdownPage {
        lines = List.copyOf(lines);
    }

    public static MarkdownPage read(Path file) throws IOException {
        return new MarkdownPage(file, Files.readAllLines(file));
    }

    /** Reads the README and all pages of the documentation, the README first and the others by their names. */
    public static List<MarkdownPage> all(Path root) throws IOException {
        List<MarkdownPage> pages = new ArrayList<>();
        pages.add(read(root.resolve("README.md")));
        pages.addAll(in(root.resolve("deploy/docs")));
        return pages;
    }

    /** Reads the pages of a folder, by their names. */
    static List<MarkdownPage> in(Path folder) throws IOException {
        List<MarkdownPage> pages = new ArrayList<>();
        try (Stream<Path> files = Files.list(folder)) {
            for (Path file : files.filter(each -> each.toString().endsWith(".md"))
                    .sorted()
                    .toList()) {
                pages.add(read(file));
            }
        }
        return pages;
    }

    /** Returns the blocks that are fenced as {@code sh}, in their order. */
    public List<ShellBlock> shellBlocks() {
        List<ShellBlock> blocks = new ArrayList<>();
        for (int i = 0; i < lines.size(); i++) {
            if (lines.get(i).equals(FENCE + "sh")) {
                int end = lines.subList(i, lines.size()).indexOf(FENCE) + i;
                String before = i == 0 ? "" : lines.get(i - 1);
                String mark = before.startsWith("<!-- ") ? before.substring(5, before.length() - 4) : "";
                blocks.add(new ShellBlock(i + 2, mark, String.join("\n", lines.subList(i + 1, end))));
                i = end;
            }
        }
        return blocks;
    }

    /** Returns the names of the generated parts, in their order. */
    List<String> generated() {
        return lines.stream()
                .map(GENERATED::matcher)
                .filter(Matcher::matches)
                .map(each -> each.group(1))
                .toList();
    }

    /** Returns the page's text with the generated parts anew. */
    String filled(Map<String, String> parts) {
        StringBuilder text = new StringBuilder();
        boolean stale = false;
        for (String line : lines) {
            Matcher begin = GENERATED.matcher(line);
            stale &= !line.equals(GENERATED_END);
            if (!stale) {
                text.append(line).append('\n');
            }
            if (begin.matches()) {
                text.append('\n').append(parts.get(begin.group(1))).append('\n');
                stale = true;
            }
        }
        return text.toString();
    }

    /** Returns the targets of its links and pictures. */
    List<String> links() {
        return links(outsideOfCode());
    }

    /** Returns the pages that its last paragraph links to: where its reader goes on. */
    List<String> next() {
        List<String> paragraphs = paragraphs();
        return links(paragraphs.subList(paragraphs.size() - 1, paragraphs.size()).stream()).stream()
                .filter(link -> link.matches(".*\\.md(#.*)?"))
                .toList();
    }

    private static List<String> links(Stream<String> texts) {
        return texts.flatMap(text -> LINK.matcher(text).results())
                .map(each -> each.group(1) == null ? each.group(2) : each.group(1))
                .toList();
    }

    /** Returns the names by which its headings are linked to, as GitHub makes them. */
    Set<String> anchors() {
        Set<String> anchors = new LinkedHashSet<>();
        outsideOfCode()
                .filter(line -> line.startsWith("#"))
                .map(line -> line.replaceFirst("^#+ ", "")
                        .toLowerCase(Locale.ROOT)
                        .replaceAll("[^\\p{L}\\p{N} _-]", "")
                        .replace(' ', '-'))
                .forEach(anchors::add);
        return anchors;
    }

    /** Returns its words, those of code and tables included, those of comments not. */
    long words() {
        return String.join("\n", lines)
                .replaceAll("(?s)<!--.*?-->", "")
                .lines()
                .flatMap(line -> Arrays.stream(line.strip().split("\\s+")))
                .filter(word -> word.matches(".*\\p{L}.*"))
                .count();
    }

    /** Returns the number of words of each sentence of its prose, lists included, tables and code not. A piece of code is a word. */
    List<Integer> sentenceLengths() {
        return paragraphs().stream()
                .map(text ->
                        SHOWN_LINK.matcher(text.replaceAll("`[^`]*`", "code")).replaceAll("$1"))
                .flatMap(text -> Arrays.stream(text.split("(?<=[.?!])[*)\"]*\\s+(?=[\\p{Lu}\\d`*\"(c])")))
                .filter(sentence -> !sentence.isBlank())
                .map(sentence -> (int) Arrays.stream(sentence.strip().split("\\s+"))
                        .filter(word -> word.matches(".*[\\p{L}\\p{N}].*"))
                        .count())
                .toList();
    }

    /** Returns the paragraphs and items of its prose, each on one line. */
    private List<String> paragraphs() {
        List<String> paragraphs = new ArrayList<>();
        StringBuilder paragraph = new StringBuilder();
        outsideOfCode().forEach(line -> {
            Matcher item = ITEM.matcher(line);
            boolean prose = !line.isBlank()
                    && !line.startsWith("#")
                    && !line.startsWith("|")
                    && !line.strip().startsWith("<");
            if (!prose || item.matches()) {
                paragraphs.add(paragraph.toString());
                paragraph.setLength(0);
            }
            if (prose) {
                paragraph.append(item.matches() ? item.group(1) : line).append(' ');
            }
        });
        paragraphs.add(paragraph.toString());
        paragraphs.removeIf(String::isBlank);
        return paragraphs;
    }

    private Stream<String> outsideOfCode() {
        List<String> outside = new ArrayList<>();
        boolean code = false;
        for (String line : lines) {
            if (line.startsWith(FENCE)) {
                code = !code;
                outside.add("");
            } else if (!code) {
                outside.add(line);
            }
        }
        return outside.stream();
    }
}
