package io.twinstream.deploy.acceptance.images;

import io.twinstream.deploy.acceptance.images.Surroundings.Ended;
import io.twinstream.deploy.acceptance.rig.Command;
import io.twinstream.deploy.acceptance.rig.Rig;
import io.twinstream.schemas.topic.Topics;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * Enrols the archives of folders that went wrong once, each as its finder would, and looks whom it names, or which question it
 * leads to.
 */
final class NamedArchives {
    /** The folder of the archives, beside the project; they show kinds of faults, and the made names are their neighbours. */
    private static final Path ARCHIVES = Path.of("..", "shared", "data", "pictures");

    private static final int ASKED = 2;

    private final Rig rig;
    private final Path root;
    private final List<String> missed = new ArrayList<>();
    private int tried;

    /** @param root folder of the project */
    NamedArchives(Rig rig, Path root) {
        this.rig = rig;
        this.root = root;
    }

    /** Returns whether the archives are there. */
    boolean areThere() {
        return Files.isDirectory(archives());
    }

    int tried() {
        return tried;
    }

    /** Returns what went otherwise, a line each. */
    List<String> missed() {
        return missed;
    }

    /** Enrols each archive in these surroundings. */
    void enrol(Surroundings surroundings, Path folder, String prefix) throws Exception {
        Trial trial = new Trial(surroundings, folder, prefix);
        trial.names(
                "cn.tar.gz", "cn", Set.of("\u738b\u4f1f", "\u674e\u5a1c", "\u5f20\u654f"), "3 images of 3 subjects");
        trial.names("nfc.tar.gz", "nfc", Set.of("Jos\u00e9"), "1 image of 1 subject: Jos\u00e9");
        trial.names("nfd.tar.gz", "nfd", Set.of("Jos\u00e9"), "1 image of 1 subject: Jos\u00e9");
        trial.asks("known_people.tar.gz", "known_people", "4 images of 1 subject: known_people? ");
        trial.names(
                "known_people.tar.gz",
                "known_people",
                Set.of("person-1", "person-2", "person-3", "person-4"),
                "4 images of 4 subjects",
                "--by",
                "file");
        trial.asks("nested.tar.gz", "nested", "2 images of 1 subject: 2023? ");
        trial.names("nested.tar.gz", "nested", Set.of("alice", "bob"), "2 images of 2 subjects", "--by", "top");
        trial.names("nas.tar.gz", "nas", Set.of("alice", "bob"), "left out ");
        trial.names("links.tar.gz", "links/gal", Set.of("gal"), "links (", "--by", "folder");
        trial.names("win.zip", "", Set.of("Jos\u00e9", "bob"), "2 images of 2 subjects: Jos\u00e9, bob");
        trial.names("dotnet.zip", "", Set.of("alice", "bob"), "2 images of 2 subjects: alice, bob");
    }

    private Path archives() {
        return root.resolve(ARCHIVES);
    }

    /** Enrols each archive under topics of its own. */
    private final class Trial {
        private final Surroundings surroundings;
        private final Path folder;
        private final String prefix;

        Trial(Surroundings surroundings, Path folder, String prefix) {
            this.surroundings = surroundings;
            this.folder = folder;
            this.prefix = prefix;
        }

        void names(String archive, String inside, Set<String> subjects, String said, String... options)
                throws Exception {
            check(archive, inside, 0, subjects, said, options);
        }

        void asks(String archive, String inside, String said) throws Exception {
            check(archive, inside, ASKED, Set.of(), said);
        }

        private void check(
                String archive, String inside, int code, Set<String> subjects, String said, String... options)
                throws Exception {
            String own = "%s-%d".formatted(prefix, tried++);
            Topics topics = rig.createTopics(own);
            List<String> arguments =
                    new ArrayList<>(List.of("enrol", unpacked(archive, inside).toString()));
            arguments.addAll(List.of(options));
            arguments.addAll(List.of("--bootstrap", rig.bootstrapServers(), "--set", "topic.prefix=" + own));
            Ended ended = surroundings.run(folder, arguments.toArray(String[]::new));
            Set<String> enrolled = EnrolledPictures.read(rig, topics).subjects();
            if (ended.code() != code || !enrolled.equals(subjects) || !(ended.out() + ended.err()).contains(said)) {
                missed.add("%s under %s: %s, exit %d: %s%s"
                        .formatted(archive, surroundings.name(), enrolled, ended.code(), ended.out(), ended.err()));
            }
        }

        private Path unpacked(String archive, String inside) throws IOException, InterruptedException {
            Path packed = archives().resolve(archive).toAbsolutePath().normalize();
            if (inside.isEmpty()) {
                return packed;
            }
            Path unpacked = Files.createDirectories(folder.resolve("archives"));
            Command.run("tar", "-C", unpacked.toString(), "-xzf", packed.toString());
            return unpacked.resolve(inside);
        }
    }
}
